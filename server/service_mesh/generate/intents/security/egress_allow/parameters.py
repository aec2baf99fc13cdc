"""Parameters of egress-allow, and what has to hold of it in every mesh."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated

from pydantic import Field, model_validator

from service_mesh.generate.cast import Actor
from service_mesh.generate.parameters.base import Parameters
from service_mesh.generate.parameters.names import LabelKey, LabelValue, Name
from service_mesh.generate.parameters.outside import ExternalHost, Protocol
from service_mesh.generate.parameters.parties import Caller
from service_mesh.generate.questions import CallQuestion
from service_mesh.generate.site import Site

__all__ = [
    "DNS",
    "NOBODY",
    "UNUSED_PORT",
    "EgressAllow",
    "EgressGateway",
    "around",
    "beside",
    "cast",
    "named",
    "to_host",
]

NOBODY = "asked-for-by-nobody.example"
DNS = Actor("kube-system", "coredns", {"k8s-app": "kube-dns"}, "coredns", (53,), is_meshed=False)

UNUSED_PORT = 9999
_ADDRESS = "198.51.100.7"
"""An address for documentation, which no cluster has."""


class EgressGateway(Parameters):
    """An egress gateway that is there: a Service, and the pods behind it."""

    namespace: Annotated[Name, Field(description="Its namespace.")]
    name: Annotated[Name, Field(description="The name of its Service, whose port 443 is used.")]
    labels: dict[LabelKey, LabelValue] = Field(
        default_factory=dict, max_length=8, description="Labels of its pods; istio=egressgateway without them."
    )

    @property
    def selector(self) -> dict[str, str]:
        """The labels that it is found by."""
        return dict(self.labels) or {"istio": "egressgateway"}

    @property
    def host(self) -> str:
        """The whole name of its Service."""
        return f"{self.name}.{self.namespace}.svc.cluster.local"


class EgressAllow(Parameters):
    """The only hosts outside of the cluster that workloads may call."""

    clients: Annotated[Caller, Field(description="Who is held to it: a namespace, or one workload of it.")]
    allowed: Annotated[
        tuple[ExternalHost, ...], Field(min_length=1, max_length=32, description="The hosts that may be called.")
    ]
    gateway: Annotated[
        EgressGateway | None, Field(description="The egress gateway that calls leave through; straight without it.")
    ] = None

    @model_validator(mode="after")
    def _distinct(self) -> "EgressAllow":
        if len({(one.host, one.called_port) for one in self.allowed}) < len(self.allowed):
            raise ValueError("a host is there twice with the same port")
        if len({one.host for one in self.allowed}) < len(self.allowed):
            raise ValueError("a host with several ports is not written here: give it once")
        return self

    @property
    def namespace(self) -> str:
        """The namespace of the clients."""
        return self.clients.namespace

    @property
    def is_whole(self) -> bool:
        """Whether the whole namespace is held to it."""
        return not self.clients.selector


def beside(asked: EgressAllow) -> Actor:
    """A workload beside the client, which is called too."""
    return Actor(asked.namespace, "neighbour", services={"neighbour": 80})


_NEXT_DOOR = Actor("next-door", "server", services={"server": 80})


def cast(asked: EgressAllow, site: Site, *more: Actor) -> tuple[Actor, ...]:
    """The client, others in the cluster, and DNS."""
    return (site.caller(asked.clients), beside(asked), _NEXT_DOOR, DNS, *more)


def named(asked: EgressAllow, site: Site, *, by_name: bool = False) -> Iterator[CallQuestion]:
    """Each host may be called; other names, ports and addresses may not.

    Args:
        asked: The parameters.
        site: Where it is for.
        by_name: Whether hosts with fixed addresses are called by their names all the same.
    """
    client, first = site.caller(asked.clients), asked.allowed[0]
    for one in asked.allowed:
        one = one.model_copy(update={"addresses": ()}) if by_name else one
        yield from to_host(one, client, "a host that is named", is_allowed=True)
    others = (
        ("a host that is not named", {"host": NOBODY}),
        ("a name that begins like one that is named", {"host": f"{first.sample}.{NOBODY}"}),
        ("another port of a host that is named", {"port": UNUSED_PORT, "plaintext_port": None}),
    )
    for why, changes in others:
        yield from to_host(first.model_copy(update={"addresses": (), **changes}), client, why, is_allowed=False)
    yield CallQuestion(
        why="an address outside", source=client.text, destination=f"ip:{_ADDRESS}:{UNUSED_PORT}", is_allowed=False
    )


def around(asked: EgressAllow, site: Site, *, is_open: bool) -> Iterator[CallQuestion]:
    """Calls inside of the cluster go on, and those who are not held to it call whom they called.

    Args:
        asked: The parameters.
        site: Where it is for.
        is_open: Whether others reach hosts outside.
    """
    client = site.caller(asked.clients).text
    for server in (beside(asked), _NEXT_DOOR):
        where = "in the namespace" if server.namespace == asked.namespace else "in another namespace"
        called = f"svc:{server.text}:80"
        yield CallQuestion(why=f"a Service {where}", source=client, destination=called, is_allowed=True, method="GET")
    yield CallQuestion(why="DNS", source=client, destination=f"{DNS.text}:53/udp", is_allowed=True)
    plain = ExternalHost(host=NOBODY)
    yield from to_host(plain, _NEXT_DOOR, "a workload of another namespace", is_allowed=is_open)
    if not asked.is_whole:
        yield from to_host(plain, beside(asked), "another workload beside it", is_allowed=is_open)


def to_host(host: ExternalHost, client: Actor, why: str, *, is_allowed: bool) -> Iterator[CallQuestion]:
    """Calls of a host: by its name, by its addresses where those tell it."""
    is_told = host.protocol is Protocol.TCP and host.addresses
    places = [f"[{one}]" if ":" in one else one for one in host.addresses]
    for place in [f"ip:{one}" for one in places] if is_told else [f"host:{host.sample}"]:
        end = f"{place}:{host.called_port}"
        question = CallQuestion(why=why, source=client.text, destination=end, is_allowed=is_allowed)
        is_http = host.protocol is Protocol.HTTP or host.plaintext_port is not None
        yield replace(question, method="GET", path="/", host=host.sample) if is_http else question
