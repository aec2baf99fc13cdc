"""What an ambient workload accepts: PeerAuthentication as istiod turns it into a policy of ztunnel."""

from collections.abc import Mapping

from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import Workload
from service_mesh.model.age import oldest_first
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.istio.peer_authentication import MtlsMode, ServerMode, namespace_mode, workload_policies

__all__ = ["ambient_mode"]

_OPEN = frozenset({MtlsMode.PERMISSIVE, MtlsMode.DISABLE})


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
    wide = _opened(namespace_mode(mesh, workload.namespace, workload.cluster))
    rivals = workload_policies(mesh, workload)
    if not rivals or wide.mode is MtlsMode.UNKNOWN:
        return wide
    ordered = oldest_first(rivals)
    candidates = rivals if ordered is None else ordered[:1]
    answers = [_narrowed(wide, policy, port) for policy in candidates]
    if len({answer.mode for answer in answers}) == 1:
        return answers[0]
    titles = ", ".join(f"'{policy.title}'" for policy in candidates[:3])
    chain = tuple(policy.root.note("applies if it is the oldest") for policy in candidates[:3])
    return ServerMode(MtlsMode.UNKNOWN, chain, f"which of {titles} is the oldest, since that one counts alone")


def _opened(level: ServerMode) -> ServerMode:
    return ServerMode(MtlsMode.PERMISSIVE, level.chain) if level.mode is MtlsMode.DISABLE else level


def _narrowed(wide: ServerMode, policy: Resource, port: int | None) -> ServerMode:
    mode = policy.get("spec.mtls.mode")
    ports = _ports(policy)
    own = ports.get(str(port)) if port is not None else None
    if mode is not None and mode.text in (MtlsMode.STRICT, *_OPEN):
        wide = ServerMode(
            MtlsMode.STRICT if mode.text == MtlsMode.STRICT else MtlsMode.PERMISSIVE,
            (*wide.chain, mode.note(f"sets {mode.text}")),
        )
    elif wide.mode is MtlsMode.STRICT and not any(node.text == MtlsMode.PERMISSIVE for node in ports.values()):
        return wide
    if own is None or own.text not in (MtlsMode.STRICT, *_OPEN):
        return wide
    exact = MtlsMode.STRICT if own.text == MtlsMode.STRICT else MtlsMode.PERMISSIVE
    return ServerMode(exact, (*wide.chain, own.note(f"sets {own.text} for port {port}")))


def _ports(policy: Resource) -> Mapping[str, Node]:
    return {str(node.path[-2]): node for node in policy.each("spec.portLevelMtls{}.mode")}
