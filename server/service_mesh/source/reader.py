"""Text into objects: each document is read on its own, and what cannot be read is said with its place."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from service_mesh.model.finding import Draft
from service_mesh.model.origin import Layer, Origin, SourceText
from service_mesh.model.path import Path
from service_mesh.model.resource import Resource
from service_mesh.source.compose import ComposeError, Mark, compose_documents
from service_mesh.source.documents import chunks, source_name
from service_mesh.source.json_text import looks_like_json, read_json
from service_mesh.source.locate import locate, place
from service_mesh.source.plain import Builder
from service_mesh.source.templates import holds_template

__all__ = ["Problem", "Reader", "Reading"]

_MAX_LIST_DEPTH = 5


@dataclass(frozen=True, slots=True)
class Problem:
    """Something the reader refuses: the rule's code, what is wrong and where, and the object if there is one."""

    code: str
    draft: Draft


@dataclass(slots=True)
class Reading:
    """What the texts of one input hold.

    Attributes:
        resources: Kubernetes objects in the order of the input, Lists unpacked.
        problems: What was refused.
        templates: Names of the texts that hold unrendered templates, with the number of such documents.
        unreadable: Documents that could not be read at all.
        skipped: Documents that are YAML but no Kubernetes objects.
        empty: Documents without content.
    """

    resources: list[Resource] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    templates: dict[str, int] = field(default_factory=dict)
    unreadable: int = 0
    skipped: int = 0
    empty: int = 0


class Reader:
    """Reads many texts into one `Reading`; equal scalars are shared between them.

    Args:
        layer: Which input the texts belong to.
    """

    def __init__(self, layer: Layer = Layer.PATHS) -> None:
        self.reading = Reading()
        self._layer = layer
        self._builder = Builder()

    def read(self, source: SourceText) -> None:
        """Read every document of a text."""
        file = ""
        for chunk in chunks(source.text):
            if chunk.empty:
                self.reading.empty += 1
                continue
            text = source.text[chunk.start : chunk.end]
            file = source_name(text) or file
            origin = Origin(source, chunk.start, chunk.end, chunk.line, chunk.number, file=file)
            self._read_document(origin, text)

    def _read_document(self, origin: Origin, text: str) -> None:
        try:
            values = self._values(origin, text)
        except ComposeError as error:
            if not error.is_limit and holds_template(text, None):
                self._template(origin)
            else:
                self._refuse(origin, error, text)
            return
        for value in values:
            self._take(value, origin, text)

    def _values(self, origin: Origin, text: str) -> list[object]:
        if looks_like_json(text) and (values := read_json(text)) is not None:
            return values
        has_aliases = "&" in text
        values = []
        for node in compose_documents(text):
            values.append(self._builder.build(node, aliases=has_aliases))
            self._note_defects(origin, text)
        return values

    def _note_defects(self, origin: Origin, text: str) -> None:
        if not self._builder.defects:
            return
        if any(d.code == "SC104" for d in self._builder.defects) and holds_template(text, None):
            raise ComposeError("template")
        for defect in self._builder.defects:
            draft = Draft(defect.message, location=place(origin, defect.mark))
            self.reading.problems.append(Problem(defect.code, draft))

    def _take(self, value: object, origin: Origin, text: str) -> None:
        if value is None:
            self.reading.empty += 1
        elif isinstance(value, dict) and isinstance(value.get("kind"), str) and "apiVersion" in value:
            if holds_template(text, value["kind"]):
                self._template(origin)
            else:
                self.reading.resources.extend(self._unpacked(value, origin, ()))
        elif isinstance(value, dict) and _is_meant_as_object(value):
            self._incomplete(value, origin)
        else:
            self.reading.skipped += 1

    def _unpacked(self, value: Mapping[str, object], origin: Origin, inner: Path) -> Iterator[Resource]:
        kind, items = value.get("kind"), value.get("items")
        if not (isinstance(kind, str) and kind.endswith("List") and isinstance(items, list)):
            yield Resource(value, _inside(origin, inner) if inner else origin, layer=self._layer)
            return
        for index, item in enumerate(items):
            if isinstance(item, dict) and len(inner) < 2 * _MAX_LIST_DEPTH:
                yield from self._unpacked(_with_type(item, value, kind), origin, (*inner, "items", index))

    def _incomplete(self, value: Mapping[str, object], origin: Origin) -> None:
        missing = "kind" if "apiVersion" in value else "apiVersion"
        self.reading.unreadable += 1
        draft = Draft(f"the object has no '{missing}'", location=locate(origin, ()))
        self.reading.problems.append(Problem("SC106", draft))

    def _template(self, origin: Origin) -> None:
        name = origin.file or origin.source.name
        self.reading.templates[name] = self.reading.templates.get(name, 0) + 1

    def _refuse(self, origin: Origin, error: ComposeError, text: str) -> None:
        self.reading.unreadable += 1
        mark = error.mark or Mark(0, 0)
        message = error.message
        if _character_at(text, mark) == "\t":
            message = "a tab is used where YAML wants blanks"
        code = "SC103" if error.is_limit else "SC101"
        self.reading.problems.append(Problem(code, Draft(message, location=place(origin, mark))))


def _is_meant_as_object(value: Mapping[str, object]) -> bool:
    """An object that lost its kind or apiVersion, as against YAML of another sort that has one of those words."""
    return ("apiVersion" in value or "kind" in value) and "metadata" in value and isinstance(value["metadata"], dict)


def _inside(origin: Origin, inner: Path) -> Origin:
    return Origin(origin.source, origin.start, origin.end, origin.line, origin.document, inner, origin.file)


def _with_type(item: Mapping[str, object], parent: Mapping[str, object], list_kind: str) -> Mapping[str, object]:
    """Items of a typed list from the API carry no type of their own; it follows from the list's."""
    if "kind" in item or list_kind == "List":
        return item
    return {"apiVersion": parent.get("apiVersion"), "kind": list_kind.removesuffix("List"), **item}


def _character_at(text: str, mark: Mark) -> str:
    lines = text.split("\n", mark.line + 1)
    return lines[mark.line][mark.column : mark.column + 1] if mark.line < len(lines) else ""
