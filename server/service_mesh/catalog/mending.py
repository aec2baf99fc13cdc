"""What would mend a structural fault, and whether it can be done without asking."""

import re
from collections.abc import Mapping, Sequence
from typing import cast

from service_mesh.catalog.facts import type_name
from service_mesh.catalog.wording import number
from service_mesh.model.fix import Fix
from service_mesh.model.names import nearest
from service_mesh.model.node import Node

__all__ = ["enum_fix", "rename_fix", "type_fix"]

_TYPES: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "object": (dict,),
    "metadata": (dict,),
    "array": (list,),
    "int-or-string": (int, str),
    "quantity": (int, float, str),
}
_WHOLE = ("integer", "int-or-string")
_INTEGER = re.compile(r"-?(0|[1-9][0-9]*)")
_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?")


def rename_fix(node: Node, near: str, known: Sequence[str], fact: Mapping[str, object]) -> Fix | None:
    """Give an unknown field the name that was meant, unless that field is there as well.

    Safe where no other name is as near and the value fits the field: the object is refused as it stands, and no
    other field can have been meant.

    Args:
        node: The field.
        near: The name that was meant.
        known: Every name the map may hold.
        fact: The fact of the field `near`.
    """
    if near in cast(Mapping[str, object], node.parent().value):
        return None
    is_only = nearest(str(node.path[-1]), known, unique=True) == near
    return Fix.rename(node, near, safe=is_only and _fits(node.value, fact))


def type_fix(node: Node, fact: Mapping[str, object], item: Mapping[str, object]) -> Fix | None:
    """Write the same value in the type that is expected, where there is exactly one way to do so.

    Args:
        node: The value.
        fact: What is expected.
        item: What is expected of an item, if a list is.
    """
    kind, value = type_name(fact), node.value
    if kind == "string":
        return _quoting(node, fact)
    if kind == "boolean" and value in ("true", "false"):
        return _unquoting(node, value == "true")
    if kind in _WHOLE and isinstance(value, float) and value.is_integer():
        return Fix.replace(node, int(value), safe=True)
    if kind == "integer" and _INTEGER.fullmatch(node.text):
        return _unquoting(node, int(node.text))
    if kind == "number" and _NUMBER.fullmatch(node.text):
        return _unquoting(node, float(node.text) if "." in node.text else int(node.text))
    if kind == "array" and value is not None and _fits(value, item):
        return Fix.replace(node, [value], title="make it a list of one item")
    return None


def enum_fix(node: Node, known: Sequence[object]) -> Fix | None:
    """Replace a value by the nearest one that is taken; safe where they differ in case or dashes alone."""
    names = [name for name in known if isinstance(name, str)]
    near = nearest(node.text, names, unique=True) if node.text else None
    return Fix.replace(node, near, safe=_letters(near) == _letters(node.text)) if near else None


def _quoting(node: Node, fact: Mapping[str, object]) -> Fix | None:
    """Safe where any text is taken: the object is refused as it stands, and the characters stay the author's."""
    if not isinstance(node.value, int | float):
        return None
    if number(node.value) not in cast(list[object], fact.get("enum", [number(node.value)])):
        return None
    return Fix.quote(node, safe="pattern" not in fact and "format" not in fact)


def _unquoting(node: Node, value: object) -> Fix:
    return Fix.replace(node, value, title=f"write {node.text[:60]} without quotes", safe=True)


def _fits(value: object, fact: Mapping[str, object]) -> bool:
    """Whether a value is of the type that a fact asks for; what is inside is not looked at."""
    kind = type_name(fact)
    is_boolean = isinstance(value, bool)
    return isinstance(value, _TYPES.get(kind, (object,))) and (not is_boolean or kind in ("boolean", "any"))


def _letters(text: str) -> str:
    return text.lower().replace("-", "").replace("_", "")
