"""Finds the rules by folder and refuses a set that contradicts itself; there is no list to keep."""

import importlib
import pkgutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from types import ModuleType

from service_mesh.errors import InternalError, UsageError
from service_mesh.model.names import nearest
from service_mesh.rules import rule as rule_module
from service_mesh.rules.rule import FAMILIES, HEALTH_FAMILIES, Rule

__all__ = ["HEADINGS", "RETIRED", "Registry", "load_rules"]

HEADINGS = ("## Why it matters", "## Wrong", "## Right", "## When it stays quiet", "## Fix safety")
"""Every rule page has these headings, in this order."""

RETIRED: frozenset[str] = frozenset()
"""Codes once published and gone: never used again."""

_MOST_NAMED = 12
_HEALTH = frozenset(FAMILIES[family] for family in HEALTH_FAMILIES)


@dataclass(frozen=True, slots=True)
class Registry:
    """A set of rules, ordered by code."""

    rules: tuple[Rule, ...]
    _known: Mapping[str, Rule] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        known = {name: one for one in self.rules for name in (one.code, one.name)}
        object.__setattr__(self, "_known", known)  # the one way to fill a field of a frozen class

    def __iter__(self) -> Iterator[Rule]:
        return iter(self.rules)

    def get(self, code: str) -> Rule:
        """The rule of a code or a name.

        Raises:
            UsageError: There is none; the nearest are named.
        """
        wanted = code.strip()
        found = self._known.get(wanted.upper()) or self._known.get(wanted.lower())
        if found is None:
            raise _unknown(wanted, self.rules)
        return found

    def about_files(self) -> "Registry":
        """The rules that are asked of files and of clusters alike."""
        return Registry(tuple(rule for rule in self.rules if not rule.is_about_health))

    def about_health(self) -> "Registry":
        """The rules that are asked of clusters only."""
        return Registry(tuple(rule for rule in self.rules if rule.is_about_health))

    def narrowed(self, select: Iterable[str] = (), ignore: Iterable[str] = ()) -> frozenset[str]:
        """Codes that are left when only `select` counts and `ignore` is taken away.

        Args:
            select: Codes, names or code prefixes (`IS`, `IS1`); empty means all.
            ignore: The same forms.

        Raises:
            UsageError: A form fits no rule.
        """
        chosen = self._matching(select) if (select := tuple(select)) else frozenset(r.code for r in self.rules)
        return chosen - self._matching(ignore)

    def _matching(self, forms: Iterable[str]) -> frozenset[str]:
        codes: set[str] = set()
        for form in forms:
            found = {r.code for r in self.rules if r.code.startswith(form.upper()) or r.name == form.lower()}
            if not form or not found:
                raise _unknown(form, self.rules)
            codes |= found
        return frozenset(codes)


@cache
def load_rules() -> Registry:
    """Import every rule module of every family; the set never changes while a process runs.

    Raises:
        InternalError: A module without exactly one rule, a code used twice or outside its family, a missing heading.
    """
    rules = [found for family in FAMILIES for found in _family(family)]
    for attribute in ("code", "name"):
        seen: dict[str, Rule] = {}
        for found in rules:
            twin = seen.setdefault(getattr(found, attribute), found)
            if twin is not found:
                raise InternalError(f"two rules share the {attribute} '{getattr(found, attribute)}'")
    return Registry(tuple(sorted(rules, key=lambda found: found.code)))


def _family(family: str) -> Iterator[Rule]:
    """The rules of a family's folder and of the rooms in it."""
    package = importlib.import_module(f"{rule_module.__package__}.{family}")
    for info in pkgutil.iter_modules(package.__path__):
        if info.ispkg:
            room = importlib.import_module(f"{package.__name__}.{info.name}")
            for found in _modules(room):
                yield _from_module(family, found, info.name)
    for found in _modules(package):
        yield _from_module(family, found)


def _modules(package: ModuleType) -> Iterator[ModuleType]:
    for info in pkgutil.iter_modules(package.__path__):
        if not info.ispkg and not info.name.startswith("_"):
            yield importlib.import_module(f"{package.__name__}.{info.name}")


def _from_module(family: str, module: ModuleType, room: str = "") -> Rule:
    found = [value for value in vars(module).values() if isinstance(value, Rule)]
    if len(found) != 1:
        raise InternalError(f"{module.__name__} holds {len(found)} rules, expected one")
    entry = replace(found[0], page=module.__doc__ or "", family=family, room=room)
    if not entry.code.startswith(FAMILIES[family]) or entry.code in RETIRED:
        raise InternalError(
            f"{module.__name__}: code '{entry.code}' is retired or outside the family {FAMILIES[family]}"
        )
    positions = [entry.page.find(heading) for heading in HEADINGS]
    if -1 in positions or positions != sorted(positions):
        raise InternalError(f"{module.__name__}: the docstring lacks a heading of {', '.join(HEADINGS)}")
    return entry


def _unknown(form: str, rules: tuple[Rule, ...]) -> UsageError:
    if form[:2].upper() in _HEALTH and not any(rule.is_about_health for rule in rules):
        return UsageError(f"'{form[:40]}' is asked of clusters only", "mesh_status (service-mesh status) reports it")
    ours = [rule.code for rule in rules if form.casefold() in map(str.casefold, rule.upstream)]
    if ours:
        return UsageError(f"'{form[:40]}' is a code of another checker", f"here it is {', '.join(ours[:_MOST_NAMED])}")
    near = nearest(form.upper(), [r.code for r in rules]) or nearest(form.lower(), [r.name for r in rules])
    hint = f"did you mean '{near}'?" if near else "references/rules/index.md lists every code"
    return UsageError(f"unknown rule '{form[:40]}'", hint)
