"""What one edge of a mesh carries: the answer that the posture of every mesh gives."""

from dataclasses import dataclass
from enum import StrEnum

from service_mesh.model.finding import Note

__all__ = ["Edge", "Transport", "unknown_edge"]


class Transport(StrEnum):
    """What travels over an edge."""

    MTLS = "mtls"
    PLAINTEXT = "plaintext"
    TLS = "tls"
    FAIL = "fail"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Edge:
    """What an edge carries, and why.

    Attributes:
        transport: What it carries.
        reason: Why, in one sentence.
        chain: The nodes that decided it.
        missing: What would have to be known, where the answer is unknown.
    """

    transport: Transport
    reason: str
    chain: tuple[Note, ...] = ()
    missing: str = ""


def unknown_edge(reason: str, chain: tuple[Note, ...], missing: str) -> Edge:
    """An edge of which the input does not tell what it carries."""
    return Edge(Transport.UNKNOWN, reason, chain, missing)
