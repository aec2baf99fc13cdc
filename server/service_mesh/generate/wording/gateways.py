"""Gateways that questions ask from and about: requests from outside come with their identity, and past waypoints."""

from collections.abc import Iterator, Mapping
from typing import Any

from service_mesh.generate.parameters.gateways import IngressGateway
from service_mesh.generate.site import Site
from service_mesh.mesh.selection import gateway_selector
from service_mesh.mesh.workloads import workloads_in
from service_mesh.model.kinds import GATEWAY as ISTIO_GATEWAY
from service_mesh.model.kinds import GATEWAY_API_GATEWAY, NAMESPACE

__all__ = ["GATEWAY", "played_gateway", "played_proxy"]

GATEWAY = "played-gateways/gateway"
"""The gateway that questions ask from."""

_HTTP = (80,)


def played_gateway() -> Iterator[Mapping[str, Any]]:
    """The objects of the gateway that questions ask from."""
    namespace, _, name = GATEWAY.partition("/")
    yield _namespace(namespace)
    yield _pods(namespace, name, {"app": name, "istio": "played-gateway"}, _HTTP)


def played_proxy(site: Site, gateway: IngressGateway, workload: str) -> Iterator[Mapping[str, Any]]:
    """The objects of a gateway that a policy is about, as far as they are not there.

    Args:
        site: What is there.
        gateway: The gateway.
        workload: Name of the workload that its pods belong to.
    """
    ports = gateway.ports or _HTTP
    if site.view.find(NAMESPACE, "", gateway.namespace) is None:
        yield _namespace(gateway.namespace)
    if not gateway.labels:
        if site.view.find(GATEWAY_API_GATEWAY, gateway.namespace, gateway.name) is None:
            yield _of_api(gateway, ports)
    elif not any(gateway_selector(one).matches(gateway.labels) for one in site.view.of_kind(ISTIO_GATEWAY)):
        yield _of_istio(gateway, ports)
    if not any(one.resource.name == workload for one in workloads_in(site.view, gateway.namespace)):
        yield _pods(gateway.namespace, workload, gateway.pod_labels, ports)


def _of_api(gateway: IngressGateway, ports: tuple[int, ...]) -> Mapping[str, Any]:
    listeners = [{"name": f"http-{port}", "port": port, "protocol": "HTTP"} for port in ports]
    return {
        "apiVersion": "gateway.networking.k8s.io/v1",
        "kind": "Gateway",
        "metadata": {"name": gateway.name, "namespace": gateway.namespace},
        "spec": {"gatewayClassName": "istio", "listeners": listeners},
    }


def _of_istio(gateway: IngressGateway, ports: tuple[int, ...]) -> Mapping[str, Any]:
    servers = [{"port": {"number": one, "name": f"http-{one}", "protocol": "HTTP"}, "hosts": ["*"]} for one in ports]
    return {
        "apiVersion": "networking.istio.io/v1beta1",
        "kind": "Gateway",
        "metadata": {"name": f"{gateway.name}-played", "namespace": gateway.namespace},
        "spec": {"selector": dict(gateway.labels), "servers": servers},
    }


def _namespace(name: str) -> Mapping[str, Any]:
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}


def _pods(namespace: str, name: str, labels: Mapping[str, str], ports: tuple[int, ...]) -> Mapping[str, Any]:
    """Pods that hold nothing but the proxy, as Istio's chart makes them.

    (`istio/istio: manifests/charts/gateway/templates/deployment.yaml`)
    """
    listed = [{"containerPort": port} for port in ports]
    template = {
        "metadata": {
            "labels": {**labels, "sidecar.istio.io/inject": "true"},
            "annotations": {"inject.istio.io/templates": "gateway"},
        },
        "spec": {"serviceAccountName": name, "containers": [{"name": "istio-proxy", "image": "auto", "ports": listed}]},
    }
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {"selector": {"matchLabels": dict(labels)}, "template": template},
    }
