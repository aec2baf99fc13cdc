"""Part of an AuthorizationPolicy rules out what it asks for.

## Why it matters
All fields of a source or an operation have to match together. A value that is asked for and excepted at once, a port
that no connection arrives at, or a method where nothing is HTTP makes the part match nothing: an ALLOW opens nothing by
it, a DENY stops nothing.

## Wrong
```yaml
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: cart, namespace: shop}
spec:
  rules:
  - to:
    - operation: {paths: [/admin/users], notPaths: [/admin*]}
```

## Right
```yaml
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: cart, namespace: shop}
spec:
  rules:
  - to:
    - operation: {paths: [/admin*], notPaths: [/admin/users]}
```

## When it stays quiet
One value is left that the exceptions do not cover; a field and a condition on the same thing have a value in common. A
port is reported if it is one of a Service of the selected workloads and leads to another container port of all of them,
and is a container port of none. What only requests have is reported in an ALLOW if every workload has a sidecar and
every port of its Services is declared as something else than HTTP; in a DENY it is another rule's matter. All parts of
a policy that rule themselves out are told by one finding, at the first of them, and so are all places with one port.

## Fix safety
Replacing the port of a Service by the container port that it leads to is offered, for all places in the policy that
name it; unsafe, because the rules start to match.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from service_mesh.mesh.ports import port_number, target_number
from service_mesh.mesh.selection import policy_selector, selected
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import Workload
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Fix
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import AUTHORIZATION_POLICY, SERVICE
from service_mesh.model.node import Node
from service_mesh.model.ports import port_in
from service_mesh.model.resource import Resource
from service_mesh.model.selectors import Selector
from service_mesh.posture.istio.attachment import (
    ATTACHMENT_KINDS,
    Point,
    namespace_of_scope,
    point_of,
    selected_by,
    targets,
)
from service_mesh.rules.istio._authorization import (
    action,
    are_covered,
    conditions,
    covers_value,
    has_lists,
    listed_texts,
    operations,
    rules,
    sources,
    values,
)
from service_mesh.rules.istio._http_only import http_fields, is_tcp, offered_ports, shown_fields
from service_mesh.rules.rule import rule

_SOURCE = ("principals", "namespaces", "requestPrincipals", "serviceAccounts", "trustDomains", "ipBlocks")
_OPERATION = ("hosts", "methods", "paths", "ports")
_OPPOSITES = {field: f"not{field[0].upper()}{field[1:]}" for field in (*_SOURCE, *_OPERATION)}
"""Field -> the one that excepts."""
_ALSO = {"source.namespace": "namespaces", "source.principal": "principals", "destination.port": "ports"}
"""Key of a condition -> the field that is about the same thing."""

_MOST = 50
"""Workloads whose ports are looked at."""

_NOTES = 10
"""Further places that a finding points at."""


@rule(
    "IS213",
    category=Category.SECURITY,
    severity=Severity.WARNING,
    about=(AUTHORIZATION_POLICY,),
    reads=tuple(dict.fromkeys((SERVICE, *ATTACHMENT_KINDS))),
    sources=(
        "istio/istio: pilot/pkg/security/authz/model/model.go",
        "https://istio.io/latest/docs/reference/config/security/authorization-policy/#Rule",
    ),
)
def rule_never_matches(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report what cannot match together and ports that nothing arrives at, once per policy at the first place."""
    yield from _once(list(_of_protocol(resource, mesh)))
    yield from _once(list(_contradictions(resource)))
    by_port: dict[str, list[Draft]] = {}
    for draft in _of_services(resource, mesh):
        by_port.setdefault(draft.message, []).append(draft)
    for drafts in by_port.values():
        yield from _once(drafts)


def _once(drafts: list[Draft]) -> Iterator[Draft]:
    """One finding for places that have the same fault, whose fix mends them all."""
    if len(drafts) < 2:
        yield from drafts
        return
    first, *others = drafts
    more = f"{len(others)} more places are" if len(others) > 1 else "one more place is"
    notes = tuple(draft.node.note(draft.message) for draft in others[:_NOTES] if draft.node is not None)
    edits = tuple(edit for draft in drafts if draft.fix is not None for edit in draft.fix.edits)
    fix = replace(first.fix, edits=edits) if first.fix is not None else None
    yield replace(first, message=f"{first.message}; {more} alike in this policy", related=notes, fix=fix)


def _contradictions(policy: Resource) -> Iterator[Draft]:
    excepts = has_lists(policy, *_OPPOSITES.values())
    for rule_node in rules(policy):
        for source in sources(rule_node) if excepts else ():
            yield from _excepted(source, _SOURCE)
        for operation in operations(rule_node) if excepts else ():
            yield from _excepted(operation, _OPERATION)
        for key, condition in conditions(rule_node):
            yield from _of_condition(key, condition, rule_node)


def _of_services(policy: Resource, mesh: MeshView) -> Iterator[Draft]:
    if targets(policy) or not has_lists(policy, "ports"):
        return
    place = policy_selector(policy), namespace_of_scope(mesh, policy), policy.cluster
    aims: dict[str, frozenset[int]] = {}
    for port in listed_texts(policy, "ports"):
        if port.text not in aims:
            number = port_in(port.text)
            aims[port.text] = frozenset() if number is None else mesh.once(_elsewhere, (*place, number))
        if aims[port.text]:
            yield _of_service(port, aims[port.text])


def _of_protocol(policy: Resource, mesh: MeshView) -> Iterator[Draft]:
    """The protocol of the workloads is one fault, however many rules forget it."""
    if action(policy) != "ALLOW" or targets(policy):
        return
    servers = selected_by(mesh, policy)[:_MOST]
    if servers and all(mesh.once(_is_tcp_only, server) for server in servers):
        asking = [fields for rule_node in rules(policy) if (fields := http_fields(rule_node))]
        shown = shown_fields([field for fields in asking for field in fields])
        message = f"no port of '{servers[0].title}' is HTTP, so {shown} never match"
        yield from (fields[0].finding(message) for fields in asking)


def _is_tcp_only(mesh: MeshView, server: Workload) -> bool:
    ports = list(offered_ports(mesh, server)) if point_of(mesh, server) is Point.SIDECAR else []
    return bool(ports) and all(map(is_tcp, ports))


def _excepted(holder: Node, fields: tuple[str, ...]) -> Iterator[Draft]:
    held = holder.value if isinstance(holder.value, dict) else {}
    for field in fields:
        opposite = _OPPOSITES[field]
        if not held.get(field) or not held.get(opposite):
            continue
        asked = list(values(holder, field))
        if asked and are_covered(_texts(asked), _texts(values(holder, opposite))):
            yield asked[0].parent().finding(f"all of '{field}' is excepted again, so nothing matches")


def _of_condition(key: str, condition: Node, rule_node: Node) -> Iterator[Draft]:
    asked = list(values(condition, "values"))
    if asked and are_covered(_texts(asked), _texts(values(condition, "notValues"))):
        yield condition.finding(f"all values of '{key}' are excepted again, so nothing matches")
        return
    field = _ALSO.get(key)
    holders = list(operations(rule_node) if field == "ports" else sources(rule_node)) if field else []
    if field and asked and holders and all(_is_apart(holder, field, asked) for holder in holders):
        message = f"'{key}' and '{field}' of the same rule have no value in common, so nothing matches"
        yield condition.finding(message)


def _texts(nodes: Iterable[Node]) -> list[str]:
    return [node.text for node in nodes]


def _is_apart(holder: Node, field: str, asked: list[Node]) -> bool:
    named, wanted = {node.text for node in values(holder, field)}, {node.text for node in asked}
    patterns = [[text for text in texts if "*" in text] for texts in (named, wanted)]
    if any(text.count("*") > 1 or "*" in text[1:-1] for listed in patterns for text in listed):
        return False
    if not named or not named.isdisjoint(wanted) or all(patterns):
        return False
    pairs = ((patterns[0], wanted), (patterns[1], named))
    return not any(covers_value(pattern, text) for listed, texts in pairs for pattern in listed for text in texts)


def _of_service(port: Node, aims: frozenset[int]) -> Draft:
    number, shown = port_in(port.text), ", ".join(map(str, sorted(aims)))
    message = f"port {number} is the Service's; connections arrive at container port {shown}, so nothing matches"
    fix = Fix.replace(port, shown) if len(aims) == 1 else None
    return port.finding(message, fix=fix)


def _elsewhere(mesh: MeshView, asked: tuple[Selector, str | None, str, int]) -> frozenset[int]:
    """The container ports that a port of Services leads to instead of itself; none where a selected workload has it."""
    selector, namespace, cluster, number = asked
    chosen = selected(mesh, selector, namespace, cluster)[:_MOST]
    servers = [server for server in chosen if point_of(mesh, server) in (Point.SIDECAR, Point.ZTUNNEL)]
    if any(number in mesh.once(_declared, server) for server in servers):
        return frozenset()
    led = [_led_to(mesh, server, number) for server in servers]
    aims = frozenset(aim for found in led for aim in found)
    return aims if all(led) and number not in aims else frozenset()


def _led_to(mesh: MeshView, server: Workload, number: int) -> set[int]:
    """The container ports that Services lead to from a port of that number."""
    found = (target_number(port, server) for port in offered_ports(mesh, server) if port_number(port) == number)
    return {aim for aim in found if aim is not None}


def _declared(mesh: MeshView, server: Workload) -> set[int | float | None]:  # noqa: ARG001  # asked for once a server
    return {node.number for port in server.container_ports if (node := port.get("containerPort")) is not None}
