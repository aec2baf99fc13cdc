"""Which HTTP methods a route rule takes."""

from collections.abc import Set as AbstractSet

from service_mesh.model.node import Node

__all__ = ["takes_only"]


def takes_only(entry: Node, methods: AbstractSet[str]) -> bool:
    """Tell whether every match of a rule asks for one of some methods; False wherever that is not certain."""
    matches = list(entry.each("match[]"))
    return bool(matches) and all(_asks(match, methods) for match in matches)


def _asks(match: Node, methods: AbstractSet[str]) -> bool:
    exact, regex = match.get("method.exact"), match.get("method.regex")
    if exact is not None:
        return exact.text in methods
    if regex is None:
        return False
    alternatives = regex.text.removeprefix("^").removesuffix("$").removeprefix("(").removesuffix(")").split("|")
    return methods >= set(alternatives)
