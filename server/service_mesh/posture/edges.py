"""What one edge of a mesh carries: the answer that the posture of every mesh gives."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from enum import Enum, StrEnum

from service_mesh.model.finding import Note

__all__ = ["Edge", "Leading", "Transport", "one_of", "unknown_edge", "without_repeats"]


class Leading(Enum):
    """Stands for the services that lead to a port, where whoever asks for an edge names none."""

    SERVICES = "the services that lead to the port"


class Transport(StrEnum):
    """What travels over an edge.

    `hbone` is mTLS in the tunnels of ambient mode. `wireguard` and `ipsec` encrypt between nodes and know no workload;
    `ztunnel` is Cilium's, which knows them. `app_tls` is TLS that no mesh began or ends. `either` means that the server
    takes mTLS and plaintext and it depends on the client. `broken`: no connection comes about. `outside`: the server is
    no workload of the cluster, so no mesh has a part at its end.
    """

    MTLS = "mtls"
    HBONE = "hbone"
    WIREGUARD = "wireguard"
    IPSEC = "ipsec"
    ZTUNNEL = "ztunnel"
    APP_TLS = "app_tls"
    PLAINTEXT = "plaintext"
    EITHER = "either"
    BROKEN = "broken"
    OUTSIDE = "outside"
    UNKNOWN = "unknown"


_AUTHENTICATED = frozenset({Transport.MTLS, Transport.HBONE, Transport.ZTUNNEL})
_ENCRYPTED = _AUTHENTICATED | {Transport.WIREGUARD, Transport.IPSEC, Transport.APP_TLS}
_OPEN = frozenset({Transport.EITHER, Transport.OUTSIDE, Transport.UNKNOWN})
_SEVERAL = frozenset({Transport.EITHER, Transport.UNKNOWN})
_UNSETTLED = frozenset({Transport.BROKEN, Transport.UNKNOWN})


@dataclass(frozen=True, slots=True)
class Edge:
    """What an edge carries, and why.

    Attributes:
        transport: What it carries.
        reason: Why, in one sentence.
        chain: The nodes that decided it.
        missing: What would have to be known, where the answer is unknown or `either`.
        may_be: What it may carry, where the answer is unknown or `either`; empty where that is not told either.
    """

    transport: Transport
    reason: str
    chain: tuple[Note, ...] = ()
    missing: str = ""
    may_be: tuple[Transport, ...] = field(default=(), compare=False)

    @property
    def is_encrypted(self) -> bool | None:
        """Whether what travels is encrypted between the two ends; None where that is not known."""
        return None if self.transport in _OPEN else self.transport in _ENCRYPTED

    @property
    def is_authenticated(self) -> bool | None:
        """Whether the server knows which workload the client is; None where that is not known."""
        return None if self.transport in _OPEN else self.transport in _AUTHENTICATED

    @property
    def carries(self) -> tuple[Transport, ...]:
        """What it may carry: one thing where that is known; empty where nothing is told."""
        return self.may_be if self.transport in _SEVERAL else (self.transport,)


def unknown_edge(reason: str, chain: tuple[Note, ...], missing: str) -> Edge:
    """An edge of which the input does not tell what it carries."""
    return Edge(Transport.UNKNOWN, reason, chain, missing)


def one_of(edges: Iterable[Edge], missing: str) -> Edge:
    """The answer where the input leaves several: theirs if they agree, else `either`, or unknown if one might fail.

    Args:
        edges: What the connection may carry; at least one.
        missing: What would have to be known to tell which.
    """
    listed = tuple(edges)
    if len(listed) == 1:
        return listed[0]
    may_be = _all_of(listed)
    if len({edge.transport for edge in listed}) == 1:
        return listed[0] if listed[0].carries == may_be else replace(listed[0], may_be=may_be)
    chain = tuple(without_repeats(note for edge in listed for note in edge.chain))
    reason = ", or ".join(dict.fromkeys(edge.reason for edge in listed))
    settles = "; ".join(dict.fromkeys(text for text in (*(edge.missing for edge in listed), missing) if text))
    fails = any(edge.transport in _UNSETTLED for edge in listed)
    return Edge(Transport.UNKNOWN if fails else Transport.EITHER, reason, chain, settles, may_be)


def _all_of(edges: tuple[Edge, ...]) -> tuple[Transport, ...]:
    """What any of some edges may carry; empty where one of them tells nothing."""
    found = [edge.carries for edge in edges]
    return tuple(dict.fromkeys(one for told in found for one in told)) if all(found) else ()


def without_repeats(notes: Iterable[Note]) -> Iterator[Note]:
    """Notes without those that say the same of the same node again."""
    seen: set[object] = set()
    for note in notes:
        place = note.node.resource.key, note.node.path, note.text
        if place not in seen:
            seen.add(place)
            yield note
