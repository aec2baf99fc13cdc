"""The examples on the pages of rules."""

import re

from service_mesh.rules.rule import Rule

__all__ = ["snippet"]

_FENCE = re.compile(r"```yaml\n(.*?)```", re.DOTALL)


def snippet(rule: Rule, heading: str) -> str | None:
    """The YAML below a heading (`Wrong`, `Right`) of a rule's page; None where it shows none."""
    section = rule.page.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    match = _FENCE.search(section)
    return match[1] if match else None
