"""A list holds an item twice although its items are told apart by a key.

## Why it matters
The API server refuses the object: lists that are sets may not repeat a value, lists that are maps may not repeat their
keys, such as the name of a listener.

## Wrong
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata:
  name: shop
spec:
  gatewayClassName: istio
  listeners:
  - {name: http, port: 80, protocol: HTTP}
  - {name: http, port: 8080, protocol: HTTP}
```

## Right
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata:
  name: shop
spec:
  gatewayClassName: istio
  listeners:
  - {name: http, port: 80, protocol: HTTP}
  - {name: http-alt, port: 8080, protocol: HTTP}
```

## When it stays quiet
The list has no such keys. Of Kubernetes' own kinds only lists whose repeats the API server refuses are looked at:
environment variables may be repeated, names of containers may not.

## Fix safety
There is no fix: which of the two was meant cannot be told.
"""

from service_mesh.model.grade import Category, Severity
from service_mesh.rules.rule import declare

RULE = declare(
    "SC126",
    "list-item-duplicated",
    category=Category.SCHEMA,
    severity=Severity.ERROR,
    sources=(
        "k8s.io/apiextensions-apiserver: pkg/apiserver/schema/listtype/validation.go",
        "kubernetes/kubernetes: pkg/apis/core/validation/validation.go",
    ),
)
