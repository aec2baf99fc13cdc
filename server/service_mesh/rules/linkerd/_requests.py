"""Conditions of ServiceProfiles on requests: every part of one, and a form in which two can be compared."""

import json
from collections.abc import Iterator

from service_mesh.model.node import Node

__all__ = ["Conditions", "condition_parts", "conditions_of"]

Conditions = frozenset[tuple[str, str]]

_DEEPEST = 16
_ANYTHING = frozenset({".*", "/.*", "^.*", ".*$", "^.*$", "^/.*", "/.*$", "^/.*$", ".+", "/.+"})


def condition_parts(condition: Node, depth: int = 0) -> Iterator[Node]:
    """A condition and all that stand inside of it: in the lists `all` and `any`, and under `not`."""
    if not isinstance(condition.value, dict) or depth > _DEEPEST:
        return
    yield condition
    inner = [*condition.each("all[]"), *condition.each("any[]")]
    negated = condition.get("not")
    for part in (*inner, *([negated] if negated is not None else [])):
        yield from condition_parts(part, depth + 1)


def conditions_of(condition: Node, depth: int = 0) -> Conditions:
    """What a request has to fulfil: a request that meets more of these is met by fewer routes.

    An expression that every path matches asks for nothing. Expressions are anchored at both ends by the proxy, so that
    `/a` and `^/a$` are the same.
    (`linkerd/linkerd2-proxy: linkerd/service-profiles/src/proto.rs`, convert_req_match)
    """
    value = condition.value
    if not isinstance(value, dict) or depth > _DEEPEST:
        return frozenset({("", repr(condition.path))})
    found: set[tuple[str, str]] = set()
    for field, part in value.items():
        node = condition.get(str(field)) if isinstance(field, str) else None
        found |= _of_field(str(field), part, node, depth)
    return frozenset(found)


def _of_field(field: str, part: object, node: Node | None, depth: int) -> Conditions:
    if field == "pathRegex" and isinstance(part, str):
        text = part.strip().removeprefix("^").removesuffix("$")
        return frozenset() if part.strip() in _ANYTHING else frozenset({("path", text)})
    if field == "method" and isinstance(part, str):
        return frozenset({("method", part.upper())})
    if field == "all" and isinstance(part, list) and node is not None:
        return frozenset().union(*(conditions_of(item, depth + 1) for item in node.items))
    return frozenset({(field, json.dumps(part, sort_keys=True, default=repr))})
