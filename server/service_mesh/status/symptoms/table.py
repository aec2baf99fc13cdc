"""Everything that is suspected of a symptom, as a table: what shows it, whom that concerns, what would disprove it.

Facts from the rules' own sources, and from https://istio.io/latest/docs/ops/common-problems/ (network-issues, security-
issues, injection), https://www.envoyproxy.io/docs/envoy/latest/configuration/observability/access_log/usage (response
flags), https://linkerd.io/2/tasks/troubleshooting/ and https://docs.cilium.io/en/stable/operations/troubleshooting/.
"""

from collections.abc import Mapping
from types import MappingProxyType

from service_mesh.model.kinds import CILIUM_ENDPOINT, DEPLOYMENT, ENDPOINT_SLICE, POD, SERVICE
from service_mesh.status.symptoms.case import Suspect
from service_mesh.status.symptoms.endpoints import (
    no_ready_endpoint,
    no_ready_pod,
    nothing_selected,
    pods_missing_in_part,
)
from service_mesh.status.symptoms.reach import in_namespace, near, of_control_plane, of_mirror, of_parts
from service_mesh.status.symptoms.table_injection import INJECTION
from service_mesh.status.symptoms.table_routes import ROUTING
from service_mesh.status.symptoms.table_security import SECURITY

__all__ = ["SUSPECTS"]

_ISTIO = frozenset({"istio"})
_LINKERD = frozenset({"linkerd"})
_CILIUM = frozenset({"cilium"})
_WITH_SIDECARS = _ISTIO | _LINKERD

_ENDPOINTS: Mapping[str, Suspect] = {
    "pods-not-ready": Suspect(
        "a workload none of whose pods is ready",
        "a pod of it is Ready while the symptom is seen",
        probe=no_ready_pod,
        needs=(POD,),
    ),
    "pods-partly": Suspect(
        "pods that are not ready while others are",
        "a pod that is Ready shows the symptom too",
        probe=pods_missing_in_part,
        needs=(POD,),
    ),
    "selector": Suspect(
        "a Service that selects no pod",
        "an EndpointSlice of the Service lists addresses",
        probe=nothing_selected,
        needs=(SERVICE, POD),
    ),
    "endpoints": Suspect(
        "EndpointSlices without a ready endpoint",
        "an EndpointSlice of the Service lists an endpoint that is ready",
        probe=no_ready_endpoint,
        needs=(ENDPOINT_SLICE,),
    ),
    "target-port": Suspect(
        "a port of the Service that no container offers",
        "kubectl port-forward to a pod gets an answer on the port that the Service leads to",
        proof=("IS163",),
        signs=("IS160", "IS283"),
        reach=near,
        needs=(SERVICE,),
    ),
    "mirror": Suspect(
        "a Service mirrored from another cluster that is not reached",
        "the EndpointSlice of the mirror lists the other cluster's gateway, and that gateway answers",
        proof=("ST514", "ST524"),
        signs=("ST512", "ST513", "ST511", "ST510", "ST515", "ST522"),
        reach=of_mirror,
    ),
    "unmanaged": Suspect(
        "a pod whose endpoint Cilium has not made ready",
        "the CiliumEndpoint of the pod is in state ready with an identity",
        proof=("ST251",),
        signs=("ST250", "ST257", "ST138", "ST139"),
        reach=near,
        needs=(POD, CILIUM_ENDPOINT),
        meshes=_CILIUM,
    ),
}

_PROXIES: Mapping[str, Suspect] = {
    "proxy-not-running": Suspect(
        "a proxy that does not run beside the workload",
        "the proxy's container is running and ready in every pod",
        proof=("ST202", "ST231", "ST238"),
        signs=("ST211",),
        reach=near,
        needs=(POD,),
        meshes=_WITH_SIDECARS,
    ),
    "proxy-missing": Suspect(
        "a workload that should have a proxy and has none",
        "every pod has its proxy, or is redirected to ztunnel",
        signs=("ST201", "ST208", "ST230", "ST207", "AM101", "AM102", "AM103", "IS231", "IS238"),
        reach=near,
        needs=(POD,),
        meshes=_WITH_SIDECARS,
    ),
    "proxy-release": Suspect(
        "proxies of another release than their control plane",
        "the symptom stays after the pods were restarted with a proxy of the control plane's release",
        signs=("ST206", "ST203", "ST204", "ST232"),
        reach=in_namespace,
        needs=(POD,),
        meshes=_WITH_SIDECARS,
    ),
    "proxy-resources": Suspect(
        "proxies short of memory",
        "the proxy was not restarted and stays below its limits while the symptom is seen",
        signs=("ST211", "IS272"),
        reach=near,
        needs=(POD,),
        meshes=_WITH_SIDECARS,
    ),
    "node-agent": Suspect(
        "an agent of the mesh that fails on a node",
        "the agent on the nodes of the workload and of its callers is ready",
        signs=("ST209", "ST101", "ST111", "ST103", "ST104", "ST105", "ST106", "ST130", "ST138", "ST139"),
        reach=of_parts("ztunnel", "istio-cni", "linkerd-cni", "agent", "envoy"),
        needs=(POD,),
    ),
    "control-plane": Suspect(
        "a control plane that gives out no endpoints, routes or certificates",
        "the control plane has a ready pod, and istioctl proxy-status or linkerd check finds every proxy in step",
        signs=("ST101", "ST140", "ST141", "IS262"),
        reach=of_control_plane("istiod", "destination", "identity", "operator"),
        needs=(DEPLOYMENT,),
    ),
}

SUSPECTS: Mapping[str, Suspect] = MappingProxyType({**_ENDPOINTS, **_PROXIES, **ROUTING, **SECURITY, **INJECTION})
"""Name -> suspect; which of them a symptom makes likely, and in which order, `symptom_order` says."""
