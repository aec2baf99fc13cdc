"""A value does not go with the value of another field, though each is allowed by itself.

## Why it matters
The API server refuses the object: a timeout for one try may not be longer than that of the request, a range of
addresses needs a resolution that takes ranges.

## Wrong
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata:
  name: cart
spec:
  parentRefs: [{name: public}]
  rules:
  - timeouts: {request: 1s, backendRequest: 2s}
    backendRefs: [{name: cart, port: 80}]
```

## Right
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata:
  name: cart
spec:
  parentRefs: [{name: public}]
  rules:
  - timeouts: {request: 2s, backendRequest: 1s}
    backendRefs: [{name: cart, port: 80}]
```

## When it stays quiet
One of the values is faulty itself; that is reported first.

## Fix safety
There is no fix: either of the values may be the wrong one.
"""

from service_mesh.model.grade import Category, Severity
from service_mesh.rules.rule import declare

RULE = declare(
    "SC135",
    "value-out-of-relation",
    category=Category.SCHEMA,
    severity=Severity.ERROR,
    sources=(
        "kubernetes-sigs/gateway-api: config/crd",
        "istio/istio: manifests/charts/base/files/crd-all.gen.yaml",
        "k8s.io/apimachinery: pkg/api/validation/objectmeta.go",
    ),
)
