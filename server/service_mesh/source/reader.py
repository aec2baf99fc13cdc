"""Text into objects: each document is read on its own, and what cannot be read is said with its place."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from service_mesh.model.finding import Draft
from service_mesh.model.origin import Layer, Origin, SourceText
from service_mesh.model.path import Path
from service_mesh.model.resource import Resource
from service_mesh.source.chart_marks import CILIUM, holds_cilium_values, holds_linkerd_values
from service_mesh.source.collector import uncollected
from service_mesh.source.compose import ComposeError, Mark, compose_documents
from service_mesh.source.documents import chunks, source_name
from service_mesh.source.json_text import json_values, looks_like_json
from service_mesh.source.locate import composable, locate, place
from service_mesh.source.plain import Builder
from service_mesh.source.templates import MARKER, holds_template, is_template, may_be_filled_in

__all__ = ["Problem", "Reader", "Reading"]

_MAX_LIST_DEPTH = 5
_DIRECTIVE = "$patch"


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
        values: Those of them that are values of a mesh's charts: they tell how the mesh was installed.
        empty: Documents without content.
        patches: Documents that say themselves that they are patches for other objects.
    """

    resources: list[Resource] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    templates: dict[str, int] = field(default_factory=dict)
    unreadable: int = 0
    skipped: int = 0
    empty: int = 0
    values: list[Resource] = field(default_factory=list)
    patches: int = 0


class Reader:
    """Reads many texts into one `Reading`; equal scalars are shared between them.

    Args:
        layer: Which input the texts belong to.
        is_excerpt: The texts are pieces of a guide, where words that stand for a manifest are no fault.
    """

    def __init__(self, layer: Layer = Layer.PATHS, *, is_excerpt: bool = False) -> None:
        self.reading = Reading()
        self._layer = layer
        self._is_excerpt = is_excerpt
        self._builder = Builder()

    def read(self, source: SourceText) -> None:
        """Read every document of a text."""
        with uncollected():
            self._read_text(source)

    def _read_text(self, source: SourceText) -> None:
        file, more = "", 0
        for chunk in chunks(source.text):
            if chunk.empty:
                self.reading.empty += 1
                continue
            text = source.text[chunk.start : chunk.end]
            file = source_name(text) or file
            origin = Origin(source, chunk.start, chunk.end, chunk.line, chunk.number + more, file=file)
            if looks_like_json(text):
                more += self._read_json(origin, text)
            else:
                self._read_yaml(origin, text)

    def _read_json(self, origin: Origin, text: str) -> int:
        """Read JSON values in a row, and as YAML what cannot be read as JSON; how many documents more than one."""
        values, end = json_values(text)
        for value in values:
            part = _part(origin, value.start, value.end)
            if value.is_clean:
                self._take(value.value, part, part.text)
            else:
                self._read_yaml(part, part.text)
            origin = replace(origin, document=origin.document + 1)
        if end == len(text):
            return len(values) - 1
        rest = _part(origin, end, len(text))
        self._read_yaml(rest, rest.text)
        return len(values)

    def _read_yaml(self, origin: Origin, text: str) -> None:
        try:
            values = self._values(origin, composable(text))
        except ComposeError as error:
            if not error.is_limit and is_template(text):
                self._template(origin)
            else:
                self._refuse(origin, error, text)
            return
        for value in values:
            self._take(value, origin, text)

    def _values(self, origin: Origin, text: str) -> list[object]:
        values = []
        for node in compose_documents(text):
            values.append(self._builder.build(node, text))
            self._note_defects(origin, text)
        return values

    def _note_defects(self, origin: Origin, text: str) -> None:
        if not self._builder.defects:
            return
        if any(defect.code == "SC104" for defect in self._builder.defects) and is_template(text):
            raise ComposeError("an unquoted template is no YAML value")
        for defect in self._builder.defects:
            draft = Draft(defect.message, location=place(origin, defect.mark))
            self.reading.problems.append(Problem(defect.code, draft))

    def _take(self, value: object, origin: Origin, text: str) -> None:
        if value is None:
            self.reading.empty += 1
        elif not isinstance(value, dict):
            self._take_no_map(value, origin, text)
        else:
            may_be_template = MARKER.search(text) is not None
            for item, inner in self._unpacked(value, origin, ()):
                self._keep(item, _inside(origin, inner), may_be_template=may_be_template)

    def _take_no_map(self, value: object, origin: Origin, text: str) -> None:
        """Refuse what the API server cannot even ask for its kind; lists without objects belong to other programs."""
        is_list = isinstance(value, list)
        is_other = not any(map(_has_type, value)) if isinstance(value, list) else may_be_filled_in(text)
        if self._is_excerpt or is_other:
            self.reading.skipped += 1
        else:
            self._refuse_untyped(
                f"the document is {'a list' if is_list else 'a single value'} and no object", origin, ()
            )

    def _refuse_untyped(self, message: str, origin: Origin, path: Path) -> None:
        self.reading.unreadable += 1
        self.reading.problems.append(Problem("SC106", Draft(message, location=locate(origin, path))))

    def _keep(self, data: Mapping[str, object], origin: Origin, *, may_be_template: bool) -> None:
        missing = next((name for name in ("apiVersion", "kind") if not _is_name(data.get(name))), None)
        if missing is None:
            if may_be_template and holds_template(data):
                self._template(origin)
            elif _is_patch(data):
                self.reading.patches += 1
            else:
                self.reading.resources.append(Resource(data, origin, layer=self._layer))
        elif origin.inner or _is_meant_as_object(data):
            self._refuse_untyped(f"the object has no '{missing}'", origin, (missing,))
        else:
            self.reading.skipped += 1
            if isinstance(data.get("meshConfig"), dict):
                self.reading.values.append(Resource(data, origin, layer=self._layer))
            elif holds_cilium_values(data):
                self._keep_values(data, origin, CILIUM)
            elif holds_linkerd_values(data):
                self._keep_values(data, origin, "linkerd")

    def _keep_values(self, data: Mapping[str, object], origin: Origin, chart: str) -> None:
        name = _chart_name(chart, origin)
        self.reading.values.append(Resource(data, origin, layer=self._layer, chart=name))

    def _unpacked(
        self, value: Mapping[str, object], origin: Origin, inner: Path
    ) -> Iterator[tuple[Mapping[str, object], Path]]:
        """The objects inside Lists, at any depth, with the steps to them."""
        kind, items = value.get("kind"), value.get("items", "")
        if not (isinstance(kind, str) and kind.endswith("List") and isinstance(items, list | None)):
            yield value, inner
            return
        for index, item in enumerate(items or ()):
            steps = (*inner, "items", index)
            if not isinstance(item, dict):
                self.reading.skipped += 1
            elif len(steps) > 2 * _MAX_LIST_DEPTH:
                message = f"lists are nested deeper than {_MAX_LIST_DEPTH} levels"
                where = locate(_inside(origin, steps), ())
                self.reading.problems.append(Problem("SC103", Draft(message, location=where)))
                self.reading.unreadable += 1
            else:
                yield from self._unpacked(_with_type(item, value, kind), origin, steps)

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


def _chart_name(chart: str, origin: Origin) -> str:
    """What tells values of a chart apart: several files of it count together, unlike revisions of Istio."""
    return f"{chart} {origin.source.name} {origin.source.line_offset} {origin.start}"


def _is_patch(data: Mapping[str, object]) -> bool:
    """Whether an object or its `spec` has the directive of a strategic merge patch, which no whole object has.

    (`kubernetes-sigs/kustomize: kyaml/yaml/merge2/smpdirective.go`)
    """
    return any(isinstance(part, dict) and isinstance(part.get(_DIRECTIVE), str) for part in (data, data.get("spec")))


def _is_meant_as_object(value: Mapping[str, object]) -> bool:
    """An object that lost its kind or apiVersion, as against YAML of another sort that has one of those words."""
    return ("apiVersion" in value or "kind" in value) and "metadata" in value and isinstance(value["metadata"], dict)


def _has_type(item: object) -> bool:
    return isinstance(item, dict) and _is_name(item.get("apiVersion")) and _is_name(item.get("kind"))


def _is_name(value: object) -> bool:
    return isinstance(value, str) and value != ""


def _inside(origin: Origin, inner: Path) -> Origin:
    return replace(origin, inner=inner) if inner else origin


def _part(origin: Origin, start: int, end: int) -> Origin:
    """The document that a stretch of another one is, offsets counted from that one's start."""
    top = origin.start
    line = origin.line + origin.source.text.count("\n", top, top + start)
    return replace(origin, start=top + start, end=top + end, line=line)


def _with_type(item: Mapping[str, object], parent: Mapping[str, object], list_kind: str) -> Mapping[str, object]:
    """Items of a typed list from the API carry no type of their own; it follows from the list's."""
    if "kind" in item or list_kind == "List":
        return item
    return {"apiVersion": parent.get("apiVersion"), "kind": list_kind.removesuffix("List"), **item}


def _character_at(text: str, mark: Mark) -> str:
    lines = text.split("\n", mark.line + 1)
    return lines[mark.line][mark.column : mark.column + 1] if mark.line < len(lines) else ""
