"""What ztunnel makes of an AuthorizationPolicy: it knows connections only, so whatever speaks of requests is lost."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from service_mesh.model.flags import parse_bool
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource

__all__ = ["DRY_RUN", "Effect", "RuleAtZtunnel", "action_of", "dry_run", "rules_at_ztunnel"]

DRY_RUN = "istio.io/dry-run"

_OPERATION = frozenset({"hosts", "notHosts", "methods", "notMethods", "paths", "notPaths"})
_SOURCE = frozenset(
    {
        "remoteIpBlocks",
        "notRemoteIpBlocks",
        "requestPrincipals",
        "notRequestPrincipals",
        "trustDomains",
        "notTrustDomains",
    }
)
_CONDITIONS = frozenset({"source.ip", "source.namespace", "source.principal", "destination.ip", "destination.port"})


class Effect(StrEnum):
    """What becomes of a rule at ztunnel."""

    KEPT = "kept"
    LOST = "lost"
    NARROWED = "narrowed"
    WIDENED = "widened"


@dataclass(frozen=True, slots=True)
class RuleAtZtunnel:
    """A rule and what is left of it.

    Attributes:
        node: The rule.
        effect: `lost`: it matches nothing any more. `narrowed`: some of its alternatives are gone. `widened`: it
            matches more than was written.
        dropped: The fields that ztunnel does not know.
    """

    node: Node
    effect: Effect
    dropped: tuple[Node, ...] = ()


def action_of(policy: Resource) -> str:
    """The action of an AuthorizationPolicy; ALLOW where it names none."""
    found = policy.get("spec.action")
    return (found.text if found else "") or "ALLOW"


def dry_run(policy: Resource) -> Node | None:
    """The annotation that makes an AuthorizationPolicy a trial; None where it is meant to be enforced."""
    annotations = policy.get("metadata.annotations")
    found = annotations.key(DRY_RUN) if annotations else None
    return found if found is not None and parse_bool(found.text) else None


def rules_at_ztunnel(policy: Resource) -> tuple[RuleAtZtunnel, ...]:
    """Each rule of an ALLOW or DENY policy as ztunnel gets it.

    Of an ALLOW policy every rule with such a field is taken out. Of a DENY policy only the fields are: an alternative
    that they leave empty is passed over, and a rule with a clause of nothing but those never matches.
    (`istio/istio: pilot/pkg/serviceregistry/ambient/authorization.go`, handleRule and hasEffectiveRules;
    `istio/ztunnel: src/rbac.rs`)
    """
    return policy.once(_rules_at_ztunnel)


def _rules_at_ztunnel(policy: Resource) -> tuple[RuleAtZtunnel, ...]:
    allows = action_of(policy) == "ALLOW"
    return tuple(_rule(node, allows=allows) for node in policy.each("spec.rules[]"))


def _rule(rule: Node, *, allows: bool) -> RuleAtZtunnel:
    clauses = [clause for clause in _clauses(rule) if clause]
    dropped = tuple(field for clause in clauses for lost, _ in clause for field in lost)
    if not dropped:
        return RuleAtZtunnel(rule, Effect.KEPT)
    if allows or any(not any(kept for _, kept in clause) for clause in clauses):
        return RuleAtZtunnel(rule, Effect.LOST, dropped)
    widened = any(lost and kept for clause in clauses for lost, kept in clause)
    return RuleAtZtunnel(rule, Effect.WIDENED if widened else Effect.NARROWED, dropped)


_Item = tuple[tuple[Node, ...], bool]
"""One alternative of a clause: the fields that are lost, and whether anything stays."""


def _clauses(rule: Node) -> Iterator[list[_Item]]:
    yield [_split(node, _OPERATION) for node in rule.each("to[].operation")]
    yield [_split(node, _SOURCE) for node in rule.each("from[].source")]
    for condition in rule.each("when[]"):
        key = condition.get("key")
        if key is not None:
            known = key.text in _CONDITIONS
            yield [((), True) if known else ((key,), False)]


def _split(matcher: Node, lost: frozenset[str]) -> _Item:
    held = matcher.value if isinstance(matcher.value, dict) else {}
    filled = [name for name, value in held.items() if value and isinstance(value, list)]
    gone = tuple(node for name in filled if name in lost and (node := matcher.key(name)) is not None)
    return gone, len(gone) < len(filled)
