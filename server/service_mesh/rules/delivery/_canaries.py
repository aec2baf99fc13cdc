"""What a Canary of Flagger is about and which objects it makes: asked by most rules about it."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from service_mesh.mesh.view import MeshView
from service_mesh.model.kinds import CANARY, DAEMON_SET, DEPLOYMENT, SERVICE, Kind
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.delivery._fields import text

__all__ = [
    "API",
    "DEPLOYER",
    "SCHEDULER",
    "SELECTOR_LABELS",
    "TARGETS",
    "Names",
    "Target",
    "analysis",
    "by_apex",
    "canary_metrics",
    "canary_webhooks",
    "known_labels",
    "label_key",
    "matched_labels",
    "provider",
    "service_names",
    "target",
    "written_webhooks",
]

API = "fluxcd/flagger: pkg/apis/flagger/v1beta1/canary.go"
SCHEDULER = "fluxcd/flagger: pkg/controller/scheduler.go"
DEPLOYER = "fluxcd/flagger: pkg/canary/deployment_controller.go"

TARGETS = {"Deployment": DEPLOYMENT, "DaemonSet": DAEMON_SET, "Service": SERVICE}
"""Kinds that `targetRef` may name."""

SELECTOR_LABELS = ("app", "name", "app.kubernetes.io/name")
"""Labels by which Flagger tells the primary from the canary, where its `-selector-labels` names no others."""


class Target(NamedTuple):
    """What a Canary releases."""

    kind: Kind
    name: str


class Names(NamedTuple):
    """The three Services that Flagger makes."""

    apex: str
    primary: str
    canary: str


def analysis(canary: Resource) -> Node | None:
    """The analysis, also under its old name. (`fluxcd/flagger: pkg/apis/flagger/v1beta1/canary.go`, GetAnalysis)"""
    return canary.get("spec.analysis") or canary.get("spec.canaryAnalysis")


def canary_metrics(canary: Resource) -> tuple[Node, ...]:
    """The metrics of its analysis."""
    found = analysis(canary)
    return tuple(found.each("metrics[]")) if found is not None else ()


def canary_webhooks(canary: Resource) -> tuple[Node, ...]:
    """The webhooks of its analysis."""
    found = analysis(canary)
    return tuple(found.each("webhooks[]")) if found is not None else ()


def written_webhooks(canary: Resource) -> tuple[Node, ...]:
    """Its webhooks, and those that stand beside the analysis by mistake: what they say is meant all the same."""
    return (*canary_webhooks(canary), *canary.each("spec.webhooks[]"))


def target(canary: Resource) -> Target | None:
    """What it releases; None for a kind that the CRD does not allow."""
    kind, name = TARGETS.get(text(canary, "spec.targetRef.kind")), text(canary, "spec.targetRef.name")
    return Target(kind, name) if kind is not None and name else None


def service_names(canary: Resource) -> Names | None:
    """Names of the Services it makes. (`fluxcd/flagger: pkg/apis/flagger/v1beta1/canary.go`, GetServiceNames)"""
    apex = text(canary, "spec.service.name") or text(canary, "spec.targetRef.name")
    return Names(apex, f"{apex}-primary", f"{apex}-canary") if apex else None


def by_apex(mesh: MeshView) -> Mapping[tuple[str, str, str], Resource]:
    """Cluster, namespace and name of the apex Service -> the Canary."""
    return mesh.index(_by_apex)


def provider(mesh: MeshView, canary: Resource) -> str:
    """Which router moves its traffic: its own setting, or that of Flagger if that is here; empty if unknown."""
    mesh.mark_read(DEPLOYMENT)
    return text(canary, "spec.provider") or mesh.index(_flags).get((canary.cluster, "mesh-provider"), "")


def known_labels(mesh: MeshView, cluster: str) -> tuple[str, ...]:
    """Labels that Flagger looks for in the selectors of workloads, in this order."""
    said = mesh.index(_flags).get((cluster, "selector-labels"), "")
    return tuple(key.strip() for key in said.split(",")) if said else SELECTOR_LABELS


def label_key(mesh: MeshView, canary: Resource) -> str:
    """The label that tells primary pods from canary pods; empty where the target is not here or has none."""
    labels = matched_labels(mesh, canary)
    return next((key for key in known_labels(mesh, canary.cluster) if isinstance(labels.get(key), str)), "")


def matched_labels(mesh: MeshView, canary: Resource) -> Mapping[str, object]:
    """`selector.matchLabels` of the target; empty where it is not here."""
    found = target(canary)
    if found is None or found.kind not in (DEPLOYMENT, DAEMON_SET):
        return {}
    workload = mesh.find(found.kind, canary.namespace, found.name, canary.cluster)
    labels = workload.get("spec.selector.matchLabels") if workload is not None else None
    return labels.value if labels is not None and isinstance(labels.value, dict) else {}


def _by_apex(mesh: MeshView) -> Mapping[tuple[str, str, str], Resource]:
    named = ((service_names(canary), canary) for canary in mesh.of_kind(CANARY))
    return {(canary.cluster, canary.namespace, names.apex): canary for names, canary in named if names is not None}


def _flags(mesh: MeshView) -> Mapping[tuple[str, str], str]:
    """Cluster and flag -> value, of the Deployment that runs Flagger."""
    return {(cluster, name): value for cluster, name, value in _arguments(mesh)}


def _arguments(mesh: MeshView) -> Iterator[tuple[str, str, str]]:
    for deployment in mesh.of_kind(DEPLOYMENT):
        for argument in deployment.each("spec.template.spec.containers[].args[]"):
            name, _, value = argument.text.lstrip("-").partition("=")
            if name in ("mesh-provider", "selector-labels") and argument.text.startswith("-"):
                yield deployment.cluster, name, value
