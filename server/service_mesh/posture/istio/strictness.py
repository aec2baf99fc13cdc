"""What an ambient workload accepts: PeerAuthentication as istiod turns it into a policy of ztunnel."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from service_mesh.mesh.mesh_config import root_namespace
from service_mesh.mesh.selection import policy_selector
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import Workload
from service_mesh.model.age import oldest_first
from service_mesh.model.kinds import PEER_AUTHENTICATION
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.istio.peer_authentication import (
    MODE_KINDS,
    MtlsMode,
    ServerMode,
    namespace_mode,
    rivalled,
    workload_policies,
)

__all__ = ["ambient_mode"]

_OPEN = frozenset({MtlsMode.PERMISSIVE, MtlsMode.DISABLE})
_PORTS_FIXED = (1, 24, 3)


@dataclass(frozen=True, slots=True)
class _Told:
    """What is said above a workload's own object.

    Attributes:
        wide: The mode of the namespace.
        silent: An object of the namespace that sets no mode.
        release: The release of Istio.
    """

    wide: ServerMode
    silent: Resource | None
    release: tuple[int, ...]


def ambient_mode(mesh: MeshView, workload: Workload, port: int | None = None) -> ServerMode:
    """What an ambient workload accepts on a port: STRICT refuses connections without an identity, all else is open.

    DISABLE cannot turn mTLS off, it acts as PERMISSIVE. A workload's own object counts its ports too; where it sets no
    mode under an inherited STRICT, its exceptions count only if one of them is PERMISSIVE.
    (`istio/istio: pilot/pkg/serviceregistry/ambient/authorization.go`, convertedSelectorPeerAuthentications)

    Args:
        mesh: The objects.
        workload: The server.
        port: Number of the container port; None for ports that no setting names.
    """
    place = workload.cluster, workload.namespace
    wide = _opened(mesh.once(_wide, place))
    rivals = workload_policies(mesh, workload)
    if not rivals:
        return wide
    ordered = oldest_first(rivals)
    candidates = rivals if ordered is None else ordered[:1]
    silent, release = mesh.once(_silent_namespace, place), mesh.release("istio")
    levels = [replace(wide, mode=mode) for mode in wide.possible]
    told = [_Told(level, silent, release) for level in levels]
    answers = [_narrowed(one, policy, port) for policy in candidates for one in told]
    return rivalled(answers, candidates, wide.chain if len(levels) > 1 else ())


def _opened(level: ServerMode) -> ServerMode:
    """A mode of a namespace as ztunnel knows it: open where it is not strict."""
    if level.mode is MtlsMode.DISABLE:
        return ServerMode(MtlsMode.PERMISSIVE, level.chain)
    if level.mode is not MtlsMode.UNKNOWN:
        return level
    told = (MtlsMode.STRICT if mode is MtlsMode.STRICT else MtlsMode.PERMISSIVE for mode in level.possible)
    options = tuple(dict.fromkeys(told))
    return replace(level, options=options) if len(options) > 1 else ServerMode(options[0], level.chain)


def _narrowed(told: _Told, policy: Resource, port: int | None) -> ServerMode:
    wide, mode, ports = told.wide, policy.get("spec.mtls.mode"), _ports(policy)
    own = ports.get(str(port)) if port is not None else None
    if mode is not None and mode.text in (MtlsMode.STRICT, *_OPEN):
        wide = ServerMode(
            MtlsMode.STRICT if mode.text == MtlsMode.STRICT else MtlsMode.PERMISSIVE,
            (*wide.chain, mode.note(f"sets {mode.text}")),
        )
    elif wide.mode is MtlsMode.STRICT and not any(node.text == MtlsMode.PERMISSIVE for node in ports.values()):
        return wide
    elif wide.mode is MtlsMode.STRICT and told.silent is not None:
        return _unconverted(told.silent, wide, own)
    if own is None or own.text not in (MtlsMode.STRICT, *_OPEN):
        return wide
    exact = MtlsMode.STRICT if own.text == MtlsMode.STRICT else MtlsMode.PERMISSIVE
    found = ServerMode(exact, (*wide.chain, own.note(f"sets {own.text} for port {port}")))
    several = sum(node.text == MtlsMode.STRICT for node in ports.values()) > 1
    return _joined_by_and(told.release, wide, found) if several and exact is not wide.mode else found


def _unconverted(silent: Resource, wide: ServerMode, own: Node | None) -> ServerMode:
    """What a workload's exceptions come to beside a namespace's object that sets no mode.

    The static STRICT policy is taken off the workload, and the one with the exceptions is never made, by the source;
    nobody has run it. (`istio/istio: pilot/pkg/serviceregistry/ambient/authorization.go`, convertPeerAuthentication)
    """
    chain = (*wide.chain, silent.root.note("sets no mode, which keeps istiod from converting exceptions for ports"))
    if own is not None and own.text == MtlsMode.PERMISSIVE:
        return ServerMode(MtlsMode.PERMISSIVE, (*chain, own.note("sets PERMISSIVE")))
    missing = f"a mode in '{silent.title}', without which the exceptions of the workload may open every port"
    return ServerMode(MtlsMode.UNKNOWN, chain, missing)


def _joined_by_and(release: tuple[int, ...], wide: ServerMode, found: ServerMode) -> ServerMode:
    """Up to 1.24.2 several STRICT ports of one object were to be met all at once, so none was closed.

    (`istio/istio`, issue 54146, release notes of 1.24.3)
    """
    if release[: len(_PORTS_FIXED)] >= _PORTS_FIXED:
        return found
    if release == _PORTS_FIXED[: len(release)]:
        missing = "the patch release of Istio: before 1.24.3 several STRICT ports of one object close none"
        return ServerMode(MtlsMode.UNKNOWN, found.chain, missing)
    return ServerMode(wide.mode, found.chain)


def _ports(policy: Resource) -> Mapping[str, Node]:
    return {str(node.path[-2]): node for node in policy.each("spec.portLevelMtls{}.mode")}


def _wide(mesh: MeshView, place: tuple[str, str]) -> ServerMode:
    """The mode of a namespace as ztunnel gets it: objects of the root namespace with any selector stay there.

    (`istio/istio: pilot/pkg/serviceregistry/ambient/workloads.go`, fetchPeerAuthentications)
    """
    cluster, namespace = place
    held = mesh.index(_by_namespace)
    root = root_namespace(mesh, cluster)
    listed = held.get((cluster, root), ())
    if root == namespace or not any(policy.get("spec.selector") for policy in listed):
        return namespace_mode(mesh, namespace, cluster)
    level = ServerMode(MtlsMode.PERMISSIVE)
    seen = tuple(policy for policy in listed if policy.get("spec.selector") is None)
    for rivals in (seen, held.get((cluster, namespace), ())):
        level = _lowered(level, rivals)
    return level


def _lowered(level: ServerMode, rivals: tuple[Resource, ...]) -> ServerMode:
    ordered = oldest_first(rivals)
    candidates = rivals if ordered is None else ordered[:1]
    answers = [_settled(level, policy) for policy in candidates]
    return rivalled(answers, candidates, level.chain) if len(answers) > 1 else answers[0] if answers else level


def _settled(level: ServerMode, policy: Resource) -> ServerMode:
    node = policy.get("spec.mtls.mode")
    if node is None or node.text not in (MtlsMode.STRICT, *_OPEN):
        return level
    return ServerMode(MtlsMode(node.text), (*level.chain, node.note(f"sets {node.text}")))


def _silent_namespace(mesh: MeshView, place: tuple[str, str]) -> Resource | None:
    """An object of a namespace, below the mesh's, that may count and sets no mode."""
    cluster, namespace = place
    if namespace == root_namespace(mesh, cluster):
        return None
    rivals = mesh.index(_by_namespace).get((cluster, namespace), ())
    ordered = oldest_first(rivals)
    candidates = rivals if ordered is None else ordered[:1]
    silent = (policy for policy in candidates if policy.root.text_at("spec.mtls.mode") in ("", "UNSET"))
    return next(silent, None)


def _by_namespace(mesh: MeshView) -> Mapping[tuple[str, str], tuple[Resource, ...]]:
    mesh.mark_read(*MODE_KINDS)
    found: dict[tuple[str, str], list[Resource]] = {}
    for policy in mesh.of_kind(PEER_AUTHENTICATION):
        if policy_selector(policy).is_empty:
            found.setdefault((policy.cluster, policy.namespace), []).append(policy)
    return {key: tuple(policies) for key, policies in found.items()}
