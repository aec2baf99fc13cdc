"""An object has metadata but no kind or no apiVersion, or a document is text or a list instead of an object.

## Why it matters
Without both the API server cannot tell what the object is and refuses it. kubectl stops at such a document, so that
what stands behind it in the file may never be applied.

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
The YAML belongs to another program (a values file, a compose file, a list in which nothing is an object), the
document is a single placeholder such as `${MANIFEST}`, or it stands in Markdown: such documents are counted as skipped.

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
