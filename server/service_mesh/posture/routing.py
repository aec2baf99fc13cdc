"""What the routes for a host make of a call: every outcome that is possible, and what would tell which."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import Enum

from service_mesh.model.finding import Note
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.requests import HttpRequest

__all__ = ["UNROUTED", "Addressed", "Backend", "Fate", "Outcome", "Routing", "merged_routing"]


class Fate(Enum):
    """What becomes of a call.

    Attributes:
        FORWARDED: It is sent to the backends of a rule, each of which gets some of such calls.
        REFUSED: The proxy answers itself: it finds no rule, redirects, or has no backend to send to.
        UNROUTED: No route takes part, so that it goes to whatever is addressed.
        OPEN: The input does not tell.
    """

    FORWARDED = "forwarded"
    REFUSED = "refused"
    UNROUTED = "unrouted"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Addressed:
    """What a client addresses: a host and a port of it.

    Attributes:
        host: The full host.
        number: Port of the service.
        service: The Service or ServiceEntry; None where nothing declares the host.
        request: The request, as far as it is told.
        is_tls: Whether the client speaks TLS of its own; None where that is not told.
    """

    host: str
    number: int
    service: Resource | None = None
    request: HttpRequest = field(default_factory=HttpRequest)
    is_tls: bool | None = None


@dataclass(frozen=True, slots=True)
class Backend:
    """One thing that a rule sends requests to.

    Attributes:
        node: Where it is written.
        host: Its full host.
        number: Port of that host; None where the only port, or the one that is addressed, is meant.
        subset: Which part of the host; empty for all of it.
        request: The request as it is sent there.
        weight: Its share beside the weights of the others.
        fault: Why it gets none of them although it should; empty where it does.
        missing: What would have to be known of what is sent there; empty where it is known.
    """

    node: Node
    host: str
    number: int | None
    subset: str
    request: HttpRequest
    weight: float = 1
    fault: str = ""
    missing: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One thing that may become of a call.

    Attributes:
        fate: What it is.
        reason: Why, in one sentence.
        chain: The rule that decides it, at its field.
        backends: Where it is sent to, where it is forwarded.
        missing: What would have to be known, where it is open.
    """

    fate: Fate
    reason: str = ""
    chain: tuple[Note, ...] = ()
    backends: tuple[Backend, ...] = ()
    missing: tuple[str, ...] = ()


UNROUTED = Outcome(Fate.UNROUTED)


@dataclass(frozen=True, slots=True)
class Routing:
    """What may become of a call.

    Attributes:
        outcomes: What is possible; one alone where that is known.
        missing: What would tell which of several outcomes it is.
    """

    outcomes: tuple[Outcome, ...]
    missing: tuple[str, ...] = ()

    @property
    def is_silent(self) -> bool:
        """Whether no route takes part for certain."""
        return all(one.fate is Fate.UNROUTED for one in self.outcomes)

    def unless(self, missing: str) -> "Routing":
        """The same where it is not known whether routes take part; as it is where nothing is missing."""
        return merged_routing((self, Routing((UNROUTED,))), missing) if missing else self

    def as_far(self, missing: str) -> "Routing":
        """The same where other objects may be there too: what routes decide is open then."""
        if not missing or self.is_silent:
            return self
        opened = (_opened(one, missing) for one in self.outcomes)
        return replace(self, outcomes=tuple(opened))


def _opened(outcome: Outcome, missing: str) -> Outcome:
    if outcome.fate is Fate.UNROUTED:
        return outcome
    return Outcome(Fate.OPEN, f"{outcome.reason}, as far as is loaded", outcome.chain, (), (*outcome.missing, missing))


def merged_routing(found: Iterable[Routing], *missing: str) -> Routing:
    """What may become of a call where one of several routings holds and it is not known which.

    Args:
        found: The routings, at least one.
        missing: What would tell which of them holds.
    """
    listed = tuple(found)
    if len(listed) == 1:
        return listed[0]
    outcomes = {_place(one): one for routing in listed for one in routing.outcomes}
    texts = dict.fromkeys(filter(None, (*missing, *(text for routing in listed for text in routing.missing))))
    return Routing(tuple(outcomes.values()), tuple(texts) if len(outcomes) > 1 else ())


def _place(outcome: Outcome) -> object:
    """What makes an outcome another one."""
    where = tuple((note.node.resource.key, note.node.path) for note in outcome.chain)
    return outcome.fate, outcome.reason, where
