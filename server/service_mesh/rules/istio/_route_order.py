"""Which matches of a VirtualService can never be reached, because an earlier one takes all their requests.

istiod keeps the order of rules and of the matches in a rule, and the proxy takes the first that fits.
(`istio/istio: pilot/pkg/networking/core/route/route.go`)
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice

from service_mesh.model.canonical import canonical
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.istio._match_cover import covers_match
from service_mesh.rules.istio._routes import SECTIONS, is_delegate, is_filled

__all__ = ["Taken", "TakenRule", "taken_rules"]

_LABELS = ("name", "statPrefix")

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


@dataclass(slots=True)
class _Earlier:
    """What came before: an earlier rule for everything, and earlier matches by the shape of their path."""

    everything: Node | None = None
    same: dict[str, Node] = field(default_factory=dict)
    by_path: dict[tuple[str, str], list[Node]] = field(default_factory=dict)


def taken_rules(route: Resource) -> tuple[TakenRule, ...]:
    """Rules of a VirtualService with unreachable matches, in order.

    Routes of a delegate are cut by each root that takes them, so that there only equal matches count.
    """
    return route.once(_all_taken)


def _all_taken(route: Resource) -> tuple[TakenRule, ...]:
    return tuple(_taken(route))


def _taken(route: Resource) -> Iterator[TakenRule]:
    for section in SECTIONS:
        earlier = _Earlier()
        deep = section == "http" and not is_delegate(route)
        for rule in route.each(f"spec.{section}[]"):
            if isinstance(rule.value, dict):
                yield from _look(rule, earlier, deep)


def _look(rule: Node, earlier: _Earlier, deep: bool) -> Iterator[TakenRule]:
    matches = [match for match in rule.each("match[]") if isinstance(match.value, dict)]
    if not matches and is_filled(rule.get("match")):
        return
    # A rule with a delegate takes only what the delegate's own matches leave of it.
    takes = rule.get("delegate") is None
    taken = []
    for match in matches or [rule]:
        condition = match.value if matches else {}
        if (by := _taker(match, condition, earlier, deep)) is not None:
            taken.append(Taken(match, by))
        elif takes and matches:
            _remember(match, earlier)
        elif takes:
            earlier.everything = rule
    if taken:
        yield TakenRule(rule, tuple(taken), len(taken) == len(matches or [rule]))


def _taker(match: Node, condition: object, earlier: _Earlier, deep: bool) -> Node | None:
    if earlier.everything is not None:
        return earlier.everything
    if condition and (same := earlier.same.get(_key(match))) is not None:
        return same
    candidates = islice(_candidates(match, earlier), _MOST_COMPARED) if deep else ()
    return next((c for c in candidates if covers_match(c.value, condition)), None)


def _remember(match: Node, earlier: _Earlier) -> None:
    earlier.same.setdefault(_key(match), match)
    earlier.by_path.setdefault(_path(match), []).append(match)


def _candidates(match: Node, earlier: _Earlier) -> Iterator[Node]:
    form, text = _path(match)
    yield from earlier.by_path.get(("", ""), ())
    yield from earlier.by_path.get((form, text), ())
    if form in ("exact", "prefix"):
        shorter = text if form == "exact" else text[:-1]
        for end in range(len(shorter), -1, -1):
            yield from earlier.by_path.get(("prefix", shorter[:end]), ())
    else:
        yield from earlier.by_path.get(("prefix", "/"), ())


def _path(match: Node) -> tuple[str, str]:
    """Form and text of the path condition; two empty words where there is none or an odd one."""
    uri = match.get("uri")
    value = uri.value if uri is not None else None
    if isinstance(value, dict) and len(value) == 1:
        form, text = next(iter(value.items()))
        if isinstance(form, str) and isinstance(text, str):
            return form, text
    return "", ""


def _key(match: Node) -> str:
    value = match.value
    kept = {k: v for k, v in value.items() if k not in _LABELS} if isinstance(value, Mapping) else value
    return canonical(kept)
