"""Parameters of external-service, and what has to hold of it in every mesh."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated

from pydantic import Field, model_validator

from service_mesh.generate.cast import Actor
from service_mesh.generate.parameters.base import Parameters
from service_mesh.generate.parameters.names import ObjectName
from service_mesh.generate.parameters.outside import ExternalHost, Protocol
from service_mesh.generate.parameters.parties import Caller
from service_mesh.generate.questions import CallQuestion
from service_mesh.generate.site import Site

__all__ = ["ExternalService", "called", "cast", "inside"]


class ExternalService(Parameters):
    """A host outside of the cluster that workloads call."""

    clients: Annotated[Caller, Field(description="Who calls it: a namespace; with `credential` an account of it.")]
    external: Annotated[ExternalHost, Field(description="The host.")]
    credential: Annotated[
        ObjectName | None,
        Field(
            description="A Secret of the namespace with the clients' certificate, its key and the CA of the host: the"
            " proxy begins mutual TLS with it."
        ),
    ] = None

    @model_validator(mode="after")
    def _parts(self) -> "ExternalService":
        if self.credential and self.external.plaintext_port is None:
            raise ValueError("a credential is for TLS that the proxy begins: give external.plaintext_port")
        if self.credential and self.clients.service_account is None:
            raise ValueError("a credential is for one account: give clients.service_account")
        if not self.credential and self.clients.selector:
            raise ValueError("a host is made known to a whole namespace: give clients.namespace alone")
        return self

    @property
    def namespace(self) -> str:
        """The namespace of the clients."""
        return self.clients.namespace


def cast(asked: ExternalService, site: Site) -> tuple[Actor, ...]:
    """The client, a workload beside it that is called too, and somebody next door."""
    client = site.caller(asked.clients)
    return (client, _beside(asked), Actor("next-door", "client"))


def _beside(asked: ExternalService) -> Actor:
    return Actor(asked.namespace, "neighbour", services={"neighbour": 80})


def called(
    asked: ExternalService, client: Actor, why: str, *, is_allowed: bool, host: str = ""
) -> Iterator[CallQuestion]:
    """Calls of the host, or of another one on its port: by name, by its addresses where those tell it."""
    external, name = asked.external, host or asked.external.sample
    is_tcp = external.protocol is Protocol.TCP
    places = [f"ip:{one}" for one in external.addresses] if is_tcp and not host else [f"host:{name}"]
    is_http = external.protocol is Protocol.HTTP or external.plaintext_port is not None
    for place in places:
        place = f"[{place}]" if place.count(":") > 1 else place
        question = CallQuestion(
            why=why, source=client.text, destination=f"{place}:{external.called_port}", is_allowed=is_allowed
        )
        yield replace(question, method="GET", path="/", host=name) if is_http else question


def inside(asked: ExternalService, site: Site) -> CallQuestion:
    """Calls in the cluster go on as before."""
    beside = _beside(asked)
    return CallQuestion(
        why="a call inside of the cluster",
        source=site.caller(asked.clients).text,
        destination=f"svc:{beside.text}:80",
        is_allowed=True,
        method="GET",
        path="/",
    )
