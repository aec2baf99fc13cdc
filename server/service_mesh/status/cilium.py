"""What Cilium is in a cluster: its parts, what its options make of it, and which workloads it looks after.

Read from objects alone: what the agents of a node answer to `cilium-dbg status` is in no object.
"""

from collections.abc import Iterator

from service_mesh.mesh.cilium_config import CiliumConfig, cilium_config
from service_mesh.mesh.cilium_pods import endpoint_of, has_endpoints
from service_mesh.mesh.components import components_in
from service_mesh.mesh.pod_states import condition
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import Workload, workloads
from service_mesh.model.kinds import GATEWAY_API_GATEWAY, GATEWAY_CLASS
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.status.counting import component, has_unready_pod, is_counted, running_pods, versions
from service_mesh.status.health import DataPlane, GatewayHealth, MeshHealth, NamespaceHealth

__all__ = ["health"]

_CONTROLLER = "io.cilium/gateway-controller"
_ENCRYPTION = {"enable-wireguard": "WireGuard", "enable-ipsec": "IPsec", "enable-ztunnel": "ztunnel"}
_STRICT = ("enable-encryption-strict-mode-egress", "enable-encryption-strict-mode-ingress")
_WITH_KUBE_PROXY = frozenset({"", "false", "disabled"})


def health(view: MeshView, cluster: str) -> MeshHealth | None:
    """Cilium in a cluster without certificates and counts of findings; None where it is not.

    Args:
        view: The objects of all clusters.
        cluster: Name of the cluster, empty where there is one.
    """
    found = tuple(one for one in components_in(view, cluster) if one.mesh == "cilium")
    if not found:
        return None
    config = cilium_config(view, cluster)
    return MeshHealth(
        mesh="cilium",
        cluster=cluster,
        version=versions(tuple(one for one in found if one.role == "agent") or found),
        mode=", ".join(_mode(config)) if config is not None else "",
        control_plane=tuple(component(one) for one in found),
        data_plane=DataPlane(tuple(_namespaces(view, cluster))),
        gateways=tuple(_gateways(view, cluster)),
    )


def _mode(config: CiliumConfig) -> Iterator[str]:
    yield _encryption(config)
    has_kube_proxy = config.text("kube-proxy-replacement") in _WITH_KUBE_PROXY
    yield "beside kube-proxy" if has_kube_proxy else "kube-proxy replacement"
    audit = " in audit mode" if config.is_on("policy-audit-mode") else ""
    yield f"policy {config.text('enable-policy') or 'default'}{audit}"
    yield f"mutual authentication {'on' if config.is_on('mesh-auth-mutual-enabled') else 'off'}"
    number = config.number("cluster-id")
    if number:
        yield f"cluster {config.text('cluster-name')} ({number})"


def _encryption(config: CiliumConfig) -> str:
    kinds = [title for name, title in _ENCRYPTION.items() if config.is_on(name)]
    strict = " (strict)" if any(config.is_on(name) for name in _STRICT) else ""
    return " and ".join(kinds) + strict if kinds else "no encryption"


def _namespaces(view: MeshView, cluster: str) -> Iterator[NamespaceHealth]:
    grouped: dict[str, list[Workload]] = {}
    for workload in workloads(view):
        if workload.cluster == cluster and not workload.uses_host_network and is_counted(view, workload):
            grouped.setdefault(workload.namespace, []).append(workload)
    for name, found in sorted(grouped.items()):
        meshed = [one for one in found if _is_meshed(view, one)]
        not_ready = sum(has_unready_pod(view, one) for one in meshed)
        yield NamespaceHealth(name, "cilium", len(found), len(meshed), 0, not_ready)


def _is_meshed(view: MeshView, workload: Workload) -> bool:
    """Whether Cilium looks after every pod of a workload; without endpoints to tell, it is taken at its word."""
    pods = running_pods(view, workload)
    if not has_endpoints(view, workload.cluster):
        return bool(pods)
    return bool(pods) and all(endpoint_of(view, pod) is not None for pod in pods)


def _gateways(view: MeshView, cluster: str) -> Iterator[GatewayHealth]:
    for gateway in view.of_kind(GATEWAY_API_GATEWAY):
        if gateway.cluster == cluster and _is_ours(view, gateway):
            addresses = tuple(node.text for node in gateway.each("status.addresses[].value") if node.text)
            listeners = tuple(_listener(node) for node in gateway.each("spec.listeners[]"))
            name = f"{gateway.namespace}/{gateway.name}"
            yield GatewayHealth(name, gateway.kind.name, addresses, listeners, _is_programmed(gateway))


def _is_ours(view: MeshView, gateway: Resource) -> bool:
    named = gateway.get("spec.gatewayClassName")
    found = view.find(GATEWAY_CLASS, "", named.text, gateway.cluster) if named is not None else None
    controller = found.get("spec.controllerName") if found is not None else None
    return controller is not None and controller.text == _CONTROLLER


def _listener(listener: Node) -> str:
    name, port, protocol = (listener.get(field) for field in ("name", "port", "protocol"))
    number = port.number if port is not None else None
    shown = "?" if number is None else f"{number:.0f}"
    return f"{name.text if name is not None else ''}:{shown}/{protocol.text if protocol is not None else ''}"


def _is_programmed(gateway: Resource) -> bool | None:
    found = condition(gateway, "Programmed")
    status = found.get("status") if found is not None else None
    return {"True": True, "False": False}.get(status.text) if status is not None else None
