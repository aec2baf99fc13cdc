"""A value is not one of those that its field takes.

## Why it matters
The API server refuses the object. Names of modes are compared letter by letter, case included.

## Wrong
```yaml
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata:
  name: shop
spec:
  host: shop
  trafficPolicy:
    tls: {mode: istio-mutual}
```

## Right
```yaml
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata:
  name: shop
spec:
  host: shop
  trafficPolicy:
    tls: {mode: ISTIO_MUTUAL}
```

## When it stays quiet
The field takes any string, even if the mesh ignores some of them.

## Fix safety
Offered where one value is near. Safe only where case, dashes and underscores are all that differs.
"""

from service_mesh.model.grade import Category, Severity
from service_mesh.rules.rule import declare

RULE = declare(
    "SC122",
    "value-not-allowed",
    category=Category.SCHEMA,
    severity=Severity.ERROR,
    sources=(
        "k8s.io/kube-openapi: pkg/validation/validate/values.go (Enum)",
        "istio/istio: manifests/charts/base/files/crd-all.gen.yaml",
        "k8s.io/apimachinery: pkg/api/validation/objectmeta.go",
    ),
)
