"""Turns drafts into findings: place, identity, grade and the rule's metadata."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from service_mesh.engine.secrecy import without_content
from service_mesh.model.finding import Draft, Finding, Note, RelatedView, ResourceRef
from service_mesh.model.grade import Severity
from service_mesh.model.kinds import HELM_VALUES
from service_mesh.model.origin import Location
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import Rule
from service_mesh.source.locate import locate

__all__ = ["Graded", "grade", "in_order", "reference", "related_view"]

_NOWHERE = Location("", 0, 0, 0)
_PARTIAL = " in the given files"


@dataclass(frozen=True, slots=True)
class Graded:
    """A finding together with the draft it came from: fixes need the nodes again."""

    finding: Finding
    draft: Draft

    @property
    def is_listed(self) -> bool:
        """Whether it is shown by itself, and not only counted among what could not be checked."""
        return not (self.draft.partial and self.draft.tacit)


def grade(rule: Rule, draft: Draft) -> Graded:
    """Locate a draft and add what the rule says of itself.

    A draft that rests on an absence which the input cannot prove becomes info and says so.
    """
    node = draft.node
    resource = node.resource if node is not None else None
    location = draft.location or _locate(draft)
    severity = Severity.INFO if draft.partial else draft.severity or rule.severity
    said = without_content(draft.message, resource)
    message = said + _PARTIAL if draft.partial else said
    ref = reference(resource) if resource is not None else None
    pointer = node.pointer if node is not None else ""
    return Graded(
        Finding(
            id=_identity(rule.code, ref, pointer, location.file, said),
            code=rule.code,
            name=rule.name,
            category=rule.category,
            severity=severity,
            confidence=rule.confidence,
            message=message,
            resource=ref,
            pointer=pointer,
            file=location.file,
            document=location.document,
            line=location.line,
            column=location.column,
            snippet=location.snippet,
            related=tuple(related_view(note) for note in draft.related),
            fix=None,
            doc=rule.doc,
            sources=rule.sources,
            upstream=rule.upstream,
        ),
        draft,
    )


def reference(resource: Resource) -> ResourceRef | None:
    """Name an object in an answer; chart values are none."""
    kind = resource.kind
    if kind == HELM_VALUES:
        return None
    return ResourceRef(resource.api_version, kind.name, resource.namespace, resource.name, resource.cluster)


def in_order(findings: Iterable[Graded]) -> list[Graded]:
    """Order by file, line, column and code; equal findings once."""
    unique: dict[tuple[str, str, int, int], Graded] = {}
    for graded in findings:
        finding = graded.finding
        unique.setdefault((finding.id, finding.file, finding.line, finding.column), graded)
    return sorted(unique.values(), key=_order)


def _order(graded: Graded) -> tuple[str, int, int, str, str]:
    finding = graded.finding
    return finding.file, finding.line, finding.column, finding.code, finding.id


def _locate(draft: Draft) -> Location:
    node = draft.node
    if node is None or node.resource.origin is None:
        return _NOWHERE
    return locate(node.resource.origin, node.path, draft.anchor)


def related_view(note: Note) -> RelatedView:
    """A node with its place, and what part it has."""
    resource = note.node.resource
    place = _NOWHERE if resource.origin is None else locate(resource.origin, note.node.path)
    return RelatedView(reference(resource), note.node.pointer, place.file, place.line, note.text)


def _identity(code: str, ref: ResourceRef | None, pointer: str, file: str, message: str) -> str:
    """The same in every run: built from what is said about what, not from where it stands in a file."""
    about = (ref.cluster, ref.kind, ref.namespace, ref.name, pointer) if ref is not None else (file,)
    digest = hashlib.sha256("\0".join((code, *about, message)).encode("utf-8", "replace"))
    return f"{code}-{digest.hexdigest()[:10]}"
