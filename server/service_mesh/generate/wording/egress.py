"""Hosts outside of the cluster as Linkerd's EgressNetworks and the routes on them take them.

(https://linkerd.io/2-edge/reference/egress-network/)
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from ipaddress import ip_address

from service_mesh.generate.cast import Actor
from service_mesh.generate.parameters.outside import ExternalHost, Protocol
from service_mesh.generate.plan import Gap
from service_mesh.generate.questions import CallQuestion
from service_mesh.generate.site import Site
from service_mesh.model.kinds import EGRESS_NETWORK

__all__ = ["NO_EGRESS", "Network", "Route", "needed", "network_of", "outward", "route_of"]

_SHARED = "outside"
_SOMEWHERE = "198.51.100.7"
"""An address for documentation, which no cluster has."""

NO_EGRESS = Gap(
    "hosts outside before Linkerd 2.17: there is no EgressNetwork",
    "a NetworkPolicy by addresses, or Linkerd 2.17 or newer",
)


@dataclass(frozen=True, slots=True)
class Network:
    """An EgressNetwork.

    Attributes:
        name: Its name.
        ranges: The ranges that it is about; all outside of the cluster where there are none.
        is_new: Whether it is written, since the namespace has none.
        denies: Whether one that is there refuses what no route takes.
    """

    name: str
    ranges: tuple[str, ...] = ()
    is_new: bool = True
    denies: bool = False


@dataclass(frozen=True, slots=True)
class Route:
    """A route on an EgressNetwork.

    Attributes:
        kind: Its kind.
        name: Its name.
        network: The EgressNetwork.
        port: The port that it is for.
        hostnames: The names that it takes.
    """

    kind: str
    name: str
    network: str
    port: int
    hostnames: tuple[str, ...]


def network_of(site: Site, namespace: str, host: ExternalHost) -> Network:
    """The EgressNetwork that calls of a host are about: of its addresses, else the one of the namespace.

    The narrowest counts, and the oldest of those that are equally wide: a second one for everything would do nothing.
    """
    ranges = tuple(f"{one}/{32 if ip_address(one).version == 4 else 128}" for one in host.addresses)
    if ranges:
        return Network(host.title, ranges)
    for held in site.view.of_kind(EGRESS_NETWORK):
        if held.namespace == namespace and not any(held.each("spec.networks[]")):
            denies = held.root.text_at("spec.trafficPolicy") == "Deny"
            return Network(held.name, is_new=False, denies=denies)
    return Network(_SHARED)


def route_of(host: ExternalHost, network: Network) -> Route:
    """The route that takes a host, of the kind that its protocol has."""
    names = () if host.protocol is Protocol.TCP else (host.host,)
    return Route(f"{host.protocol.value}Route", f"{host.title}-{host.port}", network.name, host.port, names)


def needed(hosts: Iterable[ExternalHost]) -> tuple[str, ...]:
    """What has to be installed for the routes."""
    kinds = sorted({f"{one.protocol.value}Route" for one in hosts} - {"HTTPRoute"})
    if not kinds:
        return ()
    served = f"{' and '.join(kinds)} in version v1alpha2, which Linkerd watches"
    return (f"the experimental channel of the Gateway API: it serves {served}",)


def outward(host: ExternalHost, client: Actor, why: str, *, is_allowed: bool) -> Iterator[CallQuestion]:
    """Calls of a host as the proxy sees them: an address, and the name that is said inside."""
    for address in host.addresses or (_SOMEWHERE,):
        place = f"ip:[{address}]" if ":" in address else f"ip:{address}"
        end = f"{place}:{host.port}{'/tls' if host.protocol is Protocol.TLS else ''}"
        question = CallQuestion(why=why, source=client.text, destination=end, is_allowed=is_allowed)
        if host.protocol is not Protocol.TCP:
            question = replace(question, host=host.sample)
        if host.protocol is Protocol.HTTP:
            question = replace(question, method="GET", path="/")
        yield question
