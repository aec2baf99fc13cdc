"""Which matches of a VirtualService can never be reached, because an earlier one takes all their requests.

istiod keeps the order of rules and of the matches in a rule, and the proxy takes the first that fits.
(`istio/istio: pilot/pkg/networking/core/route/route.go`)
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

from service_mesh.mesh.virtual_services import filled_sections, is_delegate
from service_mesh.model.canonical import canonical
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.istio._match_cover import covers_match

__all__ = ["Taken", "TakenRule", "taken_rules"]

_LABELS = ("name", "statPrefix")

_Path = tuple[str, str]
"""Form and text of a path condition; two empty words for none."""

_MOST_COMPARED = 50
"""Earlier matches that one is compared with beyond equality: a generated route of thousands must not take minutes."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A match that is never reached, and the match or rule that takes its requests."""

    match: Node
    by: Node


@dataclass(frozen=True, slots=True)
class TakenRule:
    """A rule with matches that are never reached.

    Attributes:
        rule: The rule.
        taken: Its unreachable matches; a rule without matches has itself here.
        is_dead: Nothing of the rule is left.
    """

    rule: Node
    taken: tuple[Taken, ...]
    is_dead: bool


class _Match(NamedTuple):
    """A match, or a rule without any, as plain values: nodes are made of those that are told of."""

    rule: int
    number: int | None
    value: Mapping[str, object]


@dataclass(slots=True)
class _Alike:
    """Earlier matches with one path condition; those that are equal are found by a text that is made when asked for."""

    matches: list[_Match] = field(default_factory=list)
    same: dict[str, _Match] = field(default_factory=dict)
    known: int = 0

    def equal(self, wanted: _Match) -> _Match | None:
        """The first one that asks for the same."""
        for match in self.matches[self.known :]:
            self.same.setdefault(_key(match), match)
        self.known = len(self.matches)
        return self.same.get(_key(wanted))


@dataclass(slots=True)
class _Earlier:
    """What came before: an earlier rule for everything, and earlier matches by the shape of their path."""

    everything: _Match | None = None
    by_path: dict[_Path, _Alike] = field(default_factory=dict)
    prefixes: set[int] = field(default_factory=set)


def taken_rules(route: Resource) -> tuple[TakenRule, ...]:
    """Rules of a VirtualService with unreachable matches, in order.

    Routes of a delegate are cut by each root that takes them, so that there only equal matches count.
    """
    return route.once(_all_taken)


def _all_taken(route: Resource) -> tuple[TakenRule, ...]:
    return tuple(_taken(route))


def _taken(route: Resource) -> Iterator[TakenRule]:
    for section in filled_sections(route):
        earlier = _Earlier()
        deep = section == "http" and not is_delegate(route)
        for number, rule in enumerate(_listed(route, section)):
            if isinstance(rule, dict) and (taken := _look(number, rule, earlier, deep=deep)):
                told = tuple(Taken(_node(route, section, match), _node(route, section, by)) for match, by in taken)
                parts = len(_matches(number, rule)) or 1
                yield TakenRule(_node(route, section, _Match(number, None, rule)), told, len(taken) == parts)


def _listed(route: Resource, section: str) -> Sequence[object]:
    listed = route.get(f"spec.{section}")
    return listed.value if listed is not None and isinstance(listed.value, list) else ()


def _node(route: Resource, section: str, match: _Match) -> Node:
    steps = () if match.number is None else ("match", match.number)
    return Node(route, ("spec", section, match.rule, *steps), match.value)


def _matches(number: int, rule: Mapping[str, object]) -> list[_Match]:
    listed = rule.get("match")
    found = enumerate(listed if isinstance(listed, list) else ())
    return [_Match(number, at, match) for at, match in found if isinstance(match, dict)]


def _look(number: int, rule: Mapping[str, object], earlier: _Earlier, *, deep: bool) -> list[tuple[_Match, _Match]]:
    """The matches of a rule that are never reached, each with what takes its requests."""
    matches = _matches(number, rule)
    if not matches and isinstance(rule.get("match"), list) and rule["match"]:
        return []
    # A rule with a delegate takes only what the delegate's own matches leave of it.
    takes = "delegate" not in rule
    taken = []
    for match in matches or [_Match(number, None, rule)]:
        condition = match.value if matches else {}
        path = _path(condition)
        if (by := _taker(match, condition, path, earlier, deep=deep)) is not None:
            taken.append((match, by))
        elif takes and matches:
            _remember(match, path, earlier)
        elif takes:
            earlier.everything = match
    return taken


def _taker(
    match: _Match, condition: Mapping[str, object], path: _Path, earlier: _Earlier, *, deep: bool
) -> _Match | None:
    if earlier.everything is not None or not earlier.by_path:
        return earlier.everything
    alike = earlier.by_path.get(path) if condition else None
    if alike is not None and (same := alike.equal(match)) is not None:
        return same
    candidates = islice(_candidates(path, earlier), _MOST_COMPARED) if deep else ()
    return next((one for one in candidates if covers_match(one.value, condition)), None)


def _remember(match: _Match, path: _Path, earlier: _Earlier) -> None:
    form, text = path
    earlier.by_path.setdefault(path, _Alike()).matches.append(match)
    if form == "prefix":
        earlier.prefixes.add(len(text))


def _candidates(path: _Path, earlier: _Earlier) -> Iterator[_Match]:
    form, text = path
    yield from _with_path(earlier, ("", ""))
    yield from _with_path(earlier, path)
    if form in ("exact", "prefix"):
        longest = len(text) if form == "exact" else len(text) - 1
        for length in sorted(earlier.prefixes, reverse=True):
            if length <= longest:
                yield from _with_path(earlier, ("prefix", text[:length]))
    else:
        yield from _with_path(earlier, ("prefix", "/"))


def _with_path(earlier: _Earlier, path: _Path) -> Sequence[_Match]:
    alike = earlier.by_path.get(path)
    return alike.matches if alike is not None else ()


def _path(condition: Mapping[str, object]) -> _Path:
    """Form and text of the path condition; two empty words where there is none or an odd one."""
    uri = condition.get("uri")
    if isinstance(uri, dict) and len(uri) == 1:
        form, text = next(iter(uri.items()))
        if isinstance(form, str) and isinstance(text, str):
            return form, text
    return "", ""


def _key(match: _Match) -> str:
    return canonical({name: value for name, value in match.value.items() if name not in _LABELS})
