"""A number, a text, a list or a map is smaller or larger than its field takes.

## Why it matters
The API server refuses the object. An integer field has the bounds of its format as well: 32 or 64 bits.

## Wrong
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata:
  name: shop
spec:
  gatewayClassName: istio
  listeners: [{name: http, port: 80000, protocol: HTTP}]
```

## Right
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata:
  name: shop
spec:
  gatewayClassName: istio
  listeners: [{name: http, port: 8000, protocol: HTTP}]
```

## When it stays quiet
The bound is checked by the mesh and not by the schema.

## Fix safety
There is no fix: what was meant cannot be told.
"""

from service_mesh.model.grade import Category, Severity
from service_mesh.rules.rule import declare

RULE = declare(
    "SC123",
    "value-out-of-bounds",
    category=Category.SCHEMA,
    severity=Severity.ERROR,
    sources=(
        "k8s.io/kube-openapi: pkg/validation/validate/values.go",
        "kubernetes-sigs/gateway-api: config/crd",
        "k8s.io/apimachinery: pkg/api/validation/objectmeta.go",
    ),
)
