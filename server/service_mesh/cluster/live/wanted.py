"""Which kinds of a cluster are read: what meshes are made of, what they act on, and what can break them."""

from functools import cache

from service_mesh.model import kinds
from service_mesh.model.kinds import CUSTOM_RESOURCE_DEFINITION, SECRET, Kind

__all__ = ["PAGE", "fields_of", "is_mesh_group", "is_wanted", "is_wanted_group", "known_kinds", "page_of"]

PAGE = 500
"""Objects of one page of a list, as kubectl and client-go ask for them."""

_DEFINITIONS_PAGE = 50  # a definition holds the schemas of a kind: up to a megabyte, a hundred times an ordinary object
_BUILT_IN = {
    "": frozenset({"Pod", "Namespace", "Node", "Service", "ConfigMap", "Secret", "ServiceAccount"}),
    "admissionregistration.k8s.io": frozenset({"MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"}),
    "apiextensions.k8s.io": frozenset({"CustomResourceDefinition"}),
    "apiregistration.k8s.io": frozenset({"APIService"}),
    "apps": frozenset({"Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"}),
    "argoproj.io": frozenset({"Rollout", "AnalysisTemplate", "ClusterAnalysisTemplate"}),
    "autoscaling": frozenset({"HorizontalPodAutoscaler"}),
    "batch": frozenset({"Job", "CronJob"}),
    "discovery.k8s.io": frozenset({"EndpointSlice"}),
    "networking.k8s.io": frozenset({"NetworkPolicy", "Ingress", "IngressClass"}),
    "policy": frozenset({"PodDisruptionBudget"}),
}
_GROUPS = frozenset(
    {
        "bitnami.com",
        "cert-manager.io",
        "external-secrets.io",
        "flagger.app",
        "gateway.networking.k8s.io",
        "gateway.networking.x-k8s.io",
        "helm.toolkit.fluxcd.io",
        "multicluster.x-k8s.io",
        "sailoperator.io",
        "spire.spiffe.io",
        "split.smi-spec.io",
        "trust.cert-manager.io",
    }
)
_FAMILIES = ("istio.io", "linkerd.io", "cilium.io")


def is_wanted(kind: Kind) -> bool:
    """Tell whether objects of a kind are read."""
    if kind.group in _BUILT_IN:
        return kind.name in _BUILT_IN[kind.group]
    return is_mesh_group(kind.group)


def is_mesh_group(group: str) -> bool:
    """Tell whether a group is read with all its kinds: those of the meshes and of what they are used with."""
    return group in _GROUPS or any(group == name or group.endswith(f".{name}") for name in _FAMILIES)


def is_wanted_group(group: str) -> bool:
    """Tell whether a group may hold kinds that are read."""
    return group in _BUILT_IN or is_mesh_group(group)


@cache
def known_kinds() -> frozenset[Kind]:
    """The kinds this program has a name for, of those that are read.

    A cluster that does not serve one of them has no object of it, which is as good as an empty list.
    """
    return frozenset(value for value in vars(kinds).values() if isinstance(value, Kind) and is_wanted(value))


def page_of(kind: Kind) -> int:
    """Most objects of one page."""
    return _DEFINITIONS_PAGE if kind == CUSTOM_RESOURCE_DEFINITION else PAGE


def fields_of(kind: Kind) -> str:
    """The field selector of a list, empty for none: Helm keeps its releases in Secrets, a megabyte each.

    Source: kubernetes/kubernetes pkg/apis/core/v1/conversion.go, Secrets can be selected by `type`;
    helm/helm pkg/storage/driver/secrets.go names the type.
    """
    return "type!=helm.sh/release.v1" if kind == SECRET else ""
