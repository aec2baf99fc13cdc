"""Suspects for pods without a proxy: whether anything asks for one, and whether an injector can give it."""

from collections.abc import Mapping

from service_mesh.model.kinds import DEPLOYMENT, MUTATING_WEBHOOK, NAMESPACE, POD
from service_mesh.status.symptoms.case import Suspect
from service_mesh.status.symptoms.injection import no_injector, not_asked_for
from service_mesh.status.symptoms.reach import near, of_control_plane, of_injector, without_proxy

__all__ = ["INJECTION"]

_ISTIO = frozenset({"istio"})
_LINKERD = frozenset({"linkerd"})
_WITH_SIDECARS = _ISTIO | _LINKERD

INJECTION: Mapping[str, Suspect] = {
    "webhook": Suspect(
        "a webhook for injection that the API server cannot call",
        "the events of the ReplicaSet name no webhook, and a new pod in another namespace gets a proxy",
        signs=("IS250", "IS252", "ST122", "ST121", "ST120", "CE108", "CE101", "CE102", "CE104", "IS251", "IS253"),
        reach=of_injector,
        needs=(MUTATING_WEBHOOK,),
        meshes=_WITH_SIDECARS,
    ),
    "injector": Suspect(
        "an injector without a ready pod",
        "the injector has a ready pod, and a new pod in another namespace gets a proxy",
        signs=("ST101", "ST110", "ST140", "IS262"),
        reach=of_control_plane("istiod", "proxy-injector"),
        needs=(DEPLOYMENT,),
        meshes=_WITH_SIDECARS,
    ),
    "no-injector": Suspect(
        "a cluster without an injector",
        "a MutatingWebhookConfiguration of Istio or Linkerd exists and its server runs",
        probe=no_injector,
        needs=(DEPLOYMENT,),
    ),
    "revision": Suspect(
        "a revision that no control plane serves",
        "istioctl tag list shows the revision that is asked for",
        proof=("ST212", "IS236"),
        signs=("IS230", "ST206", "IS234"),
        reach=near,
        needs=(NAMESPACE, MUTATING_WEBHOOK),
        meshes=_ISTIO,
    ),
    "misplaced": Suspect(
        "a label or annotation that stands in the wrong place",
        "a new pod gets a proxy although nothing was moved",
        proof=("ST236", "ST237", "IS144", "IS145"),
        signs=("IS140", "IS146", "IS142", "IS141", "IS242"),
        reach=without_proxy,
        needs=(NAMESPACE,),
    ),
    "not-asked": Suspect(
        "who decides whether the workload gets a proxy",
        "a new pod of the workload gets a proxy",
        probe=not_asked_for,
        needs=(NAMESPACE,),
        meshes=_WITH_SIDECARS,
    ),
    "older-pods": Suspect(
        "pods made before the mesh was asked for",
        "a pod made after the last change of labels and annotations has no proxy either",
        signs=("ST201", "ST230", "ST208", "ST207", "IS231", "AM101", "AM102", "AM103", "ST210", "ST209", "ST250"),
        reach=near,
        because="it may be older than what asks for the proxy, or made while no injector answered",
        needs=(POD,),
    ),
    "template": Suspect(
        "an injected proxy that does not start",
        "every container of the pod starts",
        signs=("IS233", "IS232", "ST202", "ST231", "ST238", "ST235", "IS265", "IS160"),
        reach=near,
        needs=(POD,),
        meshes=_WITH_SIDECARS,
    ),
}

"""Name -> suspect."""
