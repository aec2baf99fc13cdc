"""Fields that exclude each other stand side by side.

## Why it matters
The API server refuses the object: of such fields it takes one. Which one was meant cannot be told, so none is ignored.

## Wrong
```yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: cart
spec:
  hosts: [cart]
  http:
  - match: [{uri: {exact: /cart, prefix: /cart/}}]
    route: [{destination: {host: cart}}]
```

## Right
```yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: cart
spec:
  hosts: [cart]
  http:
  - match: [{uri: {exact: /cart}}, {uri: {prefix: /cart/}}]
    route: [{destination: {host: cart}}]
```

## When it stays quiet
One of the fields is faulty itself; that is reported first.

## Fix safety
There is no fix: which of the fields was meant cannot be told.
"""

from service_mesh.model.grade import Category, Severity
from service_mesh.rules.rule import declare

RULE = declare(
    "SC130",
    "fields-exclusive",
    category=Category.SCHEMA,
    severity=Severity.ERROR,
    sources=(
        "istio/istio: manifests/charts/base/files/crd-all.gen.yaml",
        "kubernetes-sigs/gateway-api: config/crd",
        "cilium/cilium: pkg/k8s/apis/cilium.io/client/crds",
    ),
)
