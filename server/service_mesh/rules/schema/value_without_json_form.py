"""A value can be written in YAML but not in JSON.

## Why it matters
Objects are turned into JSON before anything looks at them. Infinity, not-a-number, field names that are null, maps or
lists, merges of something that is no map, and tags that do not fit their value make that step fail.

## Wrong
```yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: limits, annotations: {ratio: .inf}}
```

## Right
```yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: limits, annotations: {ratio: ".inf"}}
```

## When it stays quiet
The value is quoted, so it is a string.

## Fix safety
There is no fix: what was meant cannot be told.
"""

from service_mesh.model.grade import Category, Severity
from service_mesh.rules.rule import declare

RULE = declare(
    "SC104",
    "value-without-json-form",
    category=Category.SCHEMA,
    severity=Severity.ERROR,
    sources=(
        "kubernetes-sigs/yaml: yaml.go (YAMLToJSON)",
        "kubernetes-sigs/yaml: goyaml.v2/resolve.go",
    ),
)
