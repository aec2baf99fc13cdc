"""What can be generated: every intent with the meshes that have words for it, and the page of one."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from service_mesh.generate.plan import Gap
from service_mesh.generate.registry import load_intents

__all__ = ["IntentRow", "list_intents"]


@dataclass(frozen=True, slots=True)
class IntentRow:
    """One intent.

    Attributes:
        name: Its name.
        group: `security` or `traffic`.
        summary: What it asks for.
        cells: Mesh -> whether it has words for the intent.
    """

    name: str
    group: str
    summary: str
    cells: Mapping[str, bool]

    def as_json(self) -> Mapping[str, object]:
        """The same as plain data."""
        return asdict(self)


def list_intents() -> tuple[IntentRow, ...]:
    """All intents, those about security first."""
    return tuple(
        IntentRow(
            one.name,
            one.group.value,
            one.summary,
            {dialect.value: not isinstance(cell, Gap) for dialect, cell in one.cells.items()},
        )
        for one in load_intents()
    )
