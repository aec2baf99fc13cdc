"""What runs in clusters and is asked of it: pods, Services, what they speak, policies, standards and Windows."""

from collections.abc import Iterator
from typing import NamedTuple

from service_mesh.mesh.components import components
from service_mesh.mesh.pod_states import is_meant_to_run
from service_mesh.mesh.workloads import Workload, workloads
from service_mesh.model.finding import Note
from service_mesh.model.kinds import (
    ADMIN_NETWORK_POLICY,
    AUTHORIZATION_POLICY,
    BASELINE_ADMIN_NETWORK_POLICY,
    CILIUM_CLUSTERWIDE_NETWORK_POLICY,
    CILIUM_NETWORK_POLICY,
    LINKERD_AUTHORIZATION_POLICY,
    NAMESPACE,
    NETWORK_POLICY,
    NODE,
    POD,
    SERVER_AUTHORIZATION,
    SERVICE,
)
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.istio.protocols import protocol_of
from service_mesh.recommend.detected_fact import Fact, Reading, counted, first_of
from service_mesh.recommend.detected_nodes import system_of
from service_mesh.recommend.requirements import Protocol

__all__ = ["Spoken", "pods", "policies", "protocols", "services", "strict_namespaces", "windows_workloads"]

_SYSTEM = frozenset({"kube-system", "kube-public", "kube-node-lease"})
_GATEWAY = "gateway.networking.k8s.io/gateway-name"
_SPOKEN = {
    "http": Protocol.HTTP,
    "http2": Protocol.HTTP,
    "http_proxy": Protocol.HTTP,
    "https": Protocol.HTTP,
    "grpc": Protocol.GRPC,
    "grpc-web": Protocol.GRPC,
    "tcp": Protocol.TCP,
    "tls": Protocol.TCP,
    "mongo": Protocol.TCP,
    "redis": Protocol.TCP,
    "mysql": Protocol.TCP,
    "udp": Protocol.UDP,
}
_POLICIES = (
    NETWORK_POLICY,
    ADMIN_NETWORK_POLICY,
    BASELINE_ADMIN_NETWORK_POLICY,
    CILIUM_NETWORK_POLICY,
    CILIUM_CLUSTERWIDE_NETWORK_POLICY,
    AUTHORIZATION_POLICY,
    LINKERD_AUTHORIZATION_POLICY,
    SERVER_AUTHORIZATION,
)
_READ_EVERYWHERE = (NETWORK_POLICY, CILIUM_NETWORK_POLICY, CILIUM_CLUSTERWIDE_NETWORK_POLICY, AUTHORIZATION_POLICY)
_ENFORCE = "pod-security.kubernetes.io/enforce"
_STRICT = frozenset({"baseline", "restricted"})
_WINDOWS = "windows"
_SELECTORS = ("kubernetes.io/os", "beta.kubernetes.io/os")


class Spoken(NamedTuple):
    """How many ports of Services speak what; `unsaid` are those that neither a name nor `appProtocol` tells of."""

    http: int = 0
    grpc: int = 0
    tcp: int = 0
    udp: int = 0
    unsaid: int = 0

    def share(self, protocol: Protocol) -> float:
        """Which part of all ports speaks a protocol, from 0 to 1; 0 where there are none."""
        total = sum(self)
        return self[list(Protocol).index(protocol)] / total if total else 0.0

    @property
    def present(self) -> tuple[Protocol, ...]:
        """What is spoken at all."""
        return tuple(protocol for protocol, number in zip(Protocol, self, strict=False) if number)


def pods(look: Reading) -> Fact[int]:
    """How many pods run, those of the system and of the meshes too."""
    return counted(look, POD, _runs)


def services(look: Reading) -> Fact[int]:
    """How many Services there are, that of the API server left out."""
    return counted(look, SERVICE, _is_own)


def protocols(look: Reading) -> Fact[Spoken]:
    """What ports of Services speak, by `appProtocol` and name as Istio reads them; HTTPS counts as HTTP, TLS as TCP.

    Services of the system, of meshes and of gateways say nothing of what applications speak and are left out.
    """
    missing = look.unlisted(SERVICE)
    if missing:
        return Fact(None, missing=missing)
    numbers: dict[Protocol | None, int] = {}
    first: dict[Protocol | None, Note] = {}
    for port in _ports(look):
        said = protocol_of(port)
        spoken = _SPOKEN.get(said)
        numbers[spoken] = numbers.get(spoken, 0) + 1
        first.setdefault(spoken, port.note(f"speaks {said}" if spoken else "does not say what it speaks"))
    order = (*Protocol, None)
    notes = first_of(first[one] for one in order if one in first)
    return Fact(Spoken(*(numbers.get(one, 0) for one in order)), notes)


def policies(look: Reading) -> Fact[tuple[tuple[str, int], ...]]:
    """Kind and number of the policies on who may connect; empty where there are none."""
    found = [(kind, list(look.objects(kind))) for kind in _POLICIES]
    present = [(str(kind), objects) for kind, objects in found if objects]
    missing = look.unlisted(*_READ_EVERYWHERE)
    if not present and missing:
        return Fact(None, missing=missing)
    notes = first_of(objects[0].root.note(f"the first of {len(objects)}") for _, objects in present)
    return Fact(tuple((name, len(objects)) for name, objects in present), notes, missing)


def strict_namespaces(look: Reading) -> Fact[tuple[str, ...]]:
    """Namespaces whose Pod Security standard refuses privileged pods, `cluster/namespace` where a cluster is named.

    (`kubernetes/kubernetes: staging/src/k8s.io/pod-security-admission/policy/check_privileged.go`)
    """
    missing = look.unlisted(NAMESPACE)
    labels = [(one, label) for one in look.objects(NAMESPACE) if (label := _enforced(one)) is not None]
    if not labels and missing:
        return Fact(None, missing=missing)
    names = tuple(f"{one.cluster}/{one.name}" if one.cluster else one.name for one, _ in labels)
    return Fact(names, first_of(label.note(f"'{label.text}' refuses them") for _, label in labels), missing)


def windows_workloads(look: Reading) -> Fact[int]:
    """How many workloads are meant for nodes with Windows that there are; those of the system are left out.

    Managed clusters hold DaemonSets for such nodes whether they have any or not.
    """
    missing = look.unlisted(NODE)
    if missing:
        return Fact(None, missing=missing)
    homes = {one.cluster for one in look.objects(NODE) if system_of(one) == _WINDOWS}
    found = [note for one in workloads(look.mesh) if one.cluster in homes and (note := _for_windows(one)) is not None]
    unread = look.unlisted(POD) if homes and not found else ""
    return Fact(None, missing=unread) if unread else Fact(len(found), first_of(found))


def _runs(pod: Resource) -> bool:
    phase = pod.get("status.phase")
    return phase is not None and phase.text == "Running" and is_meant_to_run(pod)


def _is_own(service: Resource) -> bool:
    return (service.namespace, service.name) != ("default", "kubernetes")


def _ports(look: Reading) -> Iterator[Node]:
    homes = {(one.cluster, one.resource.namespace) for one in components(look.mesh)}
    for service in look.objects(SERVICE):
        is_system = service.namespace in _SYSTEM or (service.cluster, service.namespace) in homes
        if not is_system and _is_own(service) and _GATEWAY not in service.labels:
            yield from (port for port in service.each("spec.ports[]") if isinstance(port.value, dict))


def _enforced(namespace: Resource) -> Node | None:
    labels = namespace.get("metadata.labels")
    label = labels.key(_ENFORCE) if labels is not None else None
    return label if label is not None and label.text in _STRICT else None


def _for_windows(workload: Workload) -> Note | None:
    if workload.namespace in _SYSTEM:
        return None
    selector, system = workload.template.get("spec.nodeSelector"), workload.template.get("spec.os.name")
    chosen = (selector.key(name) for name in _SELECTORS) if selector is not None else iter(())
    found = next((one for one in (*chosen, system) if one is not None and one.text.lower() == _WINDOWS), None)
    return found.note("is meant for nodes with Windows") if found is not None else None
