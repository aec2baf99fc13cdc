"""The effective mTLS mode of a server: what a workload accepts on a port, and the objects that decided it."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from service_mesh.mesh.installation import INSTALLATION_KINDS
from service_mesh.mesh.mesh_config import root_namespace
from service_mesh.mesh.selection import SelectorIndex, policy_selector
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import Workload
from service_mesh.model.age import oldest_first
from service_mesh.model.finding import Note
from service_mesh.model.kinds import PEER_AUTHENTICATION
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.model.selectors import Selector

__all__ = [
    "ALL_MODES",
    "MODE_KINDS",
    "MtlsMode",
    "Scope",
    "ServerMode",
    "namespace_mode",
    "rivalled",
    "scope_of",
    "server_mode",
    "workload_policies",
]

MODE_KINDS = (PEER_AUTHENTICATION, *INSTALLATION_KINDS)
"""The kinds that are read here."""

_PortLookup = Callable[[Resource], Node | None]


class MtlsMode(StrEnum):
    """What a server accepts on a port."""

    STRICT = "STRICT"
    PERMISSIVE = "PERMISSIVE"
    DISABLE = "DISABLE"
    UNKNOWN = "UNKNOWN"


ALL_MODES = (MtlsMode.STRICT, MtlsMode.PERMISSIVE, MtlsMode.DISABLE)
"""The modes that can be written."""

_SET = frozenset(ALL_MODES)


class Scope(StrEnum):
    """How far a PeerAuthentication reaches."""

    MESH = "mesh"
    NAMESPACE = "namespace"
    WORKLOAD = "workload"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class ServerMode:
    """An effective mode.

    Attributes:
        mode: What the server accepts.
        chain: The settings that were looked at from the widest to the deciding one; empty for the built-in default.
        missing: What would have to be known, where the mode is unknown.
        options: The modes that it may be, where it is unknown and the input leaves some.
    """

    mode: MtlsMode
    chain: tuple[Note, ...] = ()
    missing: str = ""
    options: tuple[MtlsMode, ...] = ()

    @property
    def possible(self) -> tuple[MtlsMode, ...]:
        """Every mode that it may be; all of them where it is unknown and nothing narrows that down."""
        return (self.mode,) if self.mode is not MtlsMode.UNKNOWN else self.options or ALL_MODES


def rivalled(answers: Sequence[ServerMode], rivals: Sequence[Resource], chain: tuple[Note, ...] = ()) -> ServerMode:
    """The mode where any of some objects may be the one that counts: theirs if they agree, else unknown.

    Args:
        answers: What the mode is if this or that object counts.
        rivals: The objects.
        chain: What was looked at before them.
    """
    if len({answer.mode for answer in answers}) == 1 and answers[0].mode is not MtlsMode.UNKNOWN:
        return answers[0]
    missing = tuple(answer.missing for answer in answers)
    if len(rivals) > 1:
        titles = ", ".join(f"'{policy.title}'" for policy in rivals[:3])
        missing = (f"which of {titles} is the oldest, since that one counts alone", *missing)
        chain = (*chain, *(policy.root.note("applies if it is the oldest") for policy in rivals[:3]))
    settles = "; ".join(dict.fromkeys(text for text in missing if text))
    options = tuple(dict.fromkeys(mode for answer in answers for mode in answer.possible))
    return ServerMode(MtlsMode.UNKNOWN, chain, settles, options)


def scope_of(mesh: MeshView, policy: Resource) -> Scope:
    """How far a PeerAuthentication reaches; one with a selector in the root namespace reaches nothing.

    (`istio/istio: pilot/pkg/security/authn/policy_applier.go`, ComposePeerAuthentication)
    """
    in_root = policy.namespace == root_namespace(mesh, policy.cluster)
    if not policy_selector(policy).is_empty:
        return Scope.NOTHING if in_root else Scope.WORKLOAD
    return Scope.MESH if in_root else Scope.NAMESPACE


def namespace_mode(mesh: MeshView, namespace: str, cluster: str = "") -> ServerMode:
    """The mode of a namespace before any workload's own: all that clients look at for a service.

    (`istio/istio: pilot/pkg/model/push_context.go`, BestEffortInferServiceMTLSMode)
    """
    return _wide(mesh, namespace, cluster)


def server_mode(mesh: MeshView, workload: Workload, port: int | None = None) -> ServerMode:
    """What a workload with a sidecar accepts on a container port; `strictness.ambient_mode` tells for ambient ones.

    Workload before namespace before mesh before the built-in PERMISSIVE; a level that says UNSET inherits. Of several
    objects of one level the oldest counts alone, and where the input does not tell which that is and they differ, the
    mode is unknown.

    Args:
        mesh: The objects.
        workload: The server.
        port: Number of the container port; None for ports that no setting names.
    """
    level = _wide(mesh, workload.namespace, workload.cluster)
    return _lowered(level, workload_policies(mesh, workload), lambda policy: _port_node(policy, port))


def workload_policies(mesh: MeshView, workload: Workload) -> tuple[Resource, ...]:
    """The PeerAuthentications that select a workload by labels and count for it."""
    return mesh.once(_policies_of, workload)


def _policies_of(mesh: MeshView, workload: Workload) -> tuple[Resource, ...]:
    return mesh.index(_by_workload).matching(workload.cluster, workload.namespace, workload.labels)


def _wide(mesh: MeshView, namespace: str, cluster: str) -> ServerMode:
    return mesh.once(_wide_level, (cluster, namespace))


def _wide_level(mesh: MeshView, place: tuple[str, str]) -> ServerMode:
    mesh.mark_read(*MODE_KINDS)
    cluster, namespace = place
    level = ServerMode(MtlsMode.PERMISSIVE)
    for name in dict.fromkeys((root_namespace(mesh, cluster), namespace)):
        level = _lowered(level, mesh.index(_by_namespace).get((cluster, name), ()))
    return level


def _no_port(policy: Resource) -> Node | None:  # noqa: ARG001  # stands where a port's setting is looked up
    return None


def _lowered(level: ServerMode, rivals: Iterable[Resource], port_node: _PortLookup = _no_port) -> ServerMode:
    """A level below another one: the oldest object of it, or all of them where the order is not known."""
    found = tuple(rivals)
    if not found:
        return level
    ordered = oldest_first(found)
    if ordered is not None:
        return _settled(level, ordered[0], port_node)
    return rivalled([_settled(level, policy, port_node) for policy in found], found, level.chain)


def _settled(level: ServerMode, policy: Resource, port_node: _PortLookup) -> ServerMode:
    for node in (policy.get("spec.mtls.mode"), port_node(policy)):
        if node is not None and node.text in _SET:
            level = ServerMode(MtlsMode(node.text), (*level.chain, node.note(f"sets {node.text}")))
    return level


def _port_node(policy: Resource, port: int | None) -> Node | None:
    ports = policy.get("spec.portLevelMtls")
    entry = ports.key(str(port)) if ports is not None and port is not None else None
    return entry.get("mode") if entry else None


def _by_namespace(mesh: MeshView) -> Mapping[tuple[str, str], tuple[Resource, ...]]:
    found: dict[tuple[str, str], list[Resource]] = {}
    for policy in mesh.of_kind(PEER_AUTHENTICATION):
        if policy_selector(policy).is_empty:
            found.setdefault((policy.cluster, policy.namespace), []).append(policy)
    return {key: tuple(policies) for key, policies in found.items()}


def _by_workload(mesh: MeshView) -> SelectorIndex[Resource]:
    return SelectorIndex(_selecting(mesh))


def _selecting(mesh: MeshView) -> Iterator[tuple[str, str, Selector, Resource]]:
    for policy in mesh.of_kind(PEER_AUTHENTICATION):
        if scope_of(mesh, policy) is Scope.WORKLOAD:
            yield policy.cluster, policy.namespace, policy_selector(policy), policy
