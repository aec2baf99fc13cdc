"""The arguments that every tool with a long answer has, with the words that models use for them instead."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated

from pydantic import Field

__all__ = ["DETAIL_VALUES", "PAGE_NAMES", "Cursor", "Detail", "choice"]


class Detail(StrEnum):
    """How much of each finding or problem comes back."""

    CONCISE = "concise"
    FULL = "full"


Cursor = Annotated[
    str | None,
    Field(max_length=200, description='next_cursor of the answer before, e.g. "MzAuZTNi".'),
]
"""The page that is asked for."""

PAGE_NAMES: Mapping[str, str] = {
    **dict.fromkeys(("max", "max_results", "page_size", "top"), "limit"),
    **dict.fromkeys(("page", "page_token", "next_cursor"), "cursor"),
    **dict.fromkeys(("verbosity", "format", "response_format", "verbose"), "detail"),
    "ns": "namespace",
}
"""Wrong names -> the right one."""

DETAIL_VALUES: Mapping[str, str] = {
    **dict.fromkeys(("detailed", "verbose", "long", "true", "all", "high"), "full"),
    **dict.fromkeys(("brief", "short", "summary", "compact", "false", "low"), "concise"),
}
"""Wrong values of `detail` -> the right one."""


def choice(description: str) -> object:
    """A field that takes one of an enumeration's words, as JSON has them."""
    return Field(strict=False, description=description)
