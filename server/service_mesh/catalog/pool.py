"""Stores identical parts of facts once: every part gets a digest, and what is used twice is kept apart and named by it.

Names made of content, and not of a position, keep the data diffable: a new release changes the lines it changes.
"""

import base64
import hashlib
import json
from collections import Counter
from collections.abc import Callable, Mapping
from typing import cast

from service_mesh.catalog.facts import Fact
from service_mesh.errors import InternalError

__all__ = ["Pool", "compact", "digest_of", "expand", "map_children", "name_patterns", "replace_patterns"]

_SMALLEST_SHARED = 28
"""Characters of a part that pay for a reference to it."""

_CHILDREN = ("items", "values")


class Pool:
    """Collects root facts by owner, then tells what to write inline and what to name.

    An owner is a kind: a part used by one kind alone is written beside it, others once for the whole project.
    """

    def __init__(self) -> None:
        self._parts: dict[str, Fact] = {}
        self._counted: set[str] = set()
        self._uses: Counter[str] = Counter()
        self._owners: dict[str, set[str]] = {}

    def add(self, owner: str, root: Fact) -> str:
        """Take in a root fact and everything below it.

        Returns:
            The digest of the root.
        """
        digest = self._intern(root)
        self._uses[digest] += 2
        self._own(digest, owner)
        return digest

    def own(self, owner: str) -> dict[str, Fact]:
        """Digest -> part for everything that is named and that only this owner uses."""
        return self._named(lambda owners: owners == {owner})

    def shared(self) -> dict[str, Fact]:
        """Digest -> part for everything that is named and that several owners use."""
        return self._named(lambda owners: len(owners) > 1)

    def _named(self, is_wanted: Callable[[set[str]], bool]) -> dict[str, Fact]:
        return {d: self._shown(d) for d, owners in sorted(self._owners.items()) if is_wanted(owners) and self._pays(d)}

    def _intern(self, fact: Fact) -> str:
        if isinstance(fact, str):
            return fact
        shallow = map_children(fact, self._intern_reference)
        digest = digest_of(shallow)
        if self._parts.setdefault(digest, shallow) != shallow:
            raise InternalError(f"two parts of the catalogue share the digest '{digest}'")
        if digest not in self._counted:
            self._counted.add(digest)
            for child in _references(shallow):
                self._uses[child] += 1
        return digest

    def _intern_reference(self, fact: Fact) -> Fact:
        return fact if isinstance(fact, str) else f"#{self._intern(fact)}"

    def _own(self, digest: str, owner: str) -> None:
        owners = self._owners.setdefault(digest, set())
        if owner in owners:
            return
        owners.add(owner)
        part = self._parts.get(digest)
        for child in _references(part) if part is not None else ():
            self._own(child, owner)

    def _pays(self, digest: str) -> bool:
        part = self._parts.get(digest)
        return part is not None and self._uses[digest] > 1 and len(compact(part)) >= _SMALLEST_SHARED

    def _shown(self, digest: str) -> Fact:
        return map_children(cast(dict[str, object], self._parts[digest]), self._show_reference)

    def _show_reference(self, fact: Fact) -> Fact:
        if not isinstance(fact, str) or not fact.startswith("#"):
            return fact
        return fact if self._pays(fact[1:]) else self._shown(fact[1:])


def expand(fact: Fact, find: Callable[[str], Fact]) -> Fact:
    """Put every named part back in its place.

    Args:
        fact: A part with references.
        find: The part of a digest.
    """
    if isinstance(fact, str):
        return expand(find(fact[1:]), find) if fact.startswith("#") else fact
    return map_children(fact, lambda child: expand(child, find))


def compact(value: object) -> str:
    """The one way in which facts are written as JSON: no spaces, sorted keys."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def map_children(fact: Mapping[str, object], change: Callable[[Fact], Fact]) -> dict[str, object]:
    """A copy of a fact with every fact directly below it changed."""
    changed = dict(fact)
    if "fields" in fact:
        fields = cast(dict[str, Fact], fact["fields"])
        changed["fields"] = {name: change(field) for name, field in fields.items()}
    for key in _CHILDREN:
        if key in fact:
            changed[key] = change(cast(Fact, fact[key]))
    return changed


def _references(fact: Fact) -> list[str]:
    found: list[str] = []

    def note(child: Fact) -> Fact:
        if isinstance(child, str) and child.startswith("#"):
            found.append(child[1:])
        return child

    if not isinstance(fact, str):
        map_children(fact, note)
    return found


def digest_of(shallow: Mapping[str, object]) -> str:
    """A name made of content: eight letters, 40 bits."""
    raw = hashlib.sha256(compact(shallow).encode()).digest()
    return base64.b32encode(raw[:5]).decode().lower()


def name_patterns(fact: Fact, patterns: dict[str, str]) -> Fact:
    """The fact with names in place of regular expressions; the table grows by what is new."""

    def name_of(regex: str) -> str:
        name = digest_of({"pattern": regex})
        patterns[name] = regex
        return name

    return replace_patterns(fact, name_of)


def replace_patterns(fact: Fact, replace: Callable[[str], str]) -> Fact:
    """The fact with every regular expression, or the name of one, replaced."""
    if isinstance(fact, str):
        return fact
    changed = map_children(fact, lambda child: replace_patterns(child, replace))
    return {**changed, "pattern": replace(str(fact["pattern"]))} if "pattern" in fact else changed
