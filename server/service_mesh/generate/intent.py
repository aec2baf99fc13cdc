"""An intent as a value: what somebody wants, with its parameters and what it becomes in each dialect."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from service_mesh.errors import InternalError
from service_mesh.generate.dialects import Dialect
from service_mesh.generate.parameters.base import Parameters
from service_mesh.generate.plan import Gap, Plan
from service_mesh.generate.site import Site

__all__ = ["Cell", "Example", "Group", "InexpressibleError", "Intent"]


class Group(StrEnum):
    """What intents are about."""

    SECURITY = "security"
    TRAFFIC = "traffic"


class InexpressibleError(Exception):
    """Raised by a cell whose dialect, or whose release, has no words for what is asked.

    Args:
        gaps: What cannot be said, each with what comes closest.
    """

    def __init__(self, *gaps: Gap) -> None:
        super().__init__("; ".join(gap.part for gap in gaps))
        self.gaps = gaps


Cell = Callable[[Any, Site], Plan] | Gap
"""What an intent becomes in a dialect; a gap where the dialect has no words for the intent as a whole."""


@dataclass(frozen=True, slots=True)
class Example:
    """Parameters that work.

    Attributes:
        title: What they ask for: `one workload, one port left open`.
        params: The parameters.
    """

    title: str
    params: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Intent:
    """One intent.

    Attributes:
        name: Its name: `strict-mtls`.
        group: What it is about.
        summary: What it asks for, in one sentence.
        parameters: The type of its parameters.
        examples: Parameters that work, at least three; the first one is the example of the pages.
        cells: What it becomes in each dialect.

    Raises:
        InternalError: A dialect is missing.
    """

    name: str
    group: Group
    summary: str
    parameters: type[Parameters]
    examples: tuple[Example, ...]
    cells: Mapping[Dialect, Cell]

    def __post_init__(self) -> None:
        if set(self.cells) != set(Dialect):
            raise InternalError(f"intent {self.name} does not say what becomes of it in every dialect")
