"""Makes values that fit a schema, or nearly: the seeds of variants, where the corpora have no object of a kind."""

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

__all__ = ["STRINGS", "Kind", "Schema", "instance", "properties", "value_of"]

Schema = Mapping[str, object]

STRINGS = (
    *("a", "demo", "example.com", "*.example.com", "*", "1s", "10ms", "80", "8080", "/path", "/", "10.0.0.1"),
    *("10.0.0.0/8", "2001:db8::/32", "http://example.com/a", "https://example.com/a?b=c", "app=demo", "GET", "50%"),
    *("100m", "1.5", "2030-01-01T00:00:00Z", "example.com/name", "unix:///run/a.sock", "outbound|80||a.b", "X-A"),
    *("/a/../b", "a b", "ns/a", "*/*", "tcp", "TCP", "Service", "v1", "spiffe://a/b", "cluster.local/a", "443/TCP"),
    *(
        "unix://a",
        "unix:///",
        "a*",
        "127.0.0.1",
        "::1",
        "[::1]:80",
        "ftp://a",
        "HTTP",
        "HTTPS",
        "UDP",
        "NONE",
        "2h",
        "-1s",
    ),
)
"""Strings of the sorts that the fields of a mesh hold; which of them fit a field, its schema says."""

_DEEPEST = 12
_OPTIONAL = 0.25
_PLAIN: Mapping[str, Sequence[object]] = {"boolean": (True, False), "integer": (1, 80, 0), "number": (1.5, 1)}


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind in one API version, with the schema of the whole object."""

    api_version: str
    name: str
    schema: Schema

    def __str__(self) -> str:
        return f"{self.api_version} {self.name}"


def instance(kind: Kind, chance: random.Random, fullness: float) -> dict[str, object]:
    """An object of a kind whose spec has its required fields, and some of the others.

    Args:
        kind: The kind.
        chance: Decides.
        fullness: How likely an optional field of the spec is there; deeper ones are there less often.
    """
    data: dict[str, object] = {"apiVersion": kind.api_version, "kind": kind.name, "metadata": {"name": "made"}}
    required = _names(kind.schema, "required")
    for name, part in properties(kind.schema).items():
        if name not in ("apiVersion", "kind", "metadata", "status") and (name in required or name == "spec"):
            data[name] = value_of(part, chance, fullness)
    return data


def value_of(schema: Schema, chance: random.Random, fullness: float = 0.0, depth: int = 0) -> object:
    """A value that fits a schema, as far as types, bounds and patterns go; constraints across fields may be broken."""
    if values := cast(Sequence[object], schema.get("enum", ())):
        return chance.choice(values)
    if schema.get("x-kubernetes-int-or-string"):
        return chance.choice((80, "50%"))
    sort = schema.get("type")
    if sort == "object":
        return _object(schema, chance, fullness, depth)
    if sort == "array":
        return _array(schema, chance, fullness, depth)
    if sort == "string":
        return chance.choice(list(_fitting(schema)) or ["a"])
    return _plain(schema, str(sort), chance)


def properties(schema: Schema) -> Mapping[str, Schema]:
    """The fields that a schema names."""
    return cast(Mapping[str, Schema], schema.get("properties", {}))


def _object(schema: Schema, chance: random.Random, fullness: float, depth: int) -> dict[str, object]:
    required = _names(schema, "required")
    made = {
        name: value_of(part, chance, fullness * _OPTIONAL, depth + 1)
        for name, part in properties(schema).items()
        if name in required or (depth < _DEEPEST and chance.random() < fullness)
    }
    values = schema.get("additionalProperties")
    if isinstance(values, dict) and fullness > 0:
        made["a"] = value_of(values, chance, 0.0, depth + 1)
    for name in properties(schema):
        if len(made) >= cast(int, schema.get("minProperties", 0)):
            break
        made.setdefault(name, value_of(properties(schema)[name], chance, 0.0, depth + 1))
    return made


def _array(schema: Schema, chance: random.Random, fullness: float, depth: int) -> list[object]:
    count = max(cast(int, schema.get("minItems", 0)), 1)
    items = cast(Schema, schema.get("items", {}))
    return [value_of(items, chance, fullness, depth + 1) for _ in range(count)]


def _fitting(schema: Schema) -> Iterator[str]:
    for text in STRINGS:
        is_short = len(text) < cast(int, schema.get("minLength", 0))
        if not is_short and len(text) <= cast(int, schema.get("maxLength", 1000)) and _matches(schema, text):
            yield text


def _matches(schema: Schema, text: str) -> bool:
    try:
        return re.search(str(schema.get("pattern", "")), text) is not None
    except re.error:
        return False  # a pattern of RE2 that Python does not know


def _plain(schema: Schema, sort: str, chance: random.Random) -> object:
    least, most = cast(float, schema.get("minimum", 0)), cast(float, schema.get("maximum", 2**31 - 1))
    fitting = [
        value for value in _PLAIN.get(sort, ("a",)) if not isinstance(value, int | float) or least <= value <= most
    ]
    return chance.choice(fitting or [schema.get("minimum", schema.get("maximum"))])


def _names(schema: Schema, key: str) -> frozenset[str]:
    return frozenset(cast(Sequence[str], schema.get(key, ())))
