"""A field, a value, a version or a kind belongs to the experimental channel of the Gateway API.

## Why it matters
Most clusters install the standard channel, and managed ones often allow nothing else. There the API server refuses
such an object, or drops the field silently where strict validation is off. Experimental fields may also change or go
with any release.

## Wrong
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata:
  name: shop
spec:
  parentRefs: [{name: public}]
  rules:
  - backendRefs: [{name: shop, port: 80}]
    retry: {attempts: 3}
```

## Right
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata:
  name: shop
spec:
  parentRefs: [{name: public}]
  rules:
  - backendRefs: [{name: shop, port: 80}]
    timeouts: {request: 10s}
```

## When it stays quiet
The channel is named: with `gateway_api: "1.6-experimental"` among the versions such fields are right, and with
`"1.6-standard"` they are unknown and reported as errors.

## Fix safety
There is no fix: which channel is installed cannot be told.
"""

from service_mesh.model.grade import Category, Severity
from service_mesh.rules.rule import declare

RULE = declare(
    "SC128",
    "field-experimental",
    category=Category.SCHEMA,
    severity=Severity.WARNING,
    sources=(
        "kubernetes-sigs/gateway-api: config/crd (standard and experimental)",
        "https://gateway-api.sigs.k8s.io/concepts/versioning/",
    ),
)
