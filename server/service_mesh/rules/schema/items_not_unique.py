"""Items of a list share what has to differ between them.

## Why it matters
The API server refuses the object: two listeners with one port, protocol and hostname cannot be told apart, nor two
rules of one name or two references to one parent. One owner alone may be the controller of an object.

## Wrong
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata:
  name: public
spec:
  gatewayClassName: istio
  listeners:
  - {name: shop, port: 80, protocol: HTTP}
  - {name: cart, port: 80, protocol: HTTP}
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
  - {name: shop, port: 80, protocol: HTTP, hostname: shop.example.com}
  - {name: cart, port: 80, protocol: HTTP, hostname: cart.example.com}
```

## When it stays quiet
An item repeats the key of another, such as its name, where the list is a map of that key: that is SC126.

## Fix safety
There is no fix: which of the items was meant cannot be told.
"""

from service_mesh.model.grade import Category, Severity
from service_mesh.rules.rule import declare

RULE = declare(
    "SC134",
    "items-not-unique",
    category=Category.SCHEMA,
    severity=Severity.ERROR,
    sources=(
        "kubernetes-sigs/gateway-api: config/crd",
        "istio/istio: manifests/charts/base/files/crd-all.gen.yaml",
        "k8s.io/apimachinery: pkg/api/validation/objectmeta.go",
    ),
    upstream=("KIA1503",),
)
