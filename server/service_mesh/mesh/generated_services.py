"""Which Services controllers make by themselves, so that files refer to them and do not hold them."""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.kinds import CANARY, GATEWAY_API_GATEWAY
from service_mesh.model.resource import Resource

__all__ = ["GENERATOR_KINDS", "is_generated"]

GENERATOR_KINDS = (CANARY, GATEWAY_API_GATEWAY)
"""The kinds that are read here."""


def is_generated(mesh: MeshView, namespace: str, name: str, cluster: str = "") -> bool:
    """Tell whether a controller makes a Service of this name for an object of the input.

    Flagger makes three for a Canary. A Gateway gets one by its name and that of its class, for a waypoint by its name
    alone; in Cilium the name follows `cilium-gateway-`. (`fluxcd/flagger: pkg/apis/flagger/v1beta1/canary.go`;
    `istio/istio: pilot/pkg/config/kube/gateway/deploymentcontroller.go`;
    `cilium/cilium: operator/pkg/gateway-api/gateway_reconcile.go`)

    Args:
        mesh: The objects.
        namespace: Namespace of the Service.
        name: Its name.
        cluster: Its cluster. In a live one the Service would be there, so that the answer is no.
    """
    return (cluster, namespace, name) in mesh.index(_generated)


def _generated(mesh: MeshView) -> frozenset[tuple[str, str, str]]:
    made = ((CANARY, _of_canary), (GATEWAY_API_GATEWAY, _of_gateway))
    return frozenset(
        (found.cluster, found.namespace, name)
        for kind, names in made
        for found in mesh.of_kind(kind)
        if not found.is_from_cluster
        for name in names(found)
    )


def _of_canary(canary: Resource) -> Iterator[str]:
    named = canary.get("spec.service.name") or canary.get("spec.targetRef.name")
    if named is not None and named.text:
        yield from (named.text, f"{named.text}-canary", f"{named.text}-primary")


def _of_gateway(gateway: Resource) -> Iterator[str]:
    chosen = gateway.get("spec.gatewayClassName")
    if chosen is not None and not any(True for _ in gateway.each("spec.addresses[]")):
        yield from (gateway.name, f"{gateway.name}-{chosen.text}", f"cilium-gateway-{gateway.name}")
