"""Whether a rule matches a call: on Envoy's chain for HTTP, on its chain for TCP, and at ztunnel."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from enum import StrEnum

from service_mesh.model.node import Node
from service_mesh.model.path import Path
from service_mesh.model.resource import Resource
from service_mesh.posture.istio.authorization.answers import NO, YES, Answer, all_of, any_of, negated, unknown
from service_mesh.posture.istio.authorization.attributes import Seen, is_http, matches
from service_mesh.posture.istio.authorization.fields import OPERATION, SOURCE, Named, named_in
from service_mesh.posture.istio.authorization.refused import is_refused
from service_mesh.posture.istio.policy_parts import clauses, policy_rules, texts_in
from service_mesh.posture.istio.ztunnel import Effect, RuleAtZtunnel, action_of, rules_at_ztunnel

__all__ = ["Chain", "rule_matches"]

_SINCE: Mapping[str, tuple[int, int]] = {"source.serviceAccount": (1, 25), "source.trustDomain": (1, 31)}
_AT_ZTUNNEL = frozenset(
    {
        "source.principal",
        "source.namespace",
        "source.serviceAccount",
        "source.ip",
        "destination.ip",
        "destination.port",
    }
)
_FIRST_WITH_DOMAINS = (1, 31)
_DOMAINS = frozenset({"trustDomains", "notTrustDomains"})

_Clause = list[list[Named]]
"""Alternatives, each of fields that all have to hold."""


class Chain(StrEnum):
    """What a proxy makes of rules: it differs with what it takes the connection for."""

    HTTP = "http"
    TCP = "tcp"
    ZTUNNEL = "ztunnel"


def rule_matches(rule: Node, seen: Seen, chain: Chain) -> Answer:
    """Tell whether a rule matches a call: one source, one operation and every condition have to.

    What the API server refuses matches nothing. On a chain for TCP, an ALLOW rule that asks for anything of requests is
    left out, and any other rule loses those fields, so it matches more. At ztunnel see `rules_at_ztunnel`.
    (`istio/istio: pilot/pkg/security/authz/model/model.go`, New, Generate and checkError; `istio/ztunnel: src/rbac.rs`,
    matches; for `trustDomains`, which the first source of 1.31 hands to ztunnel as nothing and the newest as a field of
    requests, `pilot/pkg/serviceregistry/ambient/authorization.go`, httpSources)

    Args:
        rule: One of the `policy_rules`.
        seen: The call.
        chain: Where it is asked.
    """
    if is_refused(rule):
        return NO
    if seen.home != rule.resource.namespace:
        seen = replace(seen, home=rule.resource.namespace)
    return _at_ztunnel(rule, seen) if chain is Chain.ZTUNNEL else _at_envoy(rule, seen, chain)


def _at_envoy(rule: Node, seen: Seen, chain: Chain) -> Answer:
    asked = rule.resource.once(_asked)[rule.path]
    if chain is Chain.HTTP:
        return _all_hold(asked, seen)
    if action_of(rule.resource) == "ALLOW" and any(map(_is_http, _each(asked))):
        return NO
    return _all_hold(([[one for one in item if not _is_http(one)] for item in clause] for clause in asked), seen)


def _at_ztunnel(rule: Node, seen: Seen) -> Answer:
    left = rule.resource.once(_left)[rule.path]
    if left.effect is not Effect.LOST:
        return _of_connection(rule, seen)
    lost = {node.path[-1] for node in left.dropped}
    if seen.release != _FIRST_WITH_DOMAINS or not lost <= _DOMAINS or _of_connection(rule, seen).value is False:
        return NO
    return unknown("which patch of release 1.31 runs, since its first ones pass over 'trustDomains' in ambient mode")


def _of_connection(rule: Node, seen: Seen) -> Answer:
    """Whether what is left of a rule for connections matches; alternatives of which nothing is left are passed over."""
    asked = rule.resource.once(_asked)[rule.path]
    kept = ([[one for one in item if _is_of_connection(one)] for item in clause] for clause in asked)
    return _all_hold(([item for item in clause if item] for clause in kept), seen)


def _all_hold(asked: Iterable[_Clause], seen: Seen) -> Answer:
    return all_of(any_of(all_of(_holds(one, seen) for one in item) for item in clause) for clause in asked)


def _left(policy: Resource) -> Mapping[Path, RuleAtZtunnel]:
    return {left.node.path: left for left in rules_at_ztunnel(policy)}


def _asked(policy: Resource) -> Mapping[Path, list[_Clause]]:
    """What each rule asks: a clause of sources, one of operations, and one for each condition."""
    return {rule.path: [clause for clause in _clauses(rule) if clause] for rule in policy_rules(policy)}


def _clauses(rule: Node) -> Iterator[_Clause]:
    parts = clauses(rule)
    yield [list(named_in(source, SOURCE)) for source in parts.sources]
    yield [list(named_in(operation, OPERATION)) for operation in parts.operations]
    for key, node in parts.conditions:
        values, others = ([text.text for text in texts_in(node, name)] for name in ("values", "notValues"))
        yield [[Named(key, key, values, others)]]


def _holds(one: Named, seen: Seen) -> Answer:
    since = _SINCE.get(one.key)
    if since is not None and seen.release < since:
        if one.field == one.key:
            return NO  # an older API server refuses the key of a condition, and prunes a field
        return unknown(f"what a release before {'.'.join(map(str, since))} makes of '{one.field}'")
    wanted = matches(one.key, one.values, seen) if one.values else YES
    unwanted = negated(matches(one.key, one.others, seen)) if one.others else YES
    return all_of((wanted, unwanted))


def _is_http(one: Named) -> bool:
    return is_http(one.key)


def _is_of_connection(one: Named) -> bool:
    return one.key in _AT_ZTUNNEL and one.field != "source.serviceAccount"  # as a field it is known, as a key it is not


def _each(asked: list[_Clause]) -> Iterator[Named]:
    return (one for clause in asked for item in clause for one in item)
