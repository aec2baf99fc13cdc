"""How many findings there are of each severity."""

from dataclasses import dataclass

__all__ = ["Counts"]


@dataclass(frozen=True, slots=True)
class Counts:
    """Findings by severity, before any of them is cut away by a limit."""

    error: int = 0
    warning: int = 0
    info: int = 0
