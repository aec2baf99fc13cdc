"""A text has not the form that its field asks for beyond a pattern: a duration, a URL, an address, a path, a name.

## Why it matters
The API server refuses the object. What its name may hold depends on the kind: that of a VirtualService may have dots,
that of a Service may not, that of a ClusterRole takes nearly everything.

## Wrong
```yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: cart
spec:
  hosts: [cart]
  http:
  - timeout: 10 seconds
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
  - timeout: 10s
    route: [{destination: {host: cart}}]
```

## When it stays quiet
The value is of a wrong type, or misses the pattern of its field; that is reported first. Of several faults of one path
the plainest is told. Keys and values of labels are judged in metadata, in the pods of workloads of Kubernetes itself
and in their selectors; what a controller makes of labels elsewhere is up to it.

## Fix safety
There is no fix: what was meant cannot be told.
"""

from service_mesh.model.grade import Category, Severity
from service_mesh.rules.rule import declare

RULE = declare(
    "SC133",
    "value-form-wrong",
    category=Category.SCHEMA,
    severity=Severity.ERROR,
    sources=(
        "istio/istio: manifests/charts/base/files/crd-all.gen.yaml",
        "kubernetes-sigs/gateway-api: config/crd",
        "https://kubernetes.io/docs/reference/using-api/cel/",
        "k8s.io/apimachinery: pkg/api/validation/objectmeta.go",
    ),
)
