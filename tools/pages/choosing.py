"""The page on choosing a mesh, made of the knowledge base, so that what it says is what the tool rests on."""

from collections.abc import Iterable, Iterator, Sequence

from service_mesh.recommend.case import capability_of
from service_mesh.recommend.claims import Claim, ClaimKind, Knowledge, bundled_knowledge
from service_mesh.recommend.ranking import USUAL_WEIGHTS
from service_mesh.recommend.requirements import Need, Option

__all__ = ["choosing_page"]

_HEAD = """<!-- Generated from the knowledge base by tools.docs; do not edit. -->
# Which mesh, if any

Read this before you recommend a mesh, compare meshes, or quote what one costs. Better still, ask: the tool weighs
all of it for one team and cluster, and says what would change the answer.

Contents: ask · how it decides · what rules an option out · what each can do · who runs it for you · figures, and how
not to use them · what ends

## Ask
```bash
scripts/service-mesh recommend --requirements needs.yaml
scripts/service-mesh recommend --requirements needs.yaml --context current -o adr > mesh.md
```

```json
{"requirements": {"needs": {"mtls": "must", "canary": "should"}, "sizes": {"pods": 900}}}
```

The tool is `recommend_mesh`. Leave out what is not known: it is named with what hangs on it, and never counts as a
yes. Say `no` for what is not needed. `no-mesh` is a real answer, and so are `insufficient-facts` and `none-fits`.
"""

_DECIDES = """
## How it decides
1. Constraints and musts rule options out; a must that an option has only as alpha does too.
2. The others are weighed: {weights}. `priorities` replaces weights one by one. Who needs no security gains nothing by
   having it.
3. Confidence is what was said, the lead over the second, and the evidence; claims older than 120 days count half.
4. Sensitivity names each single weight or fact that makes another option the best.
"""

_MEASURE = """
Measure it yourself: warm up, hold the rate (`fortio -qps`, `wrk2`), look at p50, p90 and p99, on one node and across
nodes, with mTLS on and off, with your payload and connections, and count the processors of kernel, proxies and agents
together.
"""


def choosing_page() -> str:
    """The whole page."""
    return "\n".join(_lines(bundled_knowledge())).rstrip() + "\n"


def _lines(knowledge: Knowledge) -> Iterator[str]:
    yield _HEAD.rstrip()
    weights = ", ".join(f"{name} {weight:g}" for name, weight in USUAL_WEIGHTS.items())
    yield _DECIDES.format(weights=weights).rstrip()
    yield "\n## What rules an option out\n"
    rows = [one for option in Option for one in knowledge.of_kind(option, ClaimKind.REQUIREMENT) if _rules_out(one)]
    yield from _table(("option", "it needs", "when"), ((one.option, one.text("needs"), one.conditions) for one in rows))
    yield "\n## What each can do\n"
    yield from _table(("need", *(option.value for option in Option)), _matrix(knowledge))
    yield "\nga, beta and alpha are the project's words; partial lacks something, external needs another part.\n"
    yield "## Who runs it for you\n"
    offers = [one for option in Option for one in knowledge.of_kind(option, ClaimKind.MANAGED)]
    yield from _table(
        ("option", "platform", "offering", "state", "upgrades by"),
        ((one.option, *(one.text(name) for name in ("platform", "name", "state", "upgrades_by"))) for one in offers),
    )
    yield "\n## Figures, and how not to use them\n"
    figures = [one for option in Option for one in knowledge.of_kind(option, ClaimKind.LATENCY)]
    yield from _table(("option", "figure", "conditions", "date", "trust"), map(_figure, figures))
    yield _MEASURE.rstrip()
    yield "\n## What ends\n"
    ends = [one for option in Option for one in knowledge.of_kind(option, ClaimKind.DEPRECATION)]
    yield from _table(
        ("option", "what", "state", "instead"),
        ((one.option, one.text("what"), one.text("state"), one.text("replaced_by")) for one in ends),
    )


def _rules_out(claim: Claim) -> bool:
    return (
        claim.value.get("is_required") is True or claim.value.get("is_possible") is False or bool(claim.text("least"))
    )


def _matrix(knowledge: Knowledge) -> Iterator[Sequence[str]]:
    for need in Need:
        claims = [knowledge.of(option, capability_of(need)) for option in Option]
        yield need.value, *(one.text("level") if one is not None else "not known" for one in claims)


def _figure(claim: Claim) -> Sequence[str]:
    low, high = claim.number("low"), claim.number("high")
    value = f"{low:g}" if low is not None else "?"
    value += f" to {high:g}" if high is not None and high != low else ""
    told = f"{value} {claim.text('unit')} {claim.text('percentile')}".strip()
    return claim.option.value, told, claim.conditions, claim.dated.isoformat(), claim.confidence


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(header)} |"
    yield "|" + " --- |" * len(header)
    for row in rows:
        yield f"| {' | '.join(cell.replace('|', '/') for cell in row)} |"
