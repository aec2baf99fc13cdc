"""A value has another type than its field.

## Why it matters
The API server refuses the object. YAML makes such slips easy: `true`, `80` and `on` without quotes are no strings.

## Wrong
```yaml
apiVersion: v1
kind: Pod
metadata:
  name: shop
spec:
  containers:
  - name: shop
    image: example.com/shop:1
    env: [{name: DEBUG, value: true}]
```

## Right
```yaml
apiVersion: v1
kind: Pod
metadata:
  name: shop
spec:
  containers:
  - name: shop
    image: example.com/shop:1
    env: [{name: DEBUG, value: "true"}]
```

## When it stays quiet
The field takes an integer or a string, or a quantity, and holds either. A null stands for an absent field and is
accepted wherever the field may be absent.

## Fix safety
Safe where one value of the right type is written the same way: a number or boolean that the file shows in the form
it is quoted in, or a quoted number where a number belongs. A single value becomes a list only as an unsafe fix.
"""

from service_mesh.model.grade import Category, Severity
from service_mesh.rules.rule import declare

RULE = declare(
    "SC121",
    "type-wrong",
    category=Category.SCHEMA,
    severity=Severity.ERROR,
    sources=(
        "k8s.io/kube-openapi: pkg/validation/validate/type.go",
        "sigs.k8s.io/json: internal/golang/encoding/json/decode.go",
    ),
)
