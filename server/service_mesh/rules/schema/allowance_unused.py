"""An allowance is written where nothing needs it.

## Why it matters
An exception that outlives its reason hides the next real fault on that line.

## Wrong
```yaml
apiVersion: v1
kind: Namespace
metadata:
  name: shop # service-mesh: allow[SC120] kept for an old field
```

## Right
```yaml
apiVersion: v1
kind: Namespace
metadata:
  name: shop
```

## When it stays quiet
The allowed rule was not asked for in this run.

## Fix safety
There is no fix: the comment may hold words worth keeping.
"""

from service_mesh.model.grade import Category, Severity
from service_mesh.rules.rule import declare

RULE = declare(
    "SC901",
    "allowance-unused",
    category=Category.HYGIENE,
    severity=Severity.INFO,
    sources=("service-mesh: README.md (suppression)",),
)
