"""Which numbers and names Kubernetes takes for ports, wherever they stand."""

import re

from service_mesh.model.node import Node

__all__ = ["are_usual", "is_number", "is_set", "port_fault"]

_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LETTER = re.compile(r"[a-z]")
_LONGEST = 15
_LAST = 65535


def is_number(value: object) -> bool:
    """Tell whether a value is a whole number, which a boolean is not."""
    return type(value) is int


def is_set(node: Node | None) -> bool:
    """Tell whether a field has a value that counts: the API server reads zero and the empty text as absent."""
    return node is not None and node.value not in (None, 0, "", False)


def are_usual(ports: object, number: str, *others: str) -> bool:
    """Tell whether nothing can be wrong with ports, from their plain data: thousands are, and need no closer look.

    Args:
        ports: The list of them.
        number: Field of the number.
        others: Fields with numbers of which none may be there.
    """
    names: set[str | None] = set()
    for port in ports if isinstance(ports, list) else ():
        if not isinstance(port, dict) or any(port.get(field) is not None for field in others):
            return False
        name, value = port.get("name"), port.get(number)
        if type(value) is not int or port_fault(value) or not (name is None or isinstance(name, str)):
            return False
        if name in names or (name and port_fault(name)):
            return False
        names.add(name)
    return True


def port_fault(value: object, *, may_be_name: bool = True) -> str:
    """What is wrong with the number or the name of a port, as the end of a sentence; empty if nothing is.

    Values of other types are the schema check's part.
    (`kubernetes/kubernetes: staging/src/k8s.io/apimachinery/pkg/util/validation/validation.go`, IsValidPortNum and
    IsValidPortName)

    Args:
        value: The value.
        may_be_name: Whether names are taken too.
    """
    if isinstance(value, int) and not isinstance(value, bool):
        return "" if 1 <= value <= _LAST else f"is outside of 1 to {_LAST}"
    if not isinstance(value, str) or not may_be_name:
        return ""
    if len(value) > _LONGEST:
        return f"has {len(value)} characters where the name of a port has at most {_LONGEST}"
    if not _NAME.fullmatch(value):
        return "is not a name of a port: lower-case letters and digits with single '-' between them"
    return "" if _LETTER.search(value) else "is text without a letter, so neither the name nor the number of a port"
