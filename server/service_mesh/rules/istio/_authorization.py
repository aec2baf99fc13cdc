"""The parts of an AuthorizationPolicy, so that every rule about it walks them the same way."""

from collections.abc import Iterable

from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.istio.policy_parts import (
    clauses,
    condition_texts,
    has_lists,
    listed_texts,
    policy_rules,
    texts_in,
)
from service_mesh.posture.istio.ztunnel import action_of, dry_run

__all__ = [
    "HTTP_OPERATION",
    "HTTP_SOURCE",
    "IDENTITY_CONDITIONS",
    "IDENTITY_SOURCE",
    "action",
    "are_covered",
    "condition_texts",
    "conditions",
    "covers_value",
    "has_lists",
    "has_rules",
    "is_dry_run",
    "is_http_condition",
    "listed_texts",
    "matches_anywhere",
    "operations",
    "rules",
    "sources",
    "values",
]

values = texts_in
"""The texts in some lists of a source, an operation or a condition."""

HTTP_SOURCE = ("requestPrincipals", "notRequestPrincipals")
"""Fields of a source that only a request has."""

HTTP_OPERATION = ("hosts", "notHosts", "methods", "notMethods", "paths", "notPaths")
"""Fields of an operation that only a request has."""

IDENTITY_SOURCE = (
    "principals",
    "notPrincipals",
    "namespaces",
    "notNamespaces",
    "serviceAccounts",
    "notServiceAccounts",
    "trustDomains",
    "notTrustDomains",
)
"""Fields of a source that are read from the client's certificate."""

IDENTITY_CONDITIONS = ("source.namespace", "source.principal", "source.serviceAccount", "source.trustDomain")
"""Keys of conditions that are read from the client's certificate."""


def action(policy: Resource) -> str:
    """What a policy does; ALLOW where it does not say."""
    return policy.once(action_of)


def rules(policy: Resource) -> tuple[Node, ...]:
    """Its rules, those that are maps."""
    return policy_rules(policy)


def has_rules(policy: Resource) -> bool:
    """Tell whether it holds any rule; an empty list is the same as none."""
    found = policy.get("spec.rules")
    return found is not None and bool(found.value)


def is_dry_run(policy: Resource) -> bool:
    """Tell whether a policy is only tried: it never decides."""
    return dry_run(policy) is not None


def sources(rule: Node) -> tuple[Node, ...]:
    """The sources of a rule."""
    return clauses(rule).sources


def operations(rule: Node) -> tuple[Node, ...]:
    """The operations of a rule."""
    return clauses(rule).operations


def conditions(rule: Node) -> tuple[tuple[str, Node], ...]:
    """The conditions of a rule, each with its key."""
    return clauses(rule).conditions


def is_http_condition(key: str) -> bool:
    """Tell whether a condition is about something only a request has."""
    return key.startswith("request.")


def covers_value(outer: str, inner: str) -> bool:
    """Tell whether one pattern matches whatever another one matches: exact, `x*`, `*x` and `*`."""
    if outer == inner or outer == "*":
        return True
    if outer.endswith("*"):
        return inner.startswith(outer[:-1]) and not inner.startswith("*")
    if outer.startswith("*"):
        return inner.endswith(outer[1:]) and not inner.endswith("*")
    return False


def are_covered(texts: Iterable[str], patterns: Iterable[str]) -> bool:
    """Tell whether each text is among some patterns or matched by one; equal ones are found without a search."""
    known = frozenset(patterns)
    wide = [pattern for pattern in known if "*" in pattern]
    return all(text in known or any(covers_value(pattern, text) for pattern in wide) for text in texts)


def matches_anywhere(pattern: str, text: str) -> bool:
    """Match a namespace pattern, in which `*` may stand anywhere.

    (`istio/istio: pilot/pkg/security/authz/model/generator.go`, srcNamespaceGenerator)
    """
    head, *rest = pattern.split("*")
    if not rest:
        return pattern == text
    *middle, tail = rest
    if not text.startswith(head) or len(text) < len(head) + len(tail) or not text.endswith(tail):
        return False
    place, end = len(head), len(text) - len(tail)
    for part in middle:
        found = text.find(part, place, end)
        if found < 0:
            return False
        place = found + len(part)
    return True
