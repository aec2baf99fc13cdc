"""A document is not YAML or JSON.

## Why it matters
Nothing in it reaches the cluster, and a tool that stops at the first broken document hides the ones behind it.

## Wrong
```yaml
apiVersion: v1
kind: Service
metadata: {name: shop
```

## Right
```yaml
apiVersion: v1
kind: Service
metadata: {name: shop}
spec: {ports: [{name: http, port: 80}]}
```

## When it stays quiet
The text is an unrendered Helm template: that is reported as not checked, with the command that renders it.

## Fix safety
There is no fix: what was meant cannot be told.
"""

from service_mesh.model.grade import Category, Severity
from service_mesh.rules.rule import declare

RULE = declare(
    "SC101",
    "unreadable-document",
    category=Category.SCHEMA,
    severity=Severity.ERROR,
    sources=(
        "kubernetes-sigs/yaml: yaml.go",
        "https://yaml.org/spec/1.2.2/",
    ),
)
