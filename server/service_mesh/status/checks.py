"""Which health rules belong to a part of the health that somebody asks for."""

from collections.abc import Iterable

from service_mesh.rules.registry import Registry
from service_mesh.rules.rule import Rule

__all__ = ["CERTIFICATES", "codes_of", "part_of"]

CERTIFICATES = "certificates"
"""The part that is a family of rules; each other part is a room of the family `status`."""

_BEFORE = "pre-install"
_COMPOSED = {
    "pre-install": (_BEFORE, "versions"),
    "post-install": ("control-plane", "data-plane", "gateways", CERTIFICATES, "configuration"),
    "upgrade": ("versions", "control-plane", CERTIFICATES, "data-plane"),
}
"""Parts that take more than the rules of their own name."""


def part_of(rule: Rule) -> str:
    """The part a health rule belongs to, such as `control-plane`."""
    return rule.room.replace("_", "-") or rule.family


def codes_of(parts: Iterable[str], registry: Registry) -> frozenset[str]:
    """Codes of the health rules of some parts; where none is named, of all that concern a mesh that is installed."""
    wanted = {one for part in parts for one in _COMPOSED.get(part, (part,))}
    rules = registry.about_health()
    if not wanted:
        return frozenset(rule.code for rule in rules if part_of(rule) != _BEFORE)
    return frozenset(rule.code for rule in rules if part_of(rule) in wanted)
