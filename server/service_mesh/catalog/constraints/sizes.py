"""How many fields a map may hold, counted as the API server counts: without dropped nulls and with defaults.

Source: Kubernetes, apiextensions-apiserver/pkg/apiserver/schema/defaulting (prunenulls.go, algorithm.go), which come
before kube-openapi/pkg/validation/validate/object_validator.go.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import cast

from service_mesh.catalog.constraints.constraint import Break, Check, Constraint, Manner

__all__ = ["size_constraint"]

_OUT_OF_BOUNDS = "SC123"


def size_constraint(fact: Mapping[str, object], is_null_kept: Callable[[str], bool]) -> Constraint | None:
    """The bounds of a fact on the number of fields; None where it has none.

    Args:
        fact: The fact of a map.
        is_null_kept: Whether a field of that name that is null stays in the object.
    """
    least, most = cast(int, fact.get("minProperties", 0)), cast("int | None", fact.get("maxProperties"))
    if not least and most is None:
        return None
    return Constraint("size", _within(least, most, is_null_kept))


def _within(least: int, most: int | None, is_null_kept: Callable[[str], bool]) -> Check:
    def check(value: object) -> Iterator[Break]:
        if not isinstance(value, dict):
            return
        size = sum(1 for name, child in value.items() if child is not None or is_null_kept(name))
        if size < least:
            yield Break(_OUT_OF_BOUNDS, (), f"has {size} fields, fewer than {least}", Manner.NAMED)
        elif most is not None and size > most:
            yield Break(_OUT_OF_BOUNDS, (), f"has {size} fields, more than {most}", Manner.NAMED)

    return check
