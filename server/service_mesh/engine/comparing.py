"""What is said about one of two states of a mesh and not about the other.

Most of it is said about both. That is counted and not located: locating composes every document anew that anything is
said about, which takes as long as half of the rules.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cache, partial
from typing import NamedTuple

from service_mesh.engine.allowing import allowed_codes
from service_mesh.engine.run import Engine, Heard, Said
from service_mesh.engine.world import World
from service_mesh.mesh.succession import SucceedingView, TracedView
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft, Finding, ResourceRef
from service_mesh.model.kinds import HELM_VALUES, SECRET
from service_mesh.source.collector import uncollected

__all__ = ["Compared", "compare"]

_Signature = tuple[str, ResourceRef | None, str]


@dataclass(frozen=True, slots=True)
class Compared:
    """The findings of two worlds held against each other.

    Attributes:
        introduced: Those of the second that the first does not have.
        fixed: Those of the first that the second does not have.
        unchanged: How many both have.
    """

    introduced: tuple[Finding, ...] = ()
    fixed: tuple[Finding, ...] = ()
    unchanged: int = 0


class _Subject(NamedTuple):
    """What is said about which object: with the field, that is what a finding is known by."""

    code: str
    message: str
    cluster: str
    kind: str
    namespace: str
    name: str


class _Mention(NamedTuple):
    """One draft with a subject: its field, and what becomes of it besides."""

    pointer: str
    api_version: str
    is_partial: bool
    is_tacit: bool


_Mentions = Mapping[_Subject, list[_Mention]]


def compare(engines: tuple[Engine, Engine], worlds: tuple[World, World]) -> Compared:
    """Judge two states of a mesh, and tell what is said about one of them alone.

    Args:
        engines: What judges each.
        worlds: The mesh before a change and after it; objects that stay are the same in both.
    """
    old, new = _heard(engines, worlds)
    mentions = _mentions(old.said)
    settled = frozenset(_settled(mentions, _mentions(new.said), allowed_codes(old.world) | allowed_codes(new.world)))
    before, after = (tuple(_left(engine, heard, settled)) for engine, heard in zip(engines, (old, new), strict=True))
    known, become = (Counter(map(_signature, findings)) for findings in (before, after))
    counted = sum(not (one.is_partial and one.is_tacit) for subject in settled for one in mentions[subject])
    return Compared(
        introduced=tuple(_beyond(after, known)),
        fixed=tuple(_beyond(before, become)),
        unchanged=counted + sum((known & become).values()),
    )


def _heard(engines: tuple[Engine, Engine], worlds: tuple[World, World]) -> tuple[Heard, Heard]:
    """What is said about each; an object that stays is judged by its schema once, and keeps what it was asked."""
    first, second = (cache(engine.catalogue.check) for engine in engines)
    if engines[0].catalogue.judges_like(engines[1].catalogue):
        second = first
    with uncollected():
        old = engines[0].hear(worlds[0], first, TracedView)
        seen = old.report.view
        new = engines[1].hear(worlds[1], second, partial(SucceedingView, seen) if seen is not None else MeshView)
    old.forget()
    new.forget()
    return old, new


def _mentions(said: Iterable[Said]) -> _Mentions:
    """What was said, by its subject."""
    found: dict[_Subject, list[_Mention]] = {}
    for rule, draft in said:
        if draft.node is not None and (subject := _subject(rule.code, draft)) is not None:
            mention = _Mention(draft.node.pointer, draft.node.resource.api_version, draft.partial, draft.tacit)
            found.setdefault(subject, []).append(mention)
    return found


def _subject(code: str, draft: Draft) -> _Subject | None:
    """The subject of a draft; None for those that are known by their place as well, or by other words."""
    if draft.node is None or draft.location is not None:
        return None
    resource = draft.node.resource
    if resource.kind in (HELM_VALUES, SECRET):  # the one has no name, the content of the other is not repeated
        return None
    return _Subject(code, draft.message, resource.cluster, resource.kind.name, resource.namespace, resource.name)


def _settled(before: _Mentions, after: _Mentions, allowed: AbstractSet[str]) -> Iterator[_Subject]:
    """The subjects of which as many findings come on both sides: one of each field, wherever that is written.

    Whether an allowance covers a finding, and whether two of one field are one, hangs on the place.
    """
    for subject, old in before.items():
        new = after.get(subject, ())
        is_counted = all(len({one.pointer for one in side}) == len(side) for side in (old, new))
        if is_counted and subject.code not in allowed and _tallied(old) == _tallied(new):
            yield subject


def _tallied(mentions: Iterable[_Mention]) -> Counter[tuple[str, bool, bool]]:
    return Counter(one[1:] for one in mentions)


def _left(engine: Engine, heard: Heard, settled: AbstractSet[_Subject]) -> Iterator[Finding]:
    """The findings of one side that the other may not have."""
    said = ((rule, draft) for rule, draft in heard.said if _subject(rule.code, draft) not in settled)
    return (one.finding for one in engine.located(heard.world, said) if one.is_listed)


def _beyond(findings: Iterable[Finding], known: Counter[_Signature]) -> Iterator[Finding]:
    """The findings that the other side does not have as often."""
    left = Counter(known)
    for one in findings:
        key = _signature(one)
        if left[key]:
            left[key] -= 1
        else:
            yield one


def _signature(finding: Finding) -> _Signature:
    """What is said about what, without the place: a change moves lines."""
    return finding.code, finding.resource, finding.message
