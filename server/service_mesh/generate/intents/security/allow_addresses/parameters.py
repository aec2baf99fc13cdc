"""Parameters of allow-addresses, and what has to hold of it in every mesh."""

from collections.abc import Iterator
from dataclasses import replace
from ipaddress import ip_address
from typing import Annotated

from pydantic import Field, model_validator

from service_mesh.generate.cast import Actor
from service_mesh.generate.parameters.addresses import Network, contains, is_in, parsed
from service_mesh.generate.parameters.base import Parameters
from service_mesh.generate.parameters.parties import Caller, Workload
from service_mesh.generate.questions import CallQuestion
from service_mesh.generate.site import Site
from service_mesh.generate.wording.surroundings import NEIGHBOUR, kept, kept_questions

__all__ = ["AllowAddresses", "cast", "questions"]

_STRANGERS = ("198.51.100.77", "192.0.2.77", "203.0.113.77", "9.9.9.9", "2001:db8:ffff::77")
_INSIDE = ("10.244.7.7", "172.31.7.7", "192.168.7.7", "100.64.7.7")


class AllowAddresses(Parameters):
    """From which addresses a workload or a gateway may be called; everybody else is refused."""

    to: Annotated[Workload, Field(description="The workload or the gateway that is called, and the port.")]
    addresses: Annotated[
        tuple[Network, ...], Field(min_length=1, max_length=64, description="From where it may be called.")
    ]
    but_not: Annotated[
        tuple[Network, ...], Field(max_length=64, description="Parts of these from where it may not be called.")
    ] = ()
    callers: Annotated[
        tuple[Caller, ...], Field(max_length=32, description="Workloads of the mesh that may call it, from anywhere.")
    ] = ()
    forwarded: Annotated[
        bool,
        Field(description="Whether it is a gateway that learns clients' addresses from X-Forwarded-For alone."),
    ] = False

    @model_validator(mode="after")
    def _within(self) -> "AllowAddresses":
        for one in self.but_not:
            if not any(contains(outer, one) for outer in self.addresses):
                raise ValueError(f"{one} is in none of `addresses`, so it is refused without being named")
            if any(contains(one, inner) for inner in self.addresses):
                raise ValueError(f"{one} leaves nothing of one of `addresses`: leave both away")
        return self

    @property
    def inside(self) -> tuple[str, ...]:
        """One address of each network that is let in, as far as one of its first is."""
        found = (self._first(network) for network in self.addresses)
        return tuple(one for one in found if one)

    @property
    def outside(self) -> str:
        """An address that is in none of them; empty where there is hardly any."""
        return next((one for one in _STRANGERS if not is_in(one, self.addresses)), "")

    def _first(self, network: str) -> str:
        """The first address that is not left out: the first of all, or the one behind an exception."""
        whole = parsed(network)
        inner = [parsed(one) for one in self.but_not if contains(network, one)]
        starts = [int(whole.network_address), *(int(one.broadcast_address) + 1 for one in inner)]
        last = int(whole.broadcast_address)
        listed = (str(_address(start, whole.max_prefixlen)) for start in starts if start <= last)
        return next((one for one in listed if not is_in(one, self.but_not)), "")


def _address(number: int, bits: int) -> object:
    return ip_address(number.to_bytes(bits // 8, "big"))


def cast(asked: AllowAddresses, site: Site) -> tuple[Actor, ...]:
    """The server, and workloads of the cluster that may call it or may not."""
    server = replace(site.player(asked.to), probe="/healthz", is_published=True)
    callers = (site.caller(one) for one in asked.callers)
    return (server, *callers, *_neighbour(asked), *kept(site))


def _neighbour(asked: AllowAddresses) -> Iterator[Actor]:
    """Another workload of the mesh, at an address that is not let in; nobody where there is no such address."""
    inside = next((one for one in _INSIDE if not is_in(one, asked.addresses)), "")
    if inside:
        yield replace(NEIGHBOUR, address=inside)


def questions(asked: AllowAddresses, site: Site) -> Iterator[CallQuestion]:
    """Clients with these addresses get in, and so do callers that are named; others do not."""
    place = f"{asked.to.text}:{asked.to.port}"
    for address in asked.inside:
        yield CallQuestion(why="an address that is let in", source=f"ip:{address}", destination=place, is_allowed=True)
    for network in asked.but_not:
        source = f"ip:{parsed(network).network_address}"
        yield CallQuestion(why="an address that is left out", source=source, destination=place, is_allowed=False)
    if asked.outside:
        source = f"ip:{asked.outside}"
        yield CallQuestion(why="an address elsewhere", source=source, destination=place, is_allowed=False)
    for caller in asked.callers:
        source = site.caller(caller).text
        yield CallQuestion(why="a caller that is named", source=source, destination=place, is_allowed=True)
    for neighbour in _neighbour(asked):
        yield CallQuestion(why="another workload", source=neighbour.text, destination=place, is_allowed=False)
    if not asked.forwarded:  # what a gateway's own proxy asks for takes no part in what it carries for others
        yield from kept_questions(asked.to.text, site)
