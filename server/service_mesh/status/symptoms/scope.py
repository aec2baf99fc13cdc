"""Which objects have a say in the traffic of a workload: found over indexes, once for a diagnosis."""

from collections.abc import Iterable, Iterator, Mapping

from service_mesh.mesh.cilium_endpoints import rules_selecting
from service_mesh.mesh.cilium_pods import endpoint_of
from service_mesh.mesh.components import installed
from service_mesh.mesh.destination_rules import rules_about
from service_mesh.mesh.gateways import find_gateway, gateway_name, gateway_workloads
from service_mesh.mesh.host_index import HostIndex
from service_mesh.mesh.namespaces import namespace_named
from service_mesh.mesh.naming import Subject
from service_mesh.mesh.pod_states import is_meant_to_run
from service_mesh.mesh.route_references import backends, parents, reference
from service_mesh.mesh.selection import (
    SelectorIndex,
    entries_of,
    selected,
    service_selector,
    services_of,
    workloads_of,
)
from service_mesh.mesh.services import declaring
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import Workload, pods_of, workloads_in
from service_mesh.model.hosts import resolve_host, service_host
from service_mesh.model.kinds import (
    AUTHORIZATION_POLICY,
    BACKEND_TLS_POLICY,
    DAEMON_SET,
    DEPLOYMENT,
    ENVOY_FILTER,
    GATEWAY,
    GATEWAY_API_GATEWAY,
    GRPC_ROUTE,
    HTTP_LOCAL_RATE_LIMIT_POLICY,
    HTTP_ROUTE,
    LINKERD_AUTHORIZATION_POLICY,
    LINKERD_HTTP_ROUTE,
    LINKERD_SERVER,
    NETWORK_POLICY,
    NODE,
    PEER_AUTHENTICATION,
    POD,
    REQUEST_AUTHENTICATION,
    SECRET,
    SERVICE,
    SERVICE_ACCOUNT,
    SIDECAR,
    TCP_ROUTE,
    TELEMETRY,
    TLS_ROUTE,
    VIRTUAL_SERVICE,
    WASM_PLUGIN,
    X_BACKEND_TRAFFIC_POLICY,
    Kind,
)
from service_mesh.model.resource import Resource, ResourceKey
from service_mesh.model.selectors import Selector, label_selector
from service_mesh.posture.istio.attachment import GATEWAY_NAME, policies_selecting, targets
from service_mesh.posture.istio.enrolment import enrolment as istio_enrolment
from service_mesh.posture.istio.waypoints import service_waypoint, workload_waypoint
from service_mesh.posture.linkerd.enrolment import enrolment as linkerd_enrolment
from service_mesh.status.symptoms.case import Case

__all__ = ["ROUTES", "case_of", "network_policies", "routes_to", "servers", "targeting"]

ROUTES = (HTTP_ROUTE, GRPC_ROUTE, LINKERD_HTTP_ROUTE, TLS_ROUTE, TCP_ROUTE)
"""Kinds of routes with `parentRefs`."""

_SELECTING = (
    AUTHORIZATION_POLICY,
    PEER_AUTHENTICATION,
    REQUEST_AUTHENTICATION,
    SIDECAR,
    ENVOY_FILTER,
    TELEMETRY,
    WASM_PLUGIN,
)
_TARGETING = (
    AUTHORIZATION_POLICY,
    REQUEST_AUTHENTICATION,
    TELEMETRY,
    WASM_PLUGIN,
    BACKEND_TLS_POLICY,
    X_BACKEND_TRAFFIC_POLICY,
    LINKERD_AUTHORIZATION_POLICY,
    HTTP_LOCAL_RATE_LIMIT_POLICY,
)
_ALL_MESHES = frozenset({"istio", "linkerd", "cilium"})


def case_of(view: MeshView, symptom: str, subject: Subject) -> Case:
    """Gather what belongs to a workload and what has a say in its traffic."""
    pods = tuple(_pods(view, subject))
    services = tuple(_services(view, subject))
    core = {r.key for r in (subject.resource, *pods, *services, *(w.resource for w in subject.workloads))}
    core |= {owner for pod in pods for owner in _owners(pod)}
    near = {r.key for r in _near(view, subject, services)} | set(_named(subject, pods))
    meshes, own = _meshes(view, subject.resource.cluster), frozenset(_own(view, subject, pods))
    return Case(view, symptom, subject.resource, subject.workloads, pods, services, core, near, meshes | own, own)


def routes_to(view: MeshView, service: Resource) -> tuple[Resource, ...]:
    """The VirtualServices and routes for a Service's name, and those that send requests to it."""
    host = service_host(service.name, service.namespace)
    virtual = view.index(_virtual_services).covering(service.cluster, host)
    others = view.index(_routes).get((service.cluster, SERVICE, service.namespace, service.name), ())
    return tuple({route.key: route for route in (*virtual, *others)}.values())


def targeting(view: MeshView, resource: Resource) -> tuple[Resource, ...]:
    """The policies that name an object in `targetRef` or `targetRefs`."""
    place = resource.cluster, resource.kind, resource.namespace, resource.name
    return tuple(view.index(_targets).get(place, ()))


def servers(view: MeshView, workload: Workload) -> tuple[Resource, ...]:
    """The Servers of Linkerd that select a workload's pods."""
    return view.index(_servers).matching(workload.cluster, workload.namespace, workload.labels)


def network_policies(view: MeshView, workload: Workload) -> tuple[Resource, ...]:
    """The NetworkPolicies that select a workload's pods; one with an empty selector selects all of its namespace."""
    return view.index(_network_policies).matching(workload.cluster, workload.namespace, workload.labels)


def _pods(view: MeshView, subject: Subject) -> Iterator[Resource]:
    if subject.resource.kind == POD:
        yield subject.resource
        return
    for workload in subject.workloads:
        held = pods_of(view, workload) or _selected_pods(view, workload)
        yield from (pod for pod in held if is_meant_to_run(pod))


def _selected_pods(view: MeshView, workload: Workload) -> tuple[Resource, ...]:
    """The pods by the workload's selector: without the ReplicaSets between them no pod tells whose it is."""
    selector = workload.resource.get("spec.selector")
    if selector is None:
        return ()
    found = selected(view, label_selector(selector), workload.namespace, workload.cluster)
    return tuple(one.resource for one in found if one.resource.kind == POD)


def _services(view: MeshView, subject: Subject) -> Iterator[Resource]:
    """The named Service, or those that select the workload, and one of its name that selects nothing at all."""
    if subject.resource.kind == SERVICE:
        yield subject.resource
        return
    found = {service.key: service for one in subject.workloads for service in services_of(view, one)}
    yield from found.values()
    for workload in subject.workloads:
        service = view.find(SERVICE, workload.namespace, workload.resource.name, workload.cluster)
        is_empty = service is not None and not service_selector(service).nothing and not workloads_of(view, service)
        if service is not None and is_empty and service.key not in found:
            yield service


def _owners(pod: Resource) -> Iterator[ResourceKey]:
    for node in pod.each("metadata.ownerReferences[]"):
        kind, name, version = node.get("kind"), node.get("name"), node.get("apiVersion")
        if kind is not None and name is not None and version is not None:
            group = version.text.rpartition("/")[0]
            yield ResourceKey(pod.cluster, Kind(group, kind.text), pod.namespace, name.text)


def _named(subject: Subject, pods: Iterable[Resource]) -> Iterator[ResourceKey]:
    """Its accounts and nodes, which may not have been read."""
    for workload in subject.workloads:
        yield ResourceKey(workload.cluster, SERVICE_ACCOUNT, workload.namespace, workload.service_account)
    for pod in pods:
        node = pod.get("spec.nodeName")
        if node is not None and node.text:
            yield ResourceKey(pod.cluster, NODE, "", node.text)


def _meshes(view: MeshView, cluster: str) -> frozenset[str]:
    found = frozenset(installed(view, cluster))
    was_read = view.is_listed(DEPLOYMENT, cluster) and view.is_listed(DAEMON_SET, cluster)
    return found if found or was_read else _ALL_MESHES


def _own(view: MeshView, subject: Subject, pods: Iterable[Resource]) -> Iterator[str]:
    for workload in subject.workloads:
        found = istio_enrolment(view, workload)
        if found.is_meshed:
            yield "istio"
            yield f"istio-{found.mode.value}"
        if linkerd_enrolment(view, workload).is_meshed:
            yield "linkerd"
    if any(endpoint_of(view, pod) is not None for pod in pods):
        yield "cilium"


def _near(view: MeshView, subject: Subject, services: tuple[Resource, ...]) -> Iterator[Resource]:
    namespace = namespace_named(view, subject.resource.namespace, subject.resource.cluster)
    if namespace is not None:
        yield namespace
        yield from targeting(view, namespace)
    for workload in subject.workloads:
        yield from _about_workload(view, workload)
    for service in services:
        yield from _about_service(view, service)


def _about_workload(view: MeshView, workload: Workload) -> Iterator[Resource]:
    for kind in _SELECTING:
        yield from policies_selecting(view, kind, workload)
    yield from entries_of(view, workload)
    yield from network_policies(view, workload)
    yield from (rule.resource for rule in rules_selecting(view, workload))
    yield from (found for pod in pods_of(view, workload) if (found := endpoint_of(view, pod)) is not None)
    use = workload_waypoint(view, workload)
    if use is not None and use.gateway is not None:
        yield from _about_gateway(view, use.gateway)
    for server in servers(view, workload):
        yield server
        yield from targeting(view, server)
        yield from view.index(_routes).get((server.cluster, LINKERD_SERVER, server.namespace, server.name), ())


def _about_service(view: MeshView, service: Resource) -> Iterator[Resource]:
    host = service_host(service.name, service.namespace)
    yield from rules_about(view, host, service.cluster)
    yield from declaring(view, host, service.namespace, service.cluster)
    yield from targeting(view, service)
    use = service_waypoint(view, service)
    if use is not None and use.gateway is not None:
        yield from _about_gateway(view, use.gateway)
    for route in routes_to(view, service):
        yield route
        yield from targeting(view, route)
        for gateway in _gateways_of(view, route):
            yield from _about_gateway(view, gateway)


def _gateways_of(view: MeshView, route: Resource) -> Iterator[Resource]:
    for node in route.each("spec.gateways[]"):
        wanted = gateway_name(node.text, route.namespace)
        found = find_gateway(view, wanted, route.cluster) if wanted is not None else None
        if found is not None:
            yield found
    for parent in parents(route):
        found = view.find(parent.kind, parent.namespace, parent.name, route.cluster)
        if found is not None and found.kind == GATEWAY_API_GATEWAY:
            yield found


def _about_gateway(view: MeshView, gateway: Resource) -> Iterator[Resource]:
    """A gateway, what runs it, the Services before that, its Secrets and the policies for it."""
    yield gateway
    yield from targeting(view, gateway)
    workloads = gateway_workloads(view, gateway) if gateway.kind == GATEWAY else tuple(_running(view, gateway))
    for workload in workloads:
        yield workload.resource
        yield from pods_of(view, workload)
        yield from services_of(view, workload)
        yield from policies_selecting(view, AUTHORIZATION_POLICY, workload)
    yield from _secrets(view, gateway, {workload.namespace for workload in workloads})


def _running(view: MeshView, gateway: Resource) -> Iterator[Workload]:
    for workload in workloads_in(view, gateway.namespace, gateway.cluster):
        if workload.labels.get(GATEWAY_NAME) == gateway.name:
            yield workload


def _secrets(view: MeshView, gateway: Resource, homes: Iterable[str]) -> Iterator[Resource]:
    for name in (
        *gateway.each("spec.servers[].tls.credentialName"),
        *gateway.each("spec.servers[].tls.credentialNames[]"),
    ):
        for home in homes:
            secret = view.find(SECRET, home, name.text, gateway.cluster)
            if secret is not None:
                yield secret
    for node in gateway.each("spec.listeners[].tls.certificateRefs[]"):
        named = reference(node, SECRET.group, SECRET.name)
        secret = view.find(SECRET, named.namespace, named.name, gateway.cluster)
        if secret is not None:
            yield secret


def _virtual_services(view: MeshView) -> HostIndex[Resource]:
    """VirtualServices by their hosts and by where they send requests; names of two parts as they were meant, too."""
    return HostIndex(
        (route.cluster, host, route)
        for route in view.of_kind(VIRTUAL_SERVICE)
        for host in dict.fromkeys(_hosts(route))
        if host != "*"
    )


def _hosts(route: Resource) -> Iterator[str]:
    places = ("spec.hosts[]", *(f"spec.{part}[].route[].destination.host" for part in ("http", "tls", "tcp")))
    for place in places:
        for node in route.each(place):
            host = resolve_host(node.text, route.namespace)
            if host:
                yield host
            if host.count(".") == 1:
                yield service_host(*host.split("."))


def _routes(view: MeshView) -> Mapping[tuple[str, Kind, str, str], list[Resource]]:
    """Routes by what they are attached to and by where they send requests."""
    found: dict[tuple[str, Kind, str, str], list[Resource]] = {}
    for kind in ROUTES:
        for route in view.of_kind(kind):
            for named in (*parents(route), *backends(route)):
                found.setdefault((route.cluster, named.kind, named.namespace, named.name), []).append(route)
    return found


def _targets(view: MeshView) -> Mapping[tuple[str, Kind, str, str], list[Resource]]:
    found: dict[tuple[str, Kind, str, str], list[Resource]] = {}
    for kind in _TARGETING:
        for policy in view.of_kind(kind):
            for target in targets(policy):
                kind_of_it = Kind("" if target.kind.group == "core" else target.kind.group, target.kind.name)
                namespace = "" if kind_of_it.name == "Namespace" else target.namespace
                found.setdefault((policy.cluster, kind_of_it, namespace, target.name), []).append(policy)
    return found


def _servers(view: MeshView) -> SelectorIndex[Resource]:
    return SelectorIndex(_selecting(view, LINKERD_SERVER, "spec.podSelector"))


def _network_policies(view: MeshView) -> SelectorIndex[Resource]:
    return SelectorIndex(_selecting(view, NETWORK_POLICY, "spec.podSelector"))


def _selecting(view: MeshView, kind: Kind, place: str) -> Iterator[tuple[str, str, Selector, Resource]]:
    for resource in view.of_kind(kind):
        yield resource.cluster, resource.namespace, label_selector(resource.get(place)), resource
