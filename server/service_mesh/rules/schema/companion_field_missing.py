"""A field is missing that others in the same place ask for, or all of several fields of which one is needed.

## Why it matters
The API server refuses the object. The type of a filter asks for the field of that name, a selector for labels, a
reference to a service for a port.

## Wrong
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata:
  name: cart
spec:
  parentRefs: [{name: public}]
  rules:
  - filters: [{type: RequestMirror}]
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
  - filters: [{type: RequestMirror, requestMirror: {backendRef: {name: cart-next, port: 80}}}]
    backendRefs: [{name: cart, port: 80}]
```

## When it stays quiet
The field that decides is faulty itself, or an unknown field stands in the same place, which is likely the missing one
under a wrong name. A field with a default is never missing.

## Fix safety
There is no fix: the value of the missing field cannot be told.
"""

from service_mesh.model.grade import Category, Severity
from service_mesh.rules.rule import declare

RULE = declare(
    "SC131",
    "companion-field-missing",
    category=Category.SCHEMA,
    severity=Severity.ERROR,
    sources=(
        "kubernetes-sigs/gateway-api: config/crd",
        "istio/istio: manifests/charts/base/files/crd-all.gen.yaml",
        "cilium/cilium: pkg/k8s/apis/cilium.io/client/crds",
        "linkerd/linkerd2: charts/linkerd-crds",
    ),
)
