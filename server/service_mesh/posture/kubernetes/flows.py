"""One direction of a connection, as a question to the policies of one of its ends."""

from dataclasses import dataclass

from service_mesh.posture.decisions import Direction
from service_mesh.posture.kubernetes.ends import End

__all__ = ["Flow"]


@dataclass(frozen=True, slots=True)
class Flow:
    """A connection seen from the end whose policies decide.

    Attributes:
        direction: Whether it comes in or goes out there.
        subject: The end whose policies decide.
        other: The other end.
        port: Port of the server's pod, after every translation by a Service; for ICMP its type.
        protocol: TCP, UDP, SCTP, ICMP or ICMPv6.
    """

    direction: Direction
    subject: End
    other: End
    port: int
    protocol: str = "TCP"

    @property
    def server(self) -> End:
        """The end that the port belongs to."""
        return self.subject if self.direction is Direction.INGRESS else self.other
