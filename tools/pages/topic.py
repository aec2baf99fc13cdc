"""What a row of docs/coverage.md holds."""

from dataclasses import dataclass

__all__ = ["Topic"]


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic of the guides.

    Attributes:
        name: The topic, in the words that guides use for it.
        page: Path of the reference page that treats it, from the repository's root.
        tool: Tool that answers questions about it.
        intent: Intent that generates it, empty while there is none.
        rules: Codes that find mistakes in it.
        evals: Names of evaluation cases.
    """

    name: str
    page: str
    tool: str
    intent: str = ""
    rules: tuple[str, ...] = ()
    evals: tuple[str, ...] = ()
