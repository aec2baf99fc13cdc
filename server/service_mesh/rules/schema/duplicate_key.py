"""A field is written twice in one map.

## Why it matters
Strict decoding refuses the object. Where strictness is off the later value silently replaces the earlier one, which
looks applied and is not.

## Wrong
```yaml
apiVersion: v1
kind: Service
metadata:
  name: shop
  labels: {app: shop}
  labels: {team: web}
spec: {ports: [{name: http, port: 80}]}
```

## Right
```yaml
apiVersion: v1
kind: Service
metadata:
  name: shop
  labels: {app: shop, team: web}
spec: {ports: [{name: http, port: 80}]}
```

## When it stays quiet
A merge key (`<<`) brings in a field that is then written again: that is how overriding is meant.

## Fix safety
There is no fix: what was meant cannot be told.
"""

from service_mesh.model.grade import Category, Severity
from service_mesh.rules.rule import declare

RULE = declare(
    "SC102",
    "duplicate-key",
    category=Category.SCHEMA,
    severity=Severity.ERROR,
    sources=(
        "kubernetes-sigs/yaml: yaml.go (UnmarshalStrict)",
        "k8s.io/apimachinery: pkg/runtime/serializer/json/json.go (strict decoding)",
    ),
)
