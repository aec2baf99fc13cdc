"""The labels that Cilium gives an endpoint, which are all that its selectors see."""

from collections.abc import Mapping
from dataclasses import dataclass

from service_mesh.mesh.view import MeshView
from service_mesh.model.kinds import NAMESPACE
from service_mesh.model.selectors import Selector
from service_mesh.posture.cilium.options import OPTION_KINDS, policy_options
from service_mesh.posture.kubernetes.ends import End, Entity
from service_mesh.posture.kubernetes.selection import matches_known, namespace_view
from service_mesh.posture.logic import all_of, any_of

__all__ = [
    "CLUSTER_LABEL",
    "IDENTITY_KINDS",
    "NAMESPACE_LABEL",
    "NAMESPACE_LABELS",
    "RESERVED",
    "Identity",
    "identities",
    "is_selected",
]

IDENTITY_KINDS = (NAMESPACE, *OPTION_KINDS)
"""The kinds that are read here."""

NAMESPACE_LABEL = "io.kubernetes.pod.namespace"
NAMESPACE_LABELS = "io.cilium.k8s.namespace.labels."
CLUSTER_LABEL = "io.cilium.k8s.policy.cluster"
RESERVED = "reserved:"
"""Labels of what is no pod; those of Kubernetes are kept without the name of their source."""

_ACCOUNT_LABEL = "io.cilium.k8s.policy.serviceaccount"


@dataclass(frozen=True, slots=True)
class Identity:
    """Labels of one endpoint.

    Attributes:
        labels: What is known to be there.
        unknown: Beginnings of keys of which it is not known whether they are there.
    """

    labels: Mapping[str, object]
    unknown: tuple[str, ...] = ()

    def meets(self, selector: Selector) -> bool | None:
        """Whether a selector selects it."""
        return matches_known(selector, self.labels, lambda key: key in self.labels or not key.startswith(self.unknown))


def identities(mesh: MeshView, end: End) -> tuple[Identity, ...]:
    """What an end may be; more than one identity where it is not known which.

    (`cilium/cilium: pkg/k8s/labels.go`, `pkg/labels/labels.go`)
    """
    mesh.mark_read(*IDENTITY_KINDS)
    return (_of_pod(mesh, end),) if end.is_pod else tuple(_of_entity(one) for one in end.entities)


def is_selected(mesh: MeshView, end: End, selector: Selector) -> bool | None:
    """Whether a selector selects an end, whichever of its identities it has; None where these differ."""
    answers = [identity.meets(selector) for identity in identities(mesh, end)]
    return True if all_of(answers) else False if any_of(answers) is False else None


def _of_entity(entity: Entity) -> Identity:
    # The API server runs on a node or outside, and has the labels of that place too.
    unknown = (RESERVED, "cidr:") if entity is Entity.KUBE_APISERVER else ("cidr:",)
    return Identity({f"{RESERVED}{entity.value}": ""}, unknown)


def _of_pod(mesh: MeshView, end: End) -> Identity:
    of_namespace, is_loaded = namespace_view(mesh, end.namespace, end.cluster)
    name = policy_options(mesh, end.cluster).cluster_name
    labels = {**end.labels, NAMESPACE_LABEL: end.namespace}
    labels |= {f"{NAMESPACE_LABELS}{key}": value for key, value in of_namespace.items()}
    labels |= {CLUSTER_LABEL: name} if name else {}
    labels |= {_ACCOUNT_LABEL: end.service_account} if end.service_account else {}
    unknown = (
        *(() if name else (CLUSTER_LABEL,)),
        *(() if end.service_account else (_ACCOUNT_LABEL,)),
        *(() if is_loaded else (NAMESPACE_LABELS,)),
    )
    return Identity(labels, unknown)
