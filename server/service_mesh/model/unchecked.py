"""What was not judged, said as plainly as what was: not checked never looks like fine."""

from dataclasses import dataclass

__all__ = ["NotChecked"]


@dataclass(frozen=True, slots=True)
class NotChecked:
    """Something that was not judged: what, why, and how it can be settled."""

    what: str
    why: str
    how_to_settle: str
