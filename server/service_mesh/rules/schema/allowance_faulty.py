"""An allowance gives no reason, or names a rule that does not exist.

## Why it matters
It has no effect: the finding it was meant for is still reported. The reason is required, so that the next reader
knows why the exception stands.

## Wrong
```yaml
apiVersion: v1
kind: Namespace
metadata:
  name: shop # service-mesh: allow[SC120]
```

## Right
```yaml
apiVersion: v1
kind: Namespace
metadata:
  name: shop
```

## When it stays quiet
The allowance names known rules and a reason.

## Fix safety
There is no fix: only its author knows the reason.
"""

from service_mesh.model.grade import Category, Severity
from service_mesh.rules.rule import declare

RULE = declare(
    "SC902",
    "allowance-faulty",
    category=Category.HYGIENE,
    severity=Severity.WARNING,
    sources=("service-mesh: README.md (suppression)",),
)
