"""A rule failed on an object and was not applied any further.

## Why it matters
It is a defect of service-mesh, not of the configuration. The other rules still ran; what this rule would have said is
not known.

## Wrong
No manifest shows it: no rule is known to fail.

## Right
Please report the object (without its secrets) and the rule's code.

## When it stays quiet
Always, as long as no rule fails.

## Fix safety
There is no fix: what was meant cannot be told.
"""

from service_mesh.model.grade import Category, Severity
from service_mesh.rules.rule import declare

RULE = declare(
    "SC999",
    "rule-crashed",
    category=Category.OPERATIONS,
    severity=Severity.WARNING,
    sources=("service-mesh: server/service_mesh/engine/run.py",),
)
