"""Objects as plain data, and the small draws of which worlds made by chance are made."""

import random
from typing import Any

__all__ = ["Object", "chosen", "is_so", "made", "stamp"]

Object = dict[str, Any]


def is_so(chance: random.Random, share: float) -> bool:
    """Whether something of a share of cases is the case."""
    return chance.random() < share


def made(version: str, kind: str, title: str, **fields: Any) -> Object:
    """An object by `namespace/name`, or by its name alone."""
    home, _, name = title.rpartition("/")
    metadata: Object = {"name": name, **({"namespace": home} if home else {}), **fields.pop("metadata", {})}
    return {"apiVersion": version, "kind": kind, "metadata": metadata, **fields}


def chosen(labels: dict[str, str], annotations: dict[str, str] | None = None) -> Object:
    """Metadata of labels and annotations."""
    return {"labels": labels, **({"annotations": annotations} if annotations else {})}


def stamp(index: int) -> Object:
    """Metadata of an age: the lower the index, the older."""
    return {"creationTimestamp": f"2026-01-0{index + 1}T00:00:00Z"}
