"""How a cluster was read: when, and which kinds were asked for, so that absence and age can be judged."""

from dataclasses import dataclass

from service_mesh.model.kinds import Kind

__all__ = ["Capture"]


@dataclass(frozen=True, slots=True)
class Capture:
    """What is known of the reading of one cluster.

    Attributes:
        now: When it was read, or the time it is to be judged at, in seconds since 1970; None where nothing tells.
        listed: Kinds of which every object is here; None where that holds for all kinds.
        cert_days: A certificate with fewer whole days left is to be renewed now; None leaves it to the rules,
            which look at its lifetime too.
        kubernetes: Version of its API server without a `v`, such as `1.34.2`; empty where nothing tells.
        is_whole: Whether nothing that was asked for is missing, so that what is not here does not exist.
    """

    now: float | None = None
    listed: frozenset[Kind] | None = frozenset()
    cert_days: int | None = None
    kubernetes: str = ""
    is_whole: bool = False

    def lists(self, kind: Kind) -> bool:
        """Whether every object of a kind is here."""
        return self.listed is None or kind in self.listed
