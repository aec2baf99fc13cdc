"""An object has metadata but no kind or no apiVersion.

## Why it matters
Without both the API server cannot tell what the object is and refuses it.

## Wrong
```yaml
kind: Service
metadata: {name: shop}
```

## Right
```yaml
apiVersion: v1
kind: Service
metadata: {name: shop}
spec: {ports: [{name: http, port: 80}]}
```

## When it stays quiet
The YAML is no Kubernetes object at all (a values file, a compose file): such documents are counted as skipped.

## Fix safety
There is no fix: what was meant cannot be told.
"""

from service_mesh.model.grade import Category, Severity
from service_mesh.rules.rule import declare

RULE = declare(
    "SC106",
    "object-type-missing",
    category=Category.SCHEMA,
    severity=Severity.ERROR,
    sources=(
        "k8s.io/apimachinery: pkg/runtime/serializer/json/meta.go",
        "https://kubernetes.io/docs/concepts/overview/working-with-objects/",
    ),
)
