"""Small knowledge bases for tests: claims made by chance or by hand, never those that come with the product."""

import random
from collections.abc import Mapping
from datetime import date

from service_mesh.recommend.case import capability_of
from service_mesh.recommend.claims import Claim, ClaimKind, Knowledge, knowledge_of
from service_mesh.recommend.requirements import Need, Option

__all__ = ["TODAY", "claim", "random_knowledge"]

TODAY = date(2026, 11, 21)
_LEVELS = ("ga", "ga", "ga", "beta", "alpha", "partial", "external", "no")


def claim(
    option: Option, name: str, kind: ClaimKind = ClaimKind.CAPABILITY, dated: date = TODAY, **value: object
) -> Claim:
    """A claim with a value."""
    held: Mapping[str, object] = value
    title = f"{option.value}.{name}.{kind.value}"
    return Claim(title, option, name, kind, held, "as measured", "https://example.com", dated, "", "high")


def random_knowledge(seed: int) -> Knowledge:
    """Claims on most properties of all options; some are not there."""
    chance = random.Random(seed)
    found: list[Claim] = []
    names = [*dict.fromkeys(map(capability_of, Need)), "workload-identity", "l4-authorization"]
    for option in Option:
        for name in names:
            level = chance.choice(_LEVELS)
            utility = 0.0 if level == "no" else round(chance.random(), 2)
            if chance.random() < 0.9:
                found.append(claim(option, name, level=level, utility=utility))
        operations = ClaimKind.OPERATIONS
        found.append(claim(option, "data-path", operations, cost_l4=chance.random(), cost_l7=chance.random() * 2))
        found.append(claim(option, "effort", operations, effort=round(chance.random(), 2)))
        for part in ("proxy", "node", "waypoint", "control-plane"):
            low = chance.randint(1, 200)
            found.append(claim(option, f"cpu-{part}", ClaimKind.RESOURCE, per=part, unit="mCPU", low=low, high=low * 2))
        if chance.random() < 0.5:
            found.append(claim(option, "node-agent", ClaimKind.REQUIREMENT, is_required=chance.random() < 0.5))
    return knowledge_of(found)
