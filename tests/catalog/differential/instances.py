"""Makes up values of a schema's types, most of them about what a rule mentions; the same seed makes the same values."""

import copy
import random
import re
from collections.abc import Mapping
from typing import cast

from tests.catalog.differential.sources import Schema, Subject

__all__ = ["Maker"]

TEXTS = (
    "",
    "a",
    "b",
    "*",
    "a*",
    "*.example.com",
    "shop.example.com",
    "a.*.example.com",
    "-a",
    "A b",
    "10.0.0.1",
    "fd00::1",
    "::ffff:10.0.0.1",
    "10.0.0.0/8",
    "0s",
    "1s",
    "500us",
    "1ms",
    "999us",
    "30m",
    "2h",
    "-1s",
    "1h30m",
    "5",
    "unix://",
    "unix:///run/a",
    "unix://@a",
    "unix:///run/",
    "unix://a",
    "http://shop.example.com/a",
    "HTTPS://shop.example.com",
    "ftp://shop.example.com",
    "oci://shop.example.com/a:1",
    "shop.example.com/a:1",
    "shop.example.com:80/a",
    "http://a b",
    "http://[::1",
    "/a%zz",
    "/",
    "/a",
    "/a//b",
    "/a/./b",
    "/a/../b",
    "/a%2fb",
    "/a%2Fb",
    "/a#b",
    "/a/..",
    "/a/.",
    "/a b",
    "/%41",
    "shop.Cart",
    ".shop.Cart",
    "1shop",
    "Get_1",
    "shop/name",
    f"{'a' * 252}/b",
    f"{'a' * 253}/b",
    "trust-manager.io/a",
    "a.cluster.local",
    "x" * 62,
    "x" * 63,
    "x" * 64,
    "80",
    "0",
    "65536",
    "+80",
)
NUMBERS = (0, 1, 2, 3, 80, 100, 443, 65535, 65536, -1)
LONG = 16
DEEPEST = 7


class Maker:
    """Makes up values for one subject.

    Args:
        subject: What they are about.
        seed: Where the made-up values start from.
    """

    def __init__(self, subject: Subject, seed: int) -> None:
        self._random = random.Random(f"{subject.digest} {seed}")
        words = re.findall(r"[\"']([^\"'\\]{0,60})[\"']", subject.text)
        self._names = set(re.findall(r"\.\??([A-Za-z]\w*)", subject.text)) | set(words)
        self._names |= {name.strip("_") for name in self._names}
        self._words = tuple(dict.fromkeys(words))
        self._is_long = False

    def value(self, schema: Schema) -> object:
        """A value of a schema."""
        self._is_long = self._random.random() < 0.05
        return self._made(schema, 0)

    def changed(self, value: object, schema: Schema) -> object:
        """A copy of a value with one thing changed."""
        return self._changed(copy.deepcopy(value), schema, 0)

    def _chance(self, share: float) -> bool:
        return self._random.random() < share

    def _made(self, schema: Schema, depth: int) -> object:
        if "enum" in schema and not self._chance(0.05):
            return self._random.choice(cast(list[object], schema["enum"]))
        if schema.get("x-kubernetes-int-or-string"):
            return self._random.choice([*NUMBERS, *TEXTS])
        kind = schema.get("type", "object" if "properties" in schema else "string")
        if kind == "object":
            return self._map(schema, depth)
        if kind == "array":
            return self._list(schema, depth)
        if kind == "boolean":
            return self._chance(0.5)
        if kind in ("integer", "number"):
            return self._random.choice(NUMBERS)
        return self._text()

    def _text(self) -> str:
        return str(self._random.choice(self._words if self._words and self._chance(0.5) else TEXTS))

    def _map(self, schema: Schema, depth: int) -> dict[str, object]:
        values = schema.get("additionalProperties")
        if isinstance(values, dict):
            return {self._text(): self._made(values, depth + 1) for _ in range(self._random.choice((0, 1, 1, 2, 3)))}
        made: dict[str, object] = {}
        required = cast(list[str], schema.get("required") or [])
        for name, field in cast(dict[str, Schema], schema.get("properties") or {}).items():
            if name in required or self._chance(self._share(name, field, depth)):
                made[name] = None if name not in required and self._chance(0.02) else self._made(field, depth + 1)
        return made

    def _share(self, name: str, field: Schema, depth: int) -> float:
        if name in self._names:
            return 0.55
        is_on_the_way = any(mentioned in _names_in(field) for mentioned in self._names) if depth < 2 else False
        return 0.0 if depth > DEEPEST else 0.5 if is_on_the_way else 0.05

    def _list(self, schema: Schema, depth: int) -> list[object]:
        items = cast(Schema, schema.get("items") or {})
        made: list[object] = []
        for _ in range(LONG if self._is_long else self._random.choice((0, 1, 1, 2, 2, 3))):
            if made and self._chance(0.4):
                made.append(self._changed(copy.deepcopy(self._random.choice(made)), items, depth))
            elif made and (self._is_long or self._chance(0.3)):
                made.append(copy.deepcopy(made[0]))
            else:
                made.append(self._made(items, depth + 1))
        return made

    def _changed(self, value: object, schema: Schema, depth: int) -> object:
        if isinstance(value, dict) and not isinstance(schema.get("additionalProperties"), dict):
            return self._changed_map(value, schema, depth)
        if isinstance(value, list) and value and self._chance(0.8):
            items = cast(Schema, schema.get("items") or {})
            index = self._random.randrange(len(value))
            if self._chance(0.3):
                value.append(copy.deepcopy(value[index]))
            else:
                value[index] = self._changed(value[index], items, depth + 1)
            return value
        return self._made(schema, depth)

    def _changed_map(self, value: dict[str, object], schema: Schema, depth: int) -> dict[str, object]:
        fields = cast(dict[str, Schema], schema.get("properties") or {})
        required = cast(list[str], schema.get("required") or [])
        names = [name for name in fields if name in self._names] or list(fields)
        if self._chance(0.3):
            names = [name for name in fields if name in value] or names
        if not names:
            return value
        name = self._random.choice(names)
        if name in value and name not in required and self._chance(0.4):
            del value[name]
        elif name in value and value[name] is not None and self._chance(0.6):
            value[name] = self._changed(value[name], fields[name], depth + 1)
        else:
            value[name] = self._made(fields[name], depth + 1)
        return value


def _names_in(schema: Mapping[str, object], depth: int = 0) -> set[str]:
    if depth > DEEPEST:
        return set()
    fields = cast(dict[str, Schema], schema.get("properties") or {})
    found = set(fields)
    for child in (*fields.values(), schema.get("items"), schema.get("additionalProperties")):
        if isinstance(child, dict):
            found |= _names_in(child, depth + 1)
    return found
