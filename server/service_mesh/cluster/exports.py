"""What the linkerd command line writes as JSON: answers of its own, no Kubernetes objects.

Shapes: linkerd/linkerd2 cli/cmd/check.go (`linkerd check -o json`), viz/cmd/edges.go and viz/cmd/stat.go (`-o json`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Export", "ExportKind", "kind_of_export"]


class ExportKind(StrEnum):
    """The command that wrote an export."""

    LINKERD_CHECK = "linkerd check"
    LINKERD_EDGES = "linkerd viz edges"
    LINKERD_STAT = "linkerd viz stat"


@dataclass(frozen=True, slots=True)
class Export:
    """An answer of a command line that was saved.

    Attributes:
        kind: The command.
        data: What it answered, freed of secrets: a map for checks, a list of maps for edges and statistics.
        file: The member it stands in.
    """

    kind: ExportKind
    data: object
    file: str


def kind_of_export(data: object) -> ExportKind | None:
    """Which command wrote a JSON value, or None where none of the known ones did."""
    if isinstance(data, dict):
        categories = data.get("categories")
        is_check = isinstance(categories, list) and isinstance(data.get("success"), bool)
        return ExportKind.LINKERD_CHECK if is_check and all(map(_is_category, categories or ())) else None
    if not isinstance(data, list) or not data or not all(isinstance(row, dict) for row in data):
        return None
    if all({"src", "src_namespace", "dst", "dst_namespace", "no_tls_reason"} <= row.keys() for row in data):
        return ExportKind.LINKERD_EDGES
    if all({"namespace", "kind", "name"} <= row.keys() and "apiVersion" not in row for row in data):
        return ExportKind.LINKERD_STAT
    return None


def _is_category(value: object) -> bool:
    return isinstance(value, Mapping) and "categoryName" in value and isinstance(value.get("checks"), list | None)
