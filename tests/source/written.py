"""Writes plain data as YAML in many hands: block and flow, indented lists or not, any quotes, comments anywhere."""

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass

__all__ = ["Hand"]

TYPED = frozenset({"y", "n", "on", "no", "null", "true"})


@dataclass
class Hand:
    """One way of writing; every choice comes from `chance`, so that a failing example can be repeated and shrunk."""

    chance: random.Random
    step: int = 2
    dash: int = 0
    comments: int = 0
    is_behind_text: bool = False

    def document(self, data: dict[str, object]) -> str:
        self.comments = 0
        head = self.chance.choice(["", "---\n", "# Source: a/b.yaml\n", "--- # first\n\n"])
        text = head + "".join(f"{line}\n" for line in self._map(data, 0))
        if self.chance.random() < 0.2:
            text += self.chance.choice(["...\n", "# the end\n", "\n\n"])
        if self.chance.random() < 0.2 and " w\n" not in text:
            text = text.removesuffix("\n")
        return text.replace("\n", "\r\n") if self.chance.random() < 0.2 else text

    def _map(self, data: dict[str, object], column: int) -> Iterator[str]:
        for index, (key, value) in enumerate(data.items()):
            yield from self._between(column) if index or column == 0 else ()
            self.is_behind_text = False
            yield from self._entry(" " * column + self._string(key) + ":", value, column, self.dash)

    def _list(self, data: list[object], column: int) -> Iterator[str]:
        for index, value in enumerate(data):
            yield from self._between(column) if index else ()
            self.is_behind_text = False
            if isinstance(value, dict | list) and value and self.chance.random() < 0.7:
                inner = self._map(value, column + 2) if isinstance(value, dict) else self._list(value, column + 2)
                first, *rest = inner
                yield " " * column + "- " + first[column + 2 :]
                yield from rest
            else:
                yield from self._entry(" " * column + "-", value, column, 2)

    def _entry(self, head: str, value: object, column: int, dash: int) -> Iterator[str]:
        if isinstance(value, dict | list) and value and self.chance.random() < 0.8:
            yield head + self._remark()
            yield from (
                self._map(value, column + self.step) if isinstance(value, dict) else self._list(value, column + dash)
            )
        elif isinstance(value, str) and value.endswith("w\n") and "\n" not in value[:-1]:
            yield head + self.chance.choice([" |", " >", " |2", " | # kept"])
            yield " " * (column + 2) + value.removesuffix("\n")
            self.is_behind_text = True
        elif value is None and self.chance.random() < 0.5:
            yield head + self._remark()
        else:
            yield head + " " * self.chance.choice([1, 1, 3]) + self._flow(value) + self._remark()

    def _flow(self, value: object) -> str:
        if isinstance(value, dict):
            inside = self._joined([f"{self._string(k)}: {self._flow(v)}" for k, v in value.items()])
            return f"{{{inside}}}"
        if isinstance(value, list):
            return f"[{self._joined([self._flow(item) for item in value])}]"
        return self._string(value) if isinstance(value, str) else json.dumps(value)

    def _joined(self, texts: list[str]) -> str:
        pad = self.chance.choice(["", " "])
        return pad + self.chance.choice([", ", ","] if all('"' in t for t in texts) else [", "]).join(texts) + pad

    def _string(self, text: str) -> str:
        if text.isascii() and text.isalpha() and text not in TYPED and self.chance.random() < 0.7:
            return text
        if self.chance.random() < 0.5 and text.isprintable():
            return "'" + text.replace("'", "''") + "'"
        return json.dumps(text, ensure_ascii=not text.isprintable() and text.isascii())

    def _remark(self) -> str:
        return self.chance.choice(["", "", "", " ", f" # {self._number()}"])

    def _between(self, column: int) -> Iterator[str]:
        if self.chance.random() < 0.15:
            # Behind a block scalar a comment further right would belong to its text.
            far = " " * (column if self.is_behind_text else 9) + "# far"
            yield self.chance.choice(["", " " * column + f"# {self._number()}", f"# {self._number()}", far])

    def _number(self) -> int:
        self.comments += 1
        return self.comments
