"""An object names a kind that its API group does not have, or not in this release.

## Why it matters
The API server knows no such resource and refuses the object. The usual reasons are a slip in `kind` and an
`apiVersion` whose group belongs to another kind.

## Wrong
```yaml
apiVersion: networking.istio.io/v1
kind: VirtualServce
metadata:
  name: shop
spec: {hosts: [shop]}
```

## Right
```yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: shop
spec: {hosts: [shop]}
```

## When it stays quiet
The group is not in the catalogue, or the kind is one of Kubernetes' own that the catalogue knows by name alone.
IstioOperator is accepted under every release: it is the input of istioctl, which reads it without a definition.

## Fix safety
Offered where one kind of the group is near, or where exactly one other group has the kind. Never safe: what was
meant is guessed.
"""

from service_mesh.model.grade import Category, Severity
from service_mesh.rules.rule import declare

RULE = declare(
    "SC111",
    "kind-unknown",
    category=Category.SCHEMA,
    severity=Severity.ERROR,
    sources=(
        "k8s.io/apimachinery: pkg/api/meta/restmapper.go",
        "https://kubernetes.io/docs/reference/using-api/api-concepts/",
    ),
)
