"""A text does not have the form that its field asks for.

## Why it matters
The API server refuses the object: the form is a regular expression of the schema, a format such as an address range,
or that of a quantity.

## Wrong
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata:
  name: shop
spec:
  gatewayClassName: istio
  listeners: [{name: http, port: 80, protocol: HTTP, hostname: "https://shop.example"}]
```

## Right
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata:
  name: shop
spec:
  gatewayClassName: istio
  listeners: [{name: http, port: 80, protocol: HTTP, hostname: shop.example}]
```

## When it stays quiet
The schema names a format that the API server does not enforce, such as `idn-hostname`.

## Fix safety
There is no fix: what was meant cannot be told.
"""

from service_mesh.model.grade import Category, Severity
from service_mesh.rules.rule import declare

RULE = declare(
    "SC124",
    "pattern-mismatch",
    category=Category.SCHEMA,
    severity=Severity.ERROR,
    sources=(
        "k8s.io/kube-openapi: pkg/validation/validate/values.go (Pattern)",
        "k8s.io/apiextensions-apiserver: pkg/apiserver/validation/formats.go",
    ),
)
