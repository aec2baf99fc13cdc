"""Looks for policies that may refuse requests to a workload: what is attached, and what lets nobody in at all.

An attached policy is a suspect and no proof: only one that admits nobody, or denies everybody, proves something. One
that admits some is a hint: whether the request in question is among them is not known here.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from service_mesh.mesh.cilium_config import cilium_config
from service_mesh.mesh.cilium_endpoints import rules_selecting
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import Workload
from service_mesh.model.kinds import (
    AUTHORIZATION_POLICY,
    LINKERD_AUTHORIZATION_POLICY,
    LINKERD_SERVER,
    NAMESPACE,
    SERVER_AUTHORIZATION,
)
from service_mesh.model.kubectl import get_yaml
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource, ResourceKey
from service_mesh.model.selectors import label_selector
from service_mesh.posture.linkerd.enrolment import enrolment
from service_mesh.posture.linkerd.installation import installation
from service_mesh.status.symptoms.case import Case, Clue
from service_mesh.status.symptoms.scope import ROUTES, network_policies, servers, targeting

__all__ = ["authorization", "http_rules", "linkerd_authorization", "linkerd_routes", "network_policy"]

_DEFAULT_POLICY = "config.linkerd.io/default-inbound-policy"
_CLOSED = frozenset({"deny"})
_WITH_IDENTITY = frozenset({"all-authenticated", "cluster-authenticated"})
_OPEN = ("/", "")


def authorization(case: Case) -> Iterator[Clue]:
    """Istio: DENY and CUSTOM come before ALLOW, and an ALLOW policy without rules allows nothing.

    Where the workload is not in the mesh nobody enforces them for it, so they prove nothing there.

    (`istio/istio: pilot/pkg/security/authz/builder/builder.go`;
    https://istio.io/latest/docs/concepts/security/#implicit-enablement)
    """
    attached = [found for key in sorted(case.near) if key.kind == AUTHORIZATION_POLICY and (found := _find(case, key))]
    clues = [_of_policy(policy, is_alone=_allowing(attached) == 1) for policy in attached]
    is_enforced = "istio" in case.own
    yield from (replace(clue, proves=clue.proves and is_enforced) for clue in sorted(clues, key=_weight))


def linkerd_authorization(case: Case) -> Iterator[Clue]:
    """Linkerd: a Server admits whom a policy for it authorizes, and all others only if its access policy says so.

    (https://linkerd.io/2/reference/authorization-policy/; `linkerd/linkerd2: policy-controller/k8s/index`)
    """
    for workload in case.workloads:
        if enrolment(case.view, workload).is_meshed:
            held = servers(case.view, workload)
            yield from (clue for server in held for clue in _of_server(case.view, server))
            if not held:
                yield from _by_default(case.view, workload)


def linkerd_routes(case: Case) -> Iterator[Clue]:
    """Linkerd: as soon as a route is attached to a Server, what no route of it matches gets 404.

    (https://linkerd.io/2/reference/httproute/)
    """
    for server in (server for workload in case.workloads for server in servers(case.view, workload)):
        routes = [one for one in _routes_at(case.view, server) if one.kind != LINKERD_SERVER]
        if routes and not any(_matches_all(route) for route in routes):
            text = f"only some paths of Server '{server.namespace}/{server.name}' are matched by a route of it"
            yield Clue(f"{text}, all others get 404", routes[0].get("spec.rules") or routes[0].root)


def http_rules(case: Case) -> Iterator[Clue]:
    """Cilium: a policy with rules for HTTP answers 403 to all requests that none of them fits."""
    for rule in _rules(case):
        node = next(rule.each("ingress[].toPorts[].rules.http"), None)
        if node is not None:
            yield Clue("admits only some requests by its rules for HTTP", node, is_hint=True)


def network_policy(case: Case) -> Iterator[Clue]:
    """Kubernetes and Cilium: a policy that selects a pod closes it to all but what some policy lets in.

    That is proved where Cilium enforces policies; other network plugins may leave them alone, as flannel does.
    (https://docs.cilium.io/en/stable/security/policy/deny/; `cilium/cilium: pkg/policy/api/rule.go`)
    """
    acting = [*_acting_policies(case), *(rule for rule in _rules(case) if _acts(rule))]
    is_closed = not any(_admits(node) for node in acting)
    for rule in (rule for rule in _rules(case) if any(True for _ in rule.each("ingressDeny[]"))):
        policy = rule.resource
        text = f"'{policy.title}' is for the pods and drops what its 'ingressDeny' lists"
        yield Clue(text, rule.get("ingressDeny") or rule, get_yaml(policy))
    for node in acting:
        policy = node.resource
        if is_closed:
            text = f"'{policy.title}' is for the pods and lets nothing in"
            yield Clue(text, node, get_yaml(policy), proves=_is_enforced(case))
        else:
            yield Clue("lets only some in", node, is_hint=True)


def _find(case: Case, key: ResourceKey) -> Resource | None:
    return case.view.find(key.kind, key.namespace, key.name, key.cluster)


def _allowing(policies: list[Resource]) -> int:
    return sum(_action(policy) == "ALLOW" for policy in policies)


def _of_policy(policy: Resource, *, is_alone: bool) -> Clue:
    rules, action = list(policy.each("spec.rules[]")), _action(policy)
    name = f"AuthorizationPolicy '{policy.namespace}/{policy.name}'"
    node = policy.get("spec.rules") or policy.get("spec") or policy.root
    if action == "DENY" and any(not rule.value for rule in rules):
        return Clue(f"{name} is attached and denies every request", node, proves=True)
    if action == "DENY" and rules:
        return Clue(f"{name} is attached and denies the requests that its rules describe", node)
    if action == "CUSTOM" and rules:
        return Clue(f"{name} is attached and leaves requests to an external authorizer, which may refuse them", node)
    if action == "ALLOW" and not rules and is_alone:
        return Clue(f"{name} is attached and has no rules, so it allows nothing", node, proves=True)
    return Clue("allows only some", node, is_hint=True)


def _action(policy: Resource) -> str:
    found = policy.get("spec.action")
    return (found.text if found is not None else "") or "ALLOW"


def _weight(clue: Clue) -> tuple[bool, bool]:
    return clue.is_hint, not clue.proves


def _of_server(view: MeshView, server: Resource) -> Iterator[Clue]:
    policy = server.get("spec.accessPolicy")
    access = (policy.text if policy is not None else "") or "deny"
    node = policy or server.get("spec") or server.root
    if access not in _CLOSED:
        return
    if _authorizes(view, server):
        yield Clue("admits only some", node, is_hint=True)
        return
    text = f"Server '{server.namespace}/{server.name}' admits nobody: its access policy is '{access}', and no policy"
    yield Clue(f"{text} authorizes a client", node, get_yaml(server), proves=True)


def _authorizes(view: MeshView, server: Resource) -> bool:
    namespace = view.find(NAMESPACE, "", server.namespace, server.cluster)
    places = [server, *_routes_at(view, server), *([namespace] if namespace is not None else [])]
    policies = (policy for place in places for policy in targeting(view, place))
    if any(policy.kind == LINKERD_AUTHORIZATION_POLICY for policy in policies):
        return True
    return any(_is_for(one, server) for one in view.index(_older).get((server.cluster, server.namespace), ()))


def _older(view: MeshView) -> Mapping[tuple[str, str], list[Resource]]:
    found: dict[tuple[str, str], list[Resource]] = {}
    for one in view.of_kind(SERVER_AUTHORIZATION):
        found.setdefault((one.cluster, one.namespace), []).append(one)
    return found


def _is_for(authorization: Resource, server: Resource) -> bool:
    name, selector = authorization.get("spec.server.name"), authorization.get("spec.server.selector")
    if name is not None:
        return name.text == server.name
    return selector is not None and label_selector(selector).matches(server.labels)


def _by_default(view: MeshView, workload: Workload) -> Iterator[Clue]:
    """What holds for ports without a Server: an annotation of the pods, of the namespace, or the installation's."""
    node, value = _default_policy(view, workload)
    if value in _CLOSED:
        text = f"no Server is for '{workload.title}', and the default policy there is '{value}'"
        yield Clue(text, node, get_yaml(node.resource), proves=True)
    elif value in _WITH_IDENTITY:
        text = f"the default policy '{value}' admits only clients with a proxy of Linkerd to '{workload.title}'"
        yield Clue(text, node, get_yaml(node.resource))


def _default_policy(view: MeshView, workload: Workload) -> tuple[Node, str]:
    namespace = view.find(NAMESPACE, "", workload.namespace, workload.cluster)
    outer = namespace.get("metadata.annotations") if namespace is not None else None
    for place in (workload.template.get("metadata.annotations"), outer):
        node = place.key(_DEFAULT_POLICY) if place is not None else None
        if node is not None and node.text:
            return node, node.text
    found = installation(view, workload.cluster)
    return workload.template, found.text("proxy.defaultInboundPolicy") if found is not None else ""


def _routes_at(view: MeshView, server: Resource) -> tuple[Resource, ...]:
    return view.index(_server_routes).get(server.key, ())


def _server_routes(view: MeshView) -> Mapping[ResourceKey, tuple[Resource, ...]]:
    found: dict[ResourceKey, tuple[Resource, ...]] = {}
    for route in (route for kind in ROUTES for route in view.of_kind(kind)):
        for node in route.each("spec.parentRefs[]"):
            kind, name, place = (node.get(field) for field in ("kind", "name", "namespace"))
            if kind is not None and name is not None and kind.text == LINKERD_SERVER.name:
                namespace = place.text if place is not None else route.namespace
                key = ResourceKey(route.cluster, LINKERD_SERVER, namespace, name.text)
                found[key] = (*found.get(key, ()), route)
    return found


def _matches_all(route: Resource) -> bool:
    for rule in route.each("spec.rules[]"):
        matches = list(rule.each("matches[]"))
        if not matches or any(_is_open(match) for match in matches):
            return True
    return False


def _is_open(match: Node) -> bool:
    path, value = match.get("path"), match.get("path.value")
    others = any(match.get(field) is not None for field in ("method", "headers", "queryParams"))
    return not others and (path is None or (value is not None and value.text in _OPEN))


def _rules(case: Case) -> Iterator[Node]:
    for workload in case.workloads:
        yield from rules_selecting(case.view, workload)


def _acting_policies(case: Case) -> Iterator[Node]:
    for workload in case.workloads:
        for policy in network_policies(case.view, workload):
            types = [node.text for node in policy.each("spec.policyTypes[]")]
            if not types or "Ingress" in types:
                yield policy.get("spec.ingress") or policy.get("spec") or policy.root


def _acts(rule: Node) -> bool:
    """Whether a rule of Cilium closes the pods to what it does not let in: one that only denies does, too."""
    switch = rule.get("enableDefaultDeny.ingress")
    has_rules = any(True for part in ("ingress[]", "ingressDeny[]") for _ in rule.each(part))
    return has_rules and not (switch is not None and switch.value is False)


def _is_enforced(case: Case) -> bool:
    config = cilium_config(case.view, case.cluster)
    if config is None or config.is_on("policy-audit-mode"):
        return False
    return config.text("enable-policy").lower() != "never"


def _admits(node: Node) -> bool:
    """Whether a policy lets anything in; an empty item admits everybody for Kubernetes and nobody for Cilium."""
    if isinstance(node.value, list):
        return bool(node.value)
    items = list(node.each("ingress[]"))
    return any(bool(item.value) for item in items) if items else False
