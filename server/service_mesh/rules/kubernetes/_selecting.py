"""Whether nothing that a selector selects exists, for certain: pods that controllers make are not in the input."""

from collections.abc import Mapping

from service_mesh.mesh.selection import selected
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import WORKLOAD_KINDS, workloads
from service_mesh.model.kinds import CANARY, EXPERIMENT, ROLLOUT
from service_mesh.model.selectors import Selector

__all__ = ["SELECTING_KINDS", "asked_keys", "selects_nothing"]

SELECTING_KINDS = (CANARY, EXPERIMENT, *WORKLOAD_KINDS)
"""The kinds that are read here."""

_GIVEN = (
    "apps.kubernetes.io/",
    "batch.kubernetes.io/",
    "controller-",
    "gateway.istio.io/",
    "gateway.networking.k8s.io/",
    "istio.io/",
    "job-name",
    "linkerd.io/",
    "pod-template-hash",
    "rollouts-pod-template-hash",
    "security.istio.io/",
    "service.istio.io/",
    "serving.knative.dev/",
    "sidecar.istio.io/",
    "statefulset.kubernetes.io/",
    "topology.",
)
"""Beginnings of labels that controllers and injectors put on pods."""

_PRIMARY = "-primary"
_RELABELLING = (
    "blueGreen.activeMetadata",
    "blueGreen.previewMetadata",
    "canary.canaryMetadata",
    "canary.stableMetadata",
    "canary.steps[].experiment",
)
"""Parts of a Rollout's strategy that give pods labels beside those of its template."""

_Place = tuple[str, str]


def selects_nothing(mesh: MeshView, selector: Selector, namespace: str, cluster: str = "") -> bool:
    """Tell whether no workload of a namespace has the labels, and none that the input does not show will have them.

    Unless everything is loaded, each label that is asked for has to be in use in the namespace with some value: an
    operator's pods have labels of their own. False wherever it is not certain.

    Args:
        mesh: The objects.
        selector: What is asked for.
        namespace: Where it looks.
        cluster: Its cluster; workloads of the same namespace in another loaded cluster count too.
    """
    keys = asked_keys(selector)
    if not keys or selector.nothing or not mesh.is_complete(namespace, cluster):
        return False
    if any(key.startswith(_GIVEN) for key in keys) or _is_made_by_flagger(mesh, selector, namespace, cluster):
        return False
    if (cluster, namespace) in mesh.index(_relabelled):
        return False
    used = mesh.index(_keys).get((cluster, namespace))
    if used is None or not (mesh.is_whole or keys <= used):
        return False
    clusters = mesh.index(_clusters).get(namespace, frozenset())
    return not any(selected(mesh, selector, namespace, one) for one in clusters)


def asked_keys(selector: Selector) -> frozenset[str]:
    """The labels that a selector asks for."""
    return frozenset(selector.equal) | {requirement.key for requirement in selector.requirements}


def _is_made_by_flagger(mesh: MeshView, selector: Selector, namespace: str, cluster: str) -> bool:
    """Whether the pods may be the copy that Flagger makes of a target."""
    if (cluster, namespace) not in mesh.index(_released):
        return False
    values = {*selector.equal.values(), *(value for one in selector.requirements for value in one.values)}
    return any(value.endswith(_PRIMARY) for value in values)


def _released(mesh: MeshView) -> frozenset[_Place]:
    return frozenset((canary.cluster, canary.namespace) for canary in mesh.of_kind(CANARY))


def _relabelled(mesh: MeshView) -> frozenset[_Place]:
    """Where Argo Rollouts gives pods labels that no template has."""
    relabelling = (
        rollout
        for rollout in mesh.of_kind(ROLLOUT)
        if any(rollout.get(f"spec.strategy.{place}") is not None for place in _RELABELLING)
    )
    return frozenset((one.cluster, one.namespace) for one in (*mesh.of_kind(EXPERIMENT), *relabelling))


def _keys(mesh: MeshView) -> Mapping[_Place, frozenset[str]]:
    found: dict[_Place, set[str]] = {}
    for workload in workloads(mesh):
        found.setdefault((workload.cluster, workload.namespace), set()).update(workload.labels)
    return {place: frozenset(keys) for place, keys in found.items()}


def _clusters(mesh: MeshView) -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for workload in workloads(mesh):
        found.setdefault(workload.namespace, set()).add(workload.cluster)
    return {namespace: frozenset(names) for namespace, names in found.items()}
