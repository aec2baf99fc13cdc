"""A document nests too deeply, or its aliases expand to too many values.

## Why it matters
The decoder of kubectl and the API server refuses excessive aliasing and nesting, since a few lines of text could
otherwise exhaust its memory. It is not read any further here either.

## Wrong
```yaml
a: &a [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]
b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]
c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b]
d: &d [*c, *c, *c, *c, *c, *c, *c, *c, *c, *c]
e: [*d, *d, *d, *d, *d, *d, *d, *d, *d, *d]
```

## Right
```yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: numbers}
data: {a: "1"}
```

## When it stays quiet
Nesting stays within 200 levels and aliases within 100,000 values.

## Fix safety
There is no fix: what was meant cannot be told.
"""

from service_mesh.model.grade import Category, Severity
from service_mesh.rules.rule import declare

RULE = declare(
    "SC103",
    "document-beyond-limits",
    category=Category.SCHEMA,
    severity=Severity.ERROR,
    sources=("kubernetes-sigs/yaml: goyaml.v2/decode.go (alias and depth limits)",),
)
