"""Who may talk to a port: what Servers, routes, namespaces and defaults authorize there, and what is void."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from service_mesh.mesh.selection import SelectorIndex
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import Workload
from service_mesh.model.finding import Note
from service_mesh.model.kinds import (
    GRPC_ROUTE,
    HTTP_ROUTE,
    LINKERD_AUTHORIZATION_POLICY,
    LINKERD_HTTP_ROUTE,
    LINKERD_SERVER,
    NAMESPACE,
    SERVER_AUTHORIZATION,
    Kind,
)
from service_mesh.model.resource import Resource
from service_mesh.model.selectors import EVERYTHING, Selector, label_selector
from service_mesh.posture.linkerd.authentications import AUTHENTICATION_KINDS, Void, authorization_of
from service_mesh.posture.linkerd.clients import Authorization, Client, admits, of_policy
from service_mesh.posture.linkerd.installation import INSTALLATION_KINDS
from service_mesh.posture.linkerd.policy import POLICY_KINDS, DefaultPolicy, default_policy
from service_mesh.posture.linkerd.references import refers_to
from service_mesh.posture.linkerd.server_routes import SERVER_ROUTE_KINDS, taking_over
from service_mesh.posture.linkerd.servers import SERVER_KINDS, Governing, access_policy, governing

__all__ = [
    "AUTHORIZATION_KINDS",
    "Granted",
    "PortAccess",
    "admitted",
    "port_access",
    "route_authorizations",
    "server_authorizations",
    "target_kind",
]

_OBJECTS = (LINKERD_AUTHORIZATION_POLICY, SERVER_AUTHORIZATION)

AUTHORIZATION_KINDS = (
    *dict.fromkeys(
        (*_OBJECTS, *AUTHENTICATION_KINDS, *SERVER_ROUTE_KINDS, *SERVER_KINDS, *POLICY_KINDS, *INSTALLATION_KINDS)
    ),
)
"""The kinds that are read here."""

_TARGETS = (LINKERD_SERVER, NAMESPACE, LINKERD_HTTP_ROUTE, HTTP_ROUTE, GRPC_ROUTE)
_ROUTES = frozenset({LINKERD_HTTP_ROUTE, HTTP_ROUTE, GRPC_ROUTE})

_Target = tuple[str, str, Kind, str]


@dataclass(frozen=True, slots=True)
class Granted:
    """What is authorized on one Server or route; who meets one of the authorizations gets in.

    Attributes:
        authorizations: What counts, `accessPolicy` last.
        void: What was written for it and lets in nobody.
        missing: What would have to be loaded to know that there is no more; empty where that is certain.
    """

    authorizations: tuple[Authorization, ...] = ()
    void: tuple[Void, ...] = ()
    missing: str = ""

    @property
    def is_nobody(self) -> bool:
        """Whether nobody gets in for certain."""
        return not (self.authorizations or self.missing or any(one.missing for one in self.void))


@dataclass(frozen=True, slots=True)
class PortAccess:
    """Who may talk to a port of a meshed workload.

    Attributes:
        governing: Which Server governs it.
        default: The default policy that rules instead; None where a Server governs.
        granted: What is authorized for all of the port, by the Server or by the default policy.
        routes: Routes that take over: a request meets one of them or is answered with 404. What is authorized on a
            route is added to what is authorized for the port (`route_authorizations`).
    """

    governing: Governing
    default: DefaultPolicy | None
    granted: Granted
    routes: tuple[Resource, ...] = ()

    @property
    def chain(self) -> tuple[Note, ...]:
        """What decided it."""
        if self.governing.server is None:
            return self.default.chain if self.default is not None else ()
        allowed = (one.node.note("authorizes clients") for one in self.granted.authorizations)
        return (self.governing.server.root.note("governs the port"), *allowed)


def port_access(mesh: MeshView, workload: Workload, port: int) -> PortAccess:
    """Tell who may talk to a container port of a workload that is meshed; one that is not is open to everybody.

    A Server replaces the default policy of its port, also where nothing is authorized on it: then nobody gets in but
    probes. Where it is not known which of several Servers counts, nothing is authorized here and `missing` says so.
    (`linkerd/linkerd2: policy-controller/k8s/index/src/inbound/index.rs`, inbound_server, default_inbound_server)
    """
    return mesh.once(_port_access, (workload, port))


def server_authorizations(mesh: MeshView, server: Resource) -> Granted:
    """What is authorized on a Server: for it, for its namespace, and by its own `accessPolicy`.

    (`linkerd/linkerd2: policy-controller/k8s/index/src/inbound/index.rs`, client_authzs)
    """
    return mesh.once(_server_authorizations, server)


def route_authorizations(mesh: MeshView, route: Resource) -> Granted:
    """What is authorized on a route in addition to what is authorized on its Server.

    Names are compared without letter case.
    (`linkerd/linkerd2: policy-controller/k8s/index/src/inbound/index.rs`, route_client_authzs;
    `linkerd/linkerd2-proxy: linkerd/server-policy/src/authz.rs`, mk_authorizations)
    """
    mesh.mark_read(*_OBJECTS)
    target = route.cluster, route.namespace, route.kind, route.name.lower()
    return _granted(mesh, mesh.index(_by_target).get(target, ()), route)


def target_kind(policy: Resource) -> Kind | None:
    """The kind that an AuthorizationPolicy is for; None for one that cannot be a target, which makes it void.

    (`linkerd/linkerd2: policy-controller/k8s/index/src/inbound/authorization_policy.rs`, target)
    """
    target = policy.get("spec.targetRef")
    return next((kind for kind in _TARGETS if target is not None and refers_to(target, kind)), None)


def admitted(granted: Granted, client: Client) -> bool | None:
    """Tell whether a client is let in by what is authorized; None where that is not known."""
    answers = [admits(one, client) for one in granted.authorizations]
    if True in answers:
        return True
    is_open = bool(granted.missing) or any(one.missing for one in granted.void)
    return None if None in answers or is_open else False


def _port_access(mesh: MeshView, asked: tuple[Workload, int]) -> PortAccess:
    workload, port = asked
    mesh.mark_read(*AUTHORIZATION_KINDS)
    governed = governing(mesh, workload, port)
    server = governed.server
    if server is not None:
        return PortAccess(governed, None, server_authorizations(mesh, server), taking_over(mesh, server))
    if governed.candidates:
        return PortAccess(governed, None, Granted(missing=governed.missing))
    default = default_policy(mesh, workload, port)
    node = default.chain[-1].node if default.chain else workload.resource.root
    found = of_policy(mesh, default.policy, node, default.missing or governed.missing)
    return PortAccess(governed, default, Granted(() if found is None else (found,), (), governed.missing))


def _server_authorizations(mesh: MeshView, server: Resource) -> Granted:
    mesh.mark_read(*_OBJECTS, *AUTHENTICATION_KINDS)
    place = server.cluster, server.namespace
    older = mesh.index(_server_authorizations_by_name).get((*place, server.name), ())
    chosen = mesh.index(_server_authorizations_by_labels).matching(*place, server.labels)
    targets = mesh.index(_by_target)
    on_server = targets.get((*place, LINKERD_SERVER, server.name), ())
    on_namespace = targets.get((*place, NAMESPACE, ""), ())
    found = _granted(mesh, (*older, *chosen, *on_server, *on_namespace), server)
    policy, node = access_policy(mesh, server)
    added = of_policy(mesh, policy, node) if node is not None else None
    return found if added is None else Granted((*found.authorizations, added), found.void, found.missing)


def _granted(mesh: MeshView, policies: Iterable[Resource], of: Resource) -> Granted:
    answers = [authorization_of(mesh, policy) for policy in policies]
    authorizations = tuple(one for one in answers if isinstance(one, Authorization))
    void = tuple(one for one in answers if isinstance(one, Void))
    is_whole = mesh.is_complete(of.namespace, of.cluster) or mesh.is_listed(LINKERD_AUTHORIZATION_POLICY, of.cluster)
    return Granted(authorizations, void, "" if is_whole else f"the authorizations of namespace '{of.namespace}'")


def _by_target(mesh: MeshView) -> Mapping[_Target, tuple[Resource, ...]]:
    """AuthorizationPolicies by target: a route by its name in lower case, the policy's own namespace by no name."""
    found: dict[_Target, list[Resource]] = {}
    for policy in mesh.of_kind(LINKERD_AUTHORIZATION_POLICY):
        kind, target = target_kind(policy), policy.get("spec.targetRef")
        if kind is None or target is None:
            continue
        name = target.text_at("name")
        known = "" if kind == NAMESPACE else name.lower() if kind in _ROUTES else name
        found.setdefault((policy.cluster, policy.namespace, kind, known), []).append(policy)
    return {target: tuple(policies) for target, policies in found.items()}


def _server_authorizations_by_name(mesh: MeshView) -> Mapping[tuple[str, str, str], tuple[Resource, ...]]:
    found: dict[tuple[str, str, str], list[Resource]] = {}
    for policy in mesh.of_kind(SERVER_AUTHORIZATION):
        if (name := policy.get("spec.server.name")) is not None:
            found.setdefault((policy.cluster, policy.namespace, name.text), []).append(policy)
    return {key: tuple(policies) for key, policies in found.items()}


def _server_authorizations_by_labels(mesh: MeshView) -> SelectorIndex[Resource]:
    unnamed = (policy for policy in mesh.of_kind(SERVER_AUTHORIZATION) if policy.get("spec.server.name") is None)
    return SelectorIndex((policy.cluster, policy.namespace, _server_labels(policy), policy) for policy in unnamed)


def _server_labels(policy: Resource) -> Selector:
    selector = policy.get("spec.server.selector")
    return label_selector(selector) if selector is not None else EVERYTHING
