"""An object holds a field that its kind does not have.

## Why it matters
With strict validation, what `kubectl` asks for, the API server refuses the object. Without it the field is dropped
silently: the setting looks applied and has no effect.

## Wrong
```yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: shop
spec:
  hosst: [shop]
```

## Right
```yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: shop
spec:
  hosts: [shop]
```

## When it stays quiet
The schema keeps unknown fields at that place, as for the value of an EnvoyFilter patch. It is a warning where the
release that was asked for is newer than all that are known, where the field is known to come with the next release and
no version was named, and for Cilium, whose definitions were put together from copies.

## Fix safety
Offered where a field of the same map has a near name and is not written yet. Safe where no other name is as near and
the value has the type of that field: the object is refused as written.
"""

from service_mesh.model.grade import Category, Severity
from service_mesh.rules.rule import declare

RULE = declare(
    "SC120",
    "field-unknown",
    category=Category.SCHEMA,
    severity=Severity.ERROR,
    sources=(
        "k8s.io/apiextensions-apiserver: pkg/apiserver/schema/pruning/algorithm.go",
        "k8s.io/apimachinery: pkg/runtime/serializer/json/json.go (strict decoding)",
        "https://kubernetes.io/docs/reference/using-api/api-concepts/#field-validation",
    ),
)
