"""Whether an injected proxy is a native sidecar: an init container that stays and ends behind the others."""

from service_mesh.mesh.mesh_config import mesh_config
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import Workload
from service_mesh.posture.linkerd.installation import installation
from service_mesh.posture.linkerd.settings import setting

__all__ = ["is_native_in_istio", "is_native_in_linkerd"]

_ISTIO_SINCE = (1, 27)
_LINKERD_SINCE = (26, 5, 1)
_SWITCH = "ENABLE_NATIVE_SIDECARS"
_OF_ISTIO = "sidecar.istio.io/nativeSidecar"
_OF_LINKERD = tuple(f"config{place}.linkerd.io/proxy-enable-native-sidecar" for place in ("", ".alpha", ".beta"))


def is_native_in_istio(mesh: MeshView, workload: Workload) -> bool:
    """Tell whether Istio injects a native sidecar: the pod's annotation, then istiod's switch, then the release.

    (`istio/istio: pilot/pkg/features/pilot.go`, ENABLE_NATIVE_SIDECARS; `pkg/kube/inject/webhook.go`)
    """
    told = workload.annotations.get(_OF_ISTIO)
    if told in ("true", "false"):
        return told == "true"
    usual = mesh.release("istio") >= _ISTIO_SINCE
    return mesh_config(mesh, workload.cluster).flag(_SWITCH, default=usual)


def is_native_in_linkerd(mesh: MeshView, workload: Workload) -> bool:
    """Tell whether Linkerd injects a native sidecar: an annotation, then the chart's value, then the release.

    The change to be so by default is of May 2026, and every release from then on is taken to have it.
    (https://github.com/linkerd/linkerd2/pull/15267)
    """
    told = {setting(mesh, workload, name).text for name in _OF_LINKERD}
    if told & {"true", "false"}:
        return "true" in told
    found = installation(mesh, workload.cluster)
    chart = found.value("proxy.nativeSidecar") if found is not None else None
    return chart if isinstance(chart, bool) else mesh.release("linkerd") >= _LINKERD_SINCE
