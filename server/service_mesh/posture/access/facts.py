"""What the layers of a call may look at of one workload, so that workloads which agree in it get the same answers."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from ipaddress import ip_address

from service_mesh.mesh.cilium_config import cilium_config
from service_mesh.mesh.namespaces import namespace_named
from service_mesh.mesh.ports import is_headless
from service_mesh.mesh.selection import entries_of, services_of, workloads_of
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.visibility import visibility
from service_mesh.mesh.workloads import Workload, pods_of, workloads
from service_mesh.model.hosts import service_host
from service_mesh.model.kinds import NAMESPACE, SERVICE, WORKLOADS
from service_mesh.model.networks import Network
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.access.looks import looks
from service_mesh.posture.access.namings import Account, Token, tokens_of
from service_mesh.posture.cilium.identity import identities
from service_mesh.posture.istio.enrolment import Enrolled, is_live
from service_mesh.posture.istio.enrolment import enrolment as of_istio
from service_mesh.posture.kubernetes.ends import End, of_workload
from service_mesh.posture.kubernetes.networks import network_of
from service_mesh.posture.linkerd.enrolment import Enrolled as Meshed
from service_mesh.posture.linkerd.enrolment import enrolment as of_linkerd
from service_mesh.posture.linkerd.networks import cluster_networks
from service_mesh.posture.linkerd.probes import probe_networks

__all__ = ["Facts", "facts", "selecting", "sending", "sends_by_node", "service_number"]

_OF_MESHES = ("istio", "linkerd", "cilium", "gateway.networking.k8s.io")
_OF_EACH_POD = ("service.istio.io/canonical-", "linkerd.io/proxy-", "linkerd.io/workload-ns", "sidecar.istio.io/status")
_OF_SERVERS = (
    "config.linkerd.io/default-inbound-policy",
    "traffic.sidecar.istio.io/excludeInboundPorts",
    "traffic.sidecar.istio.io/includeInboundPorts",
)
_PROXIES = (
    *("istio-proxy", "istio-init", "istio-validation"),
    *("linkerd-proxy", "linkerd-init", "linkerd-network-validator"),
)
_PROBES = ("livenessProbe", "readinessProbe", "startupProbe")
_ENCRYPTING = ("enable-wireguard", "enable-ipsec")
_GIVEN_OUT = frozenset({"selector", "clusterIP", "clusterIPs", "externalName"})


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything about one workload that decides about calls.

    Attributes:
        place: Its cluster and namespace, with what is known of that namespace.
        own: What it says of itself and its proxies: labels and annotations of meshes, enrolment, network, nodes.
        addresses: Which of the ranges that are written anywhere hold addresses of its pods.
        serving: The ports it offers and how it is probed.
        services: What leads to it, by number, each as often as it does.
        selectors: The selectors that select it, and those that select its namespace, as in `Look.selectors`.
        account: Its service account.
        named: How policies mean that account.
    """

    place: tuple[object, ...]
    own: tuple[object, ...]
    addresses: frozenset[object]
    serving: tuple[object, ...]
    services: tuple[int, ...]
    selectors: int
    account: Account
    named: frozenset[Token]


def facts(mesh: MeshView, workload: Workload) -> Facts:
    """Collect what decides about the calls of a workload, read once."""
    return mesh.once(_facts, workload)


def service_number(mesh: MeshView, service: Resource) -> int:
    """A number that Services share which nothing tells apart: whose name is written somewhere has one of its own."""
    return mesh.once(_service_number, service)


def _facts(mesh: MeshView, workload: Workload) -> Facts:
    account = Account(workload.cluster, workload.namespace, workload.service_account)
    return Facts(
        mesh.once(_place, (workload.cluster, workload.namespace)),
        _own(mesh, workload),
        frozenset(_address(mesh, pod) for pod in pods_of(mesh, workload)),
        _serving(mesh, workload),
        tuple(sorted(service_number(mesh, one) for one in (*services_of(mesh, workload), *entries_of(mesh, workload)))),
        _selectors(mesh, workload),
        account,
        tokens_of(mesh, account),
    )


def _place(mesh: MeshView, place: tuple[str, str]) -> tuple[object, ...]:
    cluster, name = place
    namespace = namespace_named(mesh, name, cluster)
    told = () if namespace is None else (_of_meshes(namespace.labels), _of_meshes(namespace.annotations))
    return cluster, name, mesh.is_complete(name, cluster), namespace is not None, told


def sending(mesh: MeshView, workload: Workload) -> tuple[object, ...]:
    """What a workload says of itself as a client: `Facts.own` without what is about the other mesh or about servers."""
    is_linkerd = of_linkerd(mesh, workload).mode is not Meshed.NONE
    words = tuple(word for word in _OF_MESHES if is_linkerd or word != "linkerd")
    return _own(mesh, workload, words, (*_OF_EACH_POD, *_OF_SERVERS))


def _own(
    mesh: MeshView,
    workload: Workload,
    words: tuple[str, ...] = _OF_MESHES,
    left_out: tuple[str, ...] = _OF_EACH_POD,
) -> tuple[object, ...]:
    istio, linkerd = of_istio(mesh, workload), of_linkerd(mesh, workload)
    template = workload.template
    return (
        workload.key if workload.is_machine else None,
        (istio.mode, istio.missing, linkerd.mode, linkerd.missing),
        _of_meshes(workload.labels, words, left_out),
        _of_meshes(workload.annotations, words, left_out),
        workload.uses_host_network,
        workload.resource.kind in WORKLOADS and is_live(workload.resource),
        len(workload.containers),
        _written([one.value for one in _containers(template) if one.text_at("name") in _PROXIES]),
        _written([_of(template, "spec.securityContext.runAsUser"), _of(template, "spec.automountServiceAccountToken")]),
        _written([_of(one, "securityContext.runAsUser") for one in _containers(template)]),
        _pods(mesh, workload),
    )


def _pods(mesh: MeshView, workload: Workload) -> tuple[object, ...]:
    """What its live pods tell, the newest one's last."""
    pods = sorted(pods_of(mesh, workload), key=lambda pod: (pod.created_at, pod.name))
    places = counts_nodes(mesh, workload)
    told = [
        (
            _of_meshes(pod.labels),
            _of_meshes(pod.annotations),
            pod.root.text_at("spec.nodeName") if places else "",
            _address(mesh, pod),
        )
        for pod in pods
    ]
    return frozenset(told), told[-1] if told else ()


def _address(mesh: MeshView, pod: Resource) -> object:
    return _networks_of(mesh, pod.cluster, pod.root.text_at("status.podIP"))


def counts_nodes(mesh: MeshView, workload: Workload) -> bool:
    """Tell whether it matters on which nodes a workload's pods run.

    Cilium encrypts between nodes, and what comes from the network of a server's own node passes its ztunnel by.
    """
    if sends_by_node(mesh, workload):
        return True
    is_ambient = of_istio(mesh, workload).mode is Enrolled.AMBIENT
    return is_ambient and mesh.once(_has_host_network, workload.cluster)


def sends_by_node(mesh: MeshView, client: Workload) -> bool:
    """Tell whether it matters for what a client sends on which nodes its pods run."""
    return client.uses_host_network or mesh.once(_encrypts_between_nodes, client.cluster)


def _has_host_network(mesh: MeshView, cluster: str) -> bool:
    return any(one.uses_host_network for one in workloads(mesh) if one.cluster == cluster)


def _encrypts_between_nodes(mesh: MeshView, cluster: str) -> bool:
    config = cilium_config(mesh, cluster)
    return config is not None and any(config.is_on(name) for name in _ENCRYPTING)


def _networks_of(mesh: MeshView, cluster: str, text: str) -> object:
    """Which of the ranges that count hold an address."""
    if not text:
        return None
    try:
        address = ip_address(text[:64])
    except ValueError:
        return text
    known = mesh.once(_networks, cluster)
    return frozenset(number for number, network in enumerate(known) if address in network)


def _networks(mesh: MeshView, cluster: str) -> tuple[Network, ...]:
    """Every range that something loaded may hold an address against."""
    ours = (*(cluster_networks(mesh, cluster) or ()), *probe_networks(mesh, cluster))
    holders = [one for kind in (*sorted(WORKLOADS), NAMESPACE) for one in mesh.of_kind(kind)]
    texts = (text for one in holders for text in _listed_ranges(one))
    found = [network for text in texts if (network := network_of(text)) is not None]
    return tuple(dict.fromkeys((*looks(mesh).networks, *(one.network for one in ours), *found)))


def _listed_ranges(holder: Resource) -> Iterator[str]:
    template = holder.get("spec.template.metadata.annotations")
    written = template.value if template is not None and isinstance(template.value, dict) else {}
    for value in (*holder.annotations.values(), *written.values()):
        if isinstance(value, str) and "/" in value and len(value) < 4096:
            yield from (part.strip() for part in value.split(","))


def _serving(mesh: MeshView, workload: Workload) -> tuple[object, ...]:
    names = ("name", "containerPort", "protocol")
    listed = (port for one in _containers(workload.template) for port in one.each("ports[]"))
    ports = [[_of(port, name) for name in names] for port in listed]
    is_linkerd = of_linkerd(mesh, workload).mode is not Meshed.NONE
    probed = [[_of(one, name) for name in _PROBES] for one in _containers(workload.template)] if is_linkerd else []
    return _written(ports), _written(probed)


def _service_number(mesh: MeshView, service: Resource) -> int:
    known = mesh.index(_service_numbers)
    return known.setdefault(_service_facts(mesh, service), len(known))


def _service_numbers(mesh: MeshView) -> dict[object, int]:  # noqa: ARG001  # filled as Services are met
    return {}


def _service_facts(mesh: MeshView, service: Resource) -> object:
    if service.kind != SERVICE or _is_named(mesh, service):
        return service.key
    spec = service.data.get("spec")
    held = {key: value for key, value in spec.items() if key not in _GIVEN_OUT} if isinstance(spec, dict) else {}
    behind = frozenset(
        (of_istio(mesh, one).mode, of_istio(mesh, one).missing, _of_meshes(one.labels), one.uses_host_network)
        for one in (workloads_of(mesh, service) if is_headless(service) else ())
    )
    return (
        service.namespace,
        _written(held),
        _networks_of(mesh, service.cluster, service.root.text_at("spec.clusterIP")),
        _of_meshes(service.labels),
        _of_meshes(service.annotations),
        visibility(mesh, service).entries,
        behind,
        looks(mesh).pods.matching("", service.namespace, service.labels),
    )


def _is_named(mesh: MeshView, service: Resource) -> bool:
    """Whether its name, or a pattern for its host that says more than its namespace, is written anywhere."""
    host, words = service_host(service.name, service.namespace), looks(mesh).words
    forms = (service.name, f"{service.name}.{service.namespace}", f"{service.name}.{service.namespace}.svc", host)
    patterns = mesh.index(_host_patterns)
    return any(form in words for form in forms) or any(host.endswith(pattern) for pattern in patterns)


def _host_patterns(mesh: MeshView) -> tuple[str, ...]:
    """Ends of hosts behind a star that is not followed by a dot."""
    return tuple(word[1:] for word in looks(mesh).words if len(word) > 1 and word[0] == "*" and word[1] != ".")


def selecting(mesh: MeshView, end: End) -> int:
    """The selectors that select an end, and those that select its namespace, as in `Look.selectors`."""
    mask = mesh.once(_of_namespace, (end.cluster, end.namespace)) if end.namespace else 0
    labels = identities(mesh, end)[0].labels if end.is_pod else {}
    for number in looks(mesh).pods.matching("", end.namespace, labels) if labels else ():
        mask |= 1 << (2 * number)
    return mask


def _selectors(mesh: MeshView, workload: Workload) -> int:
    end = of_workload(workload)
    mask = selecting(mesh, end)
    if end.is_pod:
        return mask
    mask |= mesh.once(_of_namespace, (workload.cluster, workload.namespace))
    return mask | sum(1 << (2 * one) for one in looks(mesh).pods.matching("", workload.namespace, workload.labels))


def _of_namespace(mesh: MeshView, place: tuple[str, str]) -> int:
    cluster, name = place
    namespace = namespace_named(mesh, name, cluster)
    labels = {**(namespace.labels if namespace is not None else {}), "kubernetes.io/metadata.name": name}
    return sum(1 << (2 * number + 1) for number in looks(mesh).namespaces.matching("", "", labels))


def _containers(template: Node) -> tuple[Node, ...]:
    return (*template.each("spec.containers[]"), *template.each("spec.initContainers[]"))


def _of_meshes(
    told: Mapping[str, object], words: tuple[str, ...] = _OF_MESHES, left_out: tuple[str, ...] = _OF_EACH_POD
) -> str:
    """The labels or annotations that meshes read, as text."""
    texts = (key for key in told if not str(key).startswith(left_out))
    kept = {key: told[key] for key in texts if any(word in str(key) for word in words)}
    return _written(kept) if kept else ""


def _of(node: Node, path: str) -> object:
    found = node.get(path)
    return found.value if found is not None else None


def _written(value: Mapping[str, object] | Iterable[object]) -> str:
    """A value as text that is the same for equal values."""
    return json.dumps(value, sort_keys=True, default=str, separators=(",", ":"))
