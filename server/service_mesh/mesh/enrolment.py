"""Which namespaces the input shows to be in a mesh."""

from service_mesh.mesh.view import MeshView
from service_mesh.model.kinds import NAMESPACE

__all__ = ["is_labelled_for_istio"]


def is_labelled_for_istio(mesh: MeshView, namespace: str, cluster: str = "") -> bool:
    """Tell whether a loaded Namespace asks for sidecars or for ambient mode; False where it is not loaded.

    (`istio/istio: pkg/kube/inject/webhook.go`; https://istio.io/latest/docs/ambient/usage/add-workloads/)
    """
    found = mesh.find(NAMESPACE, "", namespace, cluster)
    if found is None:
        return False
    labels = found.labels
    if labels.get("istio.io/dataplane-mode") == "ambient" or labels.get("istio-injection") == "enabled":
        return True
    return "istio-injection" not in labels and bool(labels.get("istio.io/rev"))
