"""Takes away what authors allowed and reports allowances that are wrong or idle."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from service_mesh.engine.grading import Graded, grade
from service_mesh.engine.suppression import ANNOTATION, Suppression, from_annotations, from_text
from service_mesh.engine.world import World
from service_mesh.errors import UsageError
from service_mesh.model.finding import Draft
from service_mesh.model.node import Node
from service_mesh.model.origin import SourceText
from service_mesh.model.resource import Resource
from service_mesh.rules.registry import Registry

__all__ = ["allow", "allowed_codes"]

_UNUSED, _FAULTY = "SC901", "SC902"


@dataclass(slots=True)
class _Watched:
    """An allowance and the codes of it that something needed."""

    suppression: Suppression
    source: SourceText | None
    used: set[str] = field(default_factory=set)


def allow(world: World, findings: Iterable[Graded], registry: Registry, codes: frozenset[str]) -> list[Graded]:
    """Drop allowed findings; add findings for allowances without a reason, with unknown codes, or without use.

    An allowance whose code was not asked for in this run is not called unused.
    """
    watched = list(_collect(world))
    if not watched:
        return list(findings)
    index = _indexed(entry for entry in watched if entry.suppression.reason)
    kept = [graded for graded in findings if not _is_allowed(graded, index)]
    for entry in watched:
        kept += [
            grade(registry.get(code), _about(entry, message))
            for code, message in _faults(entry, registry, codes)
            if code in codes
        ]
    return kept


def allowed_codes(world: World) -> frozenset[str]:
    """The codes that the allowances in a world name, as they are written."""
    return frozenset(code for entry in _collect(world) for code in entry.suppression.codes)


def _collect(world: World) -> Iterator[_Watched]:
    for source in world.sources:
        for suppression in from_text(source):
            yield _Watched(suppression, source)
    for suppression in from_annotations(world.reading.resources):
        yield _Watched(suppression, None)


_Key = tuple[str, object, int]


def _indexed(watched: Iterable[_Watched]) -> dict[_Key, list[_Watched]]:
    """By code and by what is covered: an object, or a line of a text (known by identity and by name)."""
    index: dict[_Key, list[_Watched]] = {}
    for entry in watched:
        suppression = entry.suppression
        places: list[tuple[object, int]] = [(id(suppression.resource), 0)] if suppression.resource is not None else []
        for line in suppression.lines:
            places += [(id(entry.source), line), (_name(entry.source), line)]
        for code in suppression.codes:
            for place, line in places:
                index.setdefault((code, place, line), []).append(entry)
    return index


def _is_allowed(graded: Graded, index: dict[_Key, list[_Watched]]) -> bool:
    code, line, node = graded.finding.code, graded.finding.line, graded.draft.node
    if node is None:
        keys: list[_Key] = [(code, graded.finding.file, line)]
    else:
        origin = node.resource.origin
        keys = [(code, id(node.resource), 0), (code, id(origin.source) if origin is not None else "", line)]
    hits = [entry for key in keys for entry in index.get(key, ())]
    for entry in hits:
        entry.used.add(code)
    return bool(hits)


def _faults(entry: _Watched, registry: Registry, codes: frozenset[str]) -> Iterator[tuple[str, str]]:
    suppression = entry.suppression
    if not suppression.codes:
        yield _FAULTY, "the allowance names no rule"
        return
    if not suppression.reason:
        yield _FAULTY, f"the allowance of {', '.join(suppression.codes)} gives no reason and has no effect"
        return
    for code in suppression.codes:
        try:
            registry.get(code)
        except UsageError as error:
            yield _FAULTY, f"the allowance names an {error}"
            continue
        if code in codes and code not in entry.used:
            yield _UNUSED, f"nothing here needs the allowance of {code}"


def _about(entry: _Watched, message: str) -> Draft:
    resource = entry.suppression.resource
    if resource is not None:
        return Draft(message, _annotation(resource))
    return Draft(message, location=entry.suppression.location)


def _annotation(resource: Resource) -> Node:
    annotations = resource.get("metadata.annotations")
    return (annotations.key(ANNOTATION) if annotations is not None else None) or resource.root


def _name(source: SourceText | None) -> str:
    return source.name if source is not None else ""
