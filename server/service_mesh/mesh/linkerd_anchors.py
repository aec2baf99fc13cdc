"""The trust anchors that running proxies of Linkerd hold: they were written into each Pod when it was created."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from service_mesh.mesh.certificates import FACTS, Certificate, certificates_of, node_at
from service_mesh.mesh.view import MeshView
from service_mesh.model.kinds import POD
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource

__all__ = ["ANCHORS", "ANCHOR_KINDS", "Held", "held_anchors"]

ANCHORS = "linkerd-identity-trust-roots"
"""ConfigMap with the anchors that the control plane gives out."""

ANCHOR_KINDS = (POD,)
"""The kinds that are read here."""

_VARIABLE = "LINKERD2_PROXY_IDENTITY_TRUST_ANCHORS"
_OVER = frozenset({"Succeeded", "Failed"})


@dataclass(frozen=True, slots=True, eq=False)
class Held:
    """The anchors of one proxy.

    Attributes:
        node: The value of its variable.
        anchors: What stands there; of several proxies with the same, those of one.
    """

    node: Node
    anchors: tuple[Certificate, ...]

    @property
    def keys(self) -> set[str]:
        """Digests of their public keys."""
        return {one.public_key for one in self.anchors}


def held_anchors(mesh: MeshView, cluster: str = "") -> tuple[Held, ...]:
    """The anchors of every Pod of a cluster that has them in its own variables and has not finished."""
    mesh.mark_read(POD)
    return mesh.index(_held).get(cluster, ())


def _held(mesh: MeshView) -> Mapping[str, tuple[Held, ...]]:
    found: dict[str, list[Held]] = {}
    read: dict[object, tuple[Certificate, ...]] = {}  # pods by the thousand carry the same facts
    for pod in mesh.of_kind(POD):
        facts = pod.annotations.get(FACTS)
        if isinstance(facts, str):
            if facts not in read:
                read[facts] = certificates_of(pod)
            found.setdefault(pod.cluster, []).extend(_of_pod(pod, read[facts]))
    return {cluster: tuple(held) for cluster, held in found.items()}


def _of_pod(pod: Resource, certificates: tuple[Certificate, ...]) -> Iterator[Held]:
    phase = pod.get("status.phase")
    if not certificates or "deletionTimestamp" in pod.metadata or (phase is not None and phase.text in _OVER):
        return
    for place in dict.fromkeys(one.place for one in certificates):
        value = node_at(pod, place)
        if value.pointer == place and value.parent().text_at("name") == _VARIABLE:
            yield Held(value, tuple(one for one in certificates if one.place == place))
