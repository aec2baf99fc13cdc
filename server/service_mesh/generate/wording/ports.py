"""What Istio takes the ports of Services for: rules about requests do something else on ports that are no HTTP."""

from service_mesh.generate.intent import InexpressibleError
from service_mesh.generate.parameters.parties import Workload
from service_mesh.generate.plan import Gap
from service_mesh.generate.site import Site
from service_mesh.mesh.ports import port_to
from service_mesh.mesh.selection import services_of
from service_mesh.mesh.workloads import workloads_in
from service_mesh.model.kinds import SERVICE
from service_mesh.posture.istio.protocols import HTTP, protocol_of

__all__ = ["is_surely_http", "needs_http", "protocols_at", "protocols_of_service"]

_LOST = (
    "requests told apart on a port that is declared as no HTTP: a DENY loses there what only requests have, and refuses"
    " every connection"
)
_NAMED = "name the port http-… or set its appProtocol, if it is HTTP"


def protocols_at(site: Site, workload: Workload) -> frozenset[str]:
    """The protocols of the Services' ports that lead to a workload's port; none where they are not known."""
    held = (one for one in workloads_in(site.view, workload.namespace) if one.resource.name == workload.name)
    ports = (
        port
        for one in held
        for service in services_of(site.view, one)
        if (port := port_to(service, one, workload.port)) is not None
    )
    return frozenset(map(protocol_of, ports))


def protocols_of_service(site: Site, namespace: str, name: str) -> frozenset[str]:
    """The protocols of all ports of a Service; none where it is not known."""
    held = site.view.find(SERVICE, namespace, name)
    return frozenset(map(protocol_of, held.each("spec.ports[]"))) if held is not None else frozenset()


def is_surely_http(protocols: frozenset[str]) -> bool:
    """Whether ports are declared as HTTP, each of them."""
    return bool(protocols) and protocols <= HTTP


def needs_http(protocols: frozenset[str], closest: str = "") -> None:
    """Hold ports to HTTP, as far as they are declared; one that is found out by looking passes.

    Args:
        protocols: What they are declared as.
        closest: What comes closest on another port, beside naming it rightly.

    Raises:
        InexpressibleError: One is declared as something else.
    """
    if protocols - HTTP - {""}:
        raise InexpressibleError(Gap(_LOST, f"{closest}; or {_NAMED}" if closest else _NAMED))
