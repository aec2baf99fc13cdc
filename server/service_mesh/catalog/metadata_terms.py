"""What the API server asks of the metadata of a kind: the form of names, and where further labels are."""

from collections.abc import Mapping
from dataclasses import dataclass

from service_mesh.catalog.name_forms import DNS_SUBDOMAIN, FORMER_SERVICE_NAME, NAME_FORMS, Form
from service_mesh.model.kinds import (
    CRON_JOB,
    DAEMON_SET,
    DEPLOYMENT,
    JOB,
    REPLICA_SET,
    SERVICE,
    STATEFUL_SET,
    Kind,
)

__all__ = ["Terms", "terms_of"]

_RELAXED = (1, 36)
"""Release of Kubernetes whose Services may have names that start with a digit."""

Steps = tuple[str, ...]

_TEMPLATE: Steps = ("spec", "template", "metadata")
_OF_JOB: Steps = ("spec", "jobTemplate", "spec", "template", "metadata")
_SELECTOR: Steps = ("spec", "selector", "matchLabels")
_WORKLOADS = (DAEMON_SET, DEPLOYMENT, REPLICA_SET, STATEFUL_SET, JOB)

_LABELS: Mapping[Kind, tuple[Steps, ...]] = {
    **dict.fromkeys(_WORKLOADS, (_SELECTOR, (*_TEMPLATE, "labels"))),
    CRON_JOB: ((*_OF_JOB, "labels"),),
    SERVICE: (("spec", "selector"),),
    Kind("networking.k8s.io", "NetworkPolicy"): (("spec", "podSelector", "matchLabels"),),
    Kind("policy", "PodDisruptionBudget"): (_SELECTOR,),
}
_ANNOTATIONS: Mapping[Kind, tuple[Steps, ...]] = {
    **dict.fromkeys(_WORKLOADS, ((*_TEMPLATE, "annotations"),)),
    CRON_JOB: ((*_OF_JOB, "annotations"),),
}
"""Labels and annotations that the server judges like those of the object itself.

Source: Kubernetes, pkg/apis/*/validation/validation.go (ValidatePodTemplateSpec, ValidateService) and
apimachinery/pkg/apis/meta/v1/validation/validation.go (ValidateLabelSelector).
"""

_STRICT_GROUPS = frozenset(
    {
        "",
        "apps",
        "autoscaling",
        "batch",
        "discovery.k8s.io",
        "networking.k8s.io",
        "rbac.authorization.k8s.io",
    }
)
"""Groups whose finalizers need a domain. Source: Kubernetes, pkg/apis/core/validation (validateKubeFinalizerName)."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What is asked of the metadata of a kind.

    Attributes:
        name: The form of its names.
        is_namespaced: Whether its objects are in namespaces; for others a namespace is ignored.
        is_named: Whether its objects have to have a name.
        has_strict_finalizers: Whether its finalizers need a domain.
        labels: Where further labels are.
        annotations: Where further annotations are.
    """

    name: Form = DNS_SUBDOMAIN
    is_namespaced: bool = True
    is_named: bool = True
    has_strict_finalizers: bool = False
    labels: tuple[Steps, ...] = ()
    annotations: tuple[Steps, ...] = ()


def terms_of(kind: Kind, *, is_namespaced: bool, is_named: bool, kubernetes: tuple[int, ...] | None) -> Terms:
    """The terms of a kind.

    Args:
        kind: The kind.
        is_namespaced: Whether its objects are in namespaces.
        is_named: Whether its objects have to have a name.
        kubernetes: The release of Kubernetes that was asked for, None for the newest.
    """
    name = NAME_FORMS.get(kind, DNS_SUBDOMAIN)
    if kind == SERVICE and kubernetes is not None and kubernetes < _RELAXED:
        name = FORMER_SERVICE_NAME
    return Terms(
        name=name,
        is_namespaced=is_namespaced,
        is_named=is_named,
        has_strict_finalizers=kind.group in _STRICT_GROUPS,
        labels=_LABELS.get(kind, ()),
        annotations=_ANNOTATIONS.get(kind, ()),
    )
