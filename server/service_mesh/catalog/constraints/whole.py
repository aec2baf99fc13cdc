"""Whole numbers that JSON spells as floats, `80.0`: a schema takes them for integers, a rule that reads one fails.

Source: Kubernetes, apiserver/pkg/cel/common/valuesunstructured.go (UnstructuredToVal).
"""

from collections.abc import Iterator

from service_mesh.catalog.constraints.constraint import Break, Check, Manner, read_at
from service_mesh.catalog.wording import expected, found

__all__ = ["WRONG_TYPE", "whole", "whole_fields"]

WRONG_TYPE = "SC121"


def whole(value: object) -> Iterator[Break]:
    """The value itself is read as an integer."""
    if isinstance(value, float):
        yield Break(WRONG_TYPE, (), f"is {found(value)} where {expected('integer')} is expected", Manner.NAMED)


def whole_fields(*names: str) -> Check:
    """Fields of a map are read as integers."""

    def check(value: object) -> Iterator[Break]:
        for name in names:
            for wrong in whole(read_at(value, name)):
                yield Break(wrong.code, (name,), wrong.text, wrong.manner)

    return check
