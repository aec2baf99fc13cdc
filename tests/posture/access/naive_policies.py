"""What one proxy of Istio decides by AuthorizationPolicy and RequestAuthentication, written down plainly.

Sources as in the documents of Istio: https://istio.io/latest/docs/reference/config/security/authorization-policy/ and
https://istio.io/latest/docs/ambient/usage/l4-policy/; what they leave open is read from `pilot/pkg/security/authz` and
from `istio/ztunnel: src/rbac.rs`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.posture.access.naive_matching import Seen, holds, is_l7, is_refused
from tests.posture.access.naive_values import (
    ROOT,
    Object,
    World,
    annotations_of,
    every,
    home_of,
    negated,
    of_kind,
    selects,
    setting,
    some,
)

__all__ = ["Proxy", "decided"]

_SOURCE = {
    "principals": "source.principal",
    "namespaces": "source.namespace",
    "serviceAccounts": "source.serviceAccount",
    "trustDomains": "source.trustDomain",
    "requestPrincipals": "request.auth.principal",
    "ipBlocks": "source.ip",
    "remoteIpBlocks": "remote.ip",
}
_OPERATION = {"hosts": "host", "methods": "method", "paths": "path", "ports": "destination.port"}
_ZTUNNEL_FIELDS = {"source.principal", "source.namespace", "source.serviceAccount", "source.ip", "destination.port"}
_ZTUNNEL_KEYS = {"source.principal", "source.namespace", "source.ip", "destination.ip", "destination.port"}

_Field = tuple[str, list[str], list[str]]
"""An attribute, the values that it may have, and those that it may not."""


@dataclass(frozen=True)
class Proxy:
    """Who decides: a `sidecar`, a `ztunnel` or a `waypoint`, for a workload or for a Service that is addressed."""

    kind: str
    namespace: str
    labels: Mapping[str, str] = field(default_factory=dict)
    gateway: str = ""
    service: str = ""


def decided(world: World, proxy: Proxy, seen: Seen, protocol: str | None) -> tuple[str, str]:
    """The verdict, and the stage that decides; empty where nothing speaks of the call."""
    if proxy.kind == "ztunnel":
        return _on_chain(world, proxy, seen, "ztunnel")
    if protocol is not None:
        return _on_chain(world, proxy, seen, protocol)
    http, tcp = (_on_chain(world, proxy, seen, chain) for chain in ("http", "tcp"))
    return http if http[0] == tcp[0] != "unknown" else ("unknown", http[1] or tcp[1])


def _on_chain(world: World, proxy: Proxy, seen: Seen, chain: str) -> tuple[str, str]:
    stages = list(_stages(world, proxy, seen, chain))
    for wanted, verdict in ((True, "denied"), (None, "unknown")):
        for stage, denies, _ in stages:
            if denies is wanted:
                return verdict, stage
    return "allowed", next((stage for stage, _, speaks in stages if speaks), "")


def _stages(world: World, proxy: Proxy, seen: Seen, chain: str) -> Iterator[tuple[str, bool | None, bool]]:
    """Each stage: its name, whether it denies, and whether a policy lets the call pass there."""
    policies = _enforced(world, "AuthorizationPolicy", proxy)
    acting = {action: [one for one in policies if _action(one) == action] for action in ("CUSTOM", "DENY", "ALLOW")}
    if chain != "ztunnel":
        yield "custom", _by_custom(world, acting["CUSTOM"], seen, chain), False
    claims = None
    if chain == "http":
        refused, claims = _by_token(world, proxy, seen)
        yield "token", refused, False
    seen = seen.with_claims(claims)
    trials = [one for one in policies if annotations_of(one).get("istio.io/dry-run") == "true"]
    deny, allow = ([one for one in acting[action] if one not in trials] for action in ("DENY", "ALLOW"))
    yield "deny", some(_matches(one, seen, chain) for one in deny), False
    allowed = some(_matches(one, seen, chain) for one in allow)
    yield "allow", negated(allowed) if allow else False, allowed is True


def _action(policy: Object) -> str:
    return str(policy["spec"].get("action", "ALLOW"))


def _enforced(world: World, kind: str, proxy: Proxy) -> list[Object]:
    return [one for one in of_kind(world, kind) if _is_enforced(one, proxy)]


def _is_enforced(policy: Object, proxy: Proxy) -> bool:
    home, spec = home_of(policy), policy["spec"]
    targets = spec.get("targetRefs") or ([spec["targetRef"]] if "targetRef" in spec else [])
    if proxy.kind == "waypoint":
        return any(_is_target(target, home, proxy) for target in targets)
    selector = policy["spec"].get("selector")
    if targets or home not in (proxy.namespace, ROOT):
        return False
    if proxy.kind == "ztunnel" and selector is not None and not selector.get("matchLabels"):
        return False
    return selects(selector, proxy.labels)


def _is_target(target: Object, home: str, proxy: Proxy) -> bool:
    match target["kind"]:
        case "Gateway":
            return home == proxy.namespace and target["name"] == proxy.gateway
        case "GatewayClass":
            return home == ROOT and target["name"] == "istio-waypoint"
        case _:
            return f"{home}/{target['name']}" == proxy.service


def _by_custom(world: World, policies: list[Object], seen: Seen, chain: str) -> bool | None:
    names = {one["spec"]["provider"]["name"] for one in policies}
    providers = {one["name"]: one for one in setting(world, "extensionProviders") or []}
    found: list[bool | None] = []
    for policy in policies:
        matched = _matches(policy, seen, chain)
        provider = providers.get(policy["spec"]["provider"]["name"])
        if len(names) > 1 or provider is None:
            found.append(matched)
        elif chain == "http" or "envoyExtAuthzGrpc" in provider:
            found.append(every((matched, None)))
    return some(found)


def _by_token(world: World, proxy: Proxy, seen: Seen) -> tuple[bool | None, Mapping[str, Any] | None]:
    """Whether the token is refused, and the claims that are known to the policies."""
    rules = [rule for one in _enforced(world, "RequestAuthentication", proxy) for rule in one["spec"]["jwtRules"]]
    if seen.claims is None or not rules:
        return False, None
    if "iss" not in seen.claims:
        return None, seen.claims
    audience = seen.claims.get("aud", [])
    given = [audience] if isinstance(audience, str) else audience
    for rule in rules:
        wanted = rule.get("audiences")
        if rule["issuer"] == seen.claims["iss"] and (not wanted or any(one in wanted for one in given)):
            return False, seen.claims
    return True, None


def _matches(policy: Object, seen: Seen, chain: str) -> bool | None:
    return some(_rule_matches(rule, policy, seen, chain) for rule in policy["spec"].get("rules", []))


def _rule_matches(rule: Object, policy: Object, seen: Seen, chain: str) -> bool | None:
    action = _action(policy)
    if is_refused(rule, action):
        return False
    seen = seen.at(home_of(policy), at_ztunnel=chain == "ztunnel")
    clauses = [*_clauses(rule)]
    if chain == "ztunnel":
        return _at_ztunnel(rule, clauses, seen, action)
    if chain == "tcp":
        if action == "ALLOW" and any(is_l7(one[0]) for clause in clauses for item in clause for one in item):
            return False
        clauses = [[[one for one in item if not is_l7(one[0])] for item in clause] for clause in clauses]
    return every(_clause_holds(clause, seen) for clause in clauses)


def _at_ztunnel(rule: Object, clauses: list[list[list[_Field]]], seen: Seen, action: str) -> bool | None:
    conditions = len(rule.get("when", []))
    kept: list[list[list[_Field]]] = []
    for index, clause in enumerate(clauses):
        known = _ZTUNNEL_KEYS if index >= len(clauses) - conditions else _ZTUNNEL_FIELDS
        kept.append([[one for one in item if one[0] in known] for item in clause])
    if action == "ALLOW" and kept != clauses:
        return False
    return every(_clause_holds([item for item in clause if item], seen) for clause in kept)


def _clause_holds(clause: list[list[_Field]], seen: Seen) -> bool | None:
    return some(every(_field_holds(one, seen) for one in item) for item in clause)


def _field_holds(one: _Field, seen: Seen) -> bool | None:
    key, values, others = one
    wanted = some(holds(key, value, seen) for value in values) if values else True
    return every((wanted, negated(some(holds(key, value, seen) for value in others))))


def _clauses(rule: Object) -> Iterator[list[list[_Field]]]:
    """The sources, the operations, then one clause for each condition."""
    for clause, name, fields in (("from", "source", _SOURCE), ("to", "operation", _OPERATION)):
        if rule.get(clause):
            yield [_fields(entry[name], fields) for entry in rule[clause]]
    for condition in rule.get("when", []):
        yield [[(condition["key"], condition.get("values", []), condition.get("notValues", []))]]


def _fields(holder: Object, names: Mapping[str, str]) -> list[_Field]:
    found = []
    for name, key in names.items():
        values, others = holder.get(name, []), holder.get(f"not{name[0].upper()}{name[1:]}", [])
        if values or others:
            found.append((key, values, others))
    return found
