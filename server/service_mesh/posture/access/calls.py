"""A call as it is asked about: who calls what, on which port, with which request."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from service_mesh.model.resource import Resource
from service_mesh.posture.kubernetes.ends import Address, End
from service_mesh.posture.requests import HttpRequest
from service_mesh.posture.routing import Addressed

__all__ = ["Call"]


@dataclass(frozen=True, slots=True)
class Call:
    """One call from one workload to one workload.

    Attributes:
        client: Who calls.
        server: Who is called: one of those behind the service, where one is addressed.
        port: Port of the server's pod.
        protocol: TCP, UDP or SCTP.
        service: The Service or ServiceEntry that the client addresses; None where it addresses the pod itself.
        request: The request inside, as far as it is told.
        remote_address: The first client, where a gateway in front of the client knows it.
        is_tls: Whether the client speaks TLS of its own; None where that is not known.
        subset: Which subset of the service a route at the client's proxy sends it to, empty for all of it; None where
            no route there does.
        via: What the client addresses, where a route at the waypoint there sends it on to the service; None where
            none does.
        authorizers: Name of an external authorizer -> whether it lets the request pass, as far as that is known.
    """

    client: End
    server: End
    port: int
    protocol: str = "TCP"
    service: Resource | None = None
    request: HttpRequest = field(default_factory=HttpRequest)
    remote_address: Address | None = None
    is_tls: bool | None = None
    subset: str | None = None
    via: Addressed | None = None
    authorizers: Mapping[str, bool] = field(default_factory=dict)
