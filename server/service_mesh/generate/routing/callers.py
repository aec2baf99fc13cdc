"""Calls that go on as they did, whatever is said of connections to a Service, and who makes them."""

from collections.abc import Iterator

from service_mesh.generate.cast import Actor
from service_mesh.generate.parameters.parties import Service
from service_mesh.generate.questions import CallQuestion
from service_mesh.generate.wording.surroundings import OUTSIDER

__all__ = ["callers_of", "calls_as_before"]


def callers_of(service: Service) -> tuple[Actor, ...]:
    """What is behind a Service, clients of it, and another Service beside it."""
    server = Actor(service.namespace, service.name, services={service.name: service.port}, probe="/healthz")
    beside = Actor(service.namespace, "beside", services={"beside": service.port})
    return (server, beside, Actor(service.namespace, "client"), Actor("elsewhere", "client"), OUTSIDER)


def calls_as_before(service: Service) -> Iterator[CallQuestion]:
    """Whether calls pass as before, encrypted as before."""
    beside = f"svc:{service.namespace}/beside:{service.port}"
    for why, source, destination in (
        ("a request", f"{service.namespace}/client", service.address),
        ("a request from another namespace", "elsewhere/client", service.address),
        ("a client outside of the mesh", OUTSIDER.text, service.address),
        ("a call to what is beside it", "elsewhere/client", beside),
    ):
        yield CallQuestion(why=why, source=source, destination=destination, is_allowed=None, method="GET", path="/")
