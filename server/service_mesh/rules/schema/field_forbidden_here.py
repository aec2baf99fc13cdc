"""A field stands where the value of another field does not allow it.

## Why it matters
The API server refuses the object: a listener of protocol HTTP has no TLS settings, a filter of one type not the field
of another.

## Wrong
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata:
  name: public
spec:
  gatewayClassName: istio
  listeners:
  - {name: http, port: 80, protocol: HTTP, tls: {certificateRefs: [{name: shop}]}}
```

## Right
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata:
  name: public
spec:
  gatewayClassName: istio
  listeners:
  - {name: https, port: 443, protocol: HTTPS, tls: {certificateRefs: [{name: shop}]}}
```

## When it stays quiet
The field that decides is faulty itself; that is reported first. A filter that also lacks the field of its type is told
that alone.

## Fix safety
There is no fix: either of the two fields may be the wrong one.
"""

from service_mesh.model.grade import Category, Severity
from service_mesh.rules.rule import declare

RULE = declare(
    "SC132",
    "field-forbidden-here",
    category=Category.SCHEMA,
    severity=Severity.ERROR,
    sources=(
        "kubernetes-sigs/gateway-api: config/crd",
        "istio/istio: manifests/charts/base/files/crd-all.gen.yaml",
        "cert-manager/trust-manager: deploy/crds",
    ),
)
