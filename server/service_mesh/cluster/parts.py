"""Reads what one tool wrote into one folder: objects without their secrets, each with the place it was written at."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from service_mesh.cluster.certificate_files import certificate_file, is_certificate_name, looks_like_pem
from service_mesh.cluster.exports import Export, kind_of_export
from service_mesh.cluster.layouts import Layout, Root, named_time, told_time
from service_mesh.cluster.lists import list_items
from service_mesh.cluster.manifest import told_by
from service_mesh.cluster.masking import Rest, held_texts, holds_more, masked
from service_mesh.cluster.object_lines import object_lines
from service_mesh.cluster.redaction import Redactor
from service_mesh.cluster.server_version import version_in, version_of_operator
from service_mesh.cluster.taken import newest_of, newest_told, renewed_of
from service_mesh.model.finding import Draft
from service_mesh.model.kinds import Kind
from service_mesh.model.origin import Layer, Location, Origin, SourceText
from service_mesh.model.resource import Resource
from service_mesh.model.unchecked import NotChecked
from service_mesh.source.json_text import read_json
from service_mesh.source.plain import Builder
from service_mesh.source.reader import Problem, Reader, Reading

__all__ = ["Part", "PartReader", "Text"]

_REASONS = {
    "SC101": "the document is cut off, or no YAML or JSON",
    "SC103": "the document is beyond the bounds of the reader",
    "SC106": "the document is no Kubernetes object",
}
_MOST_NOTES = 20
_LARGEST_SKEW_HOURS = 15


@dataclass(frozen=True, slots=True)
class Text:
    """The content of a member.

    Attributes:
        name: How the member is named in findings.
        text: Its characters.
        modified: When it was written.
        line: Lines of the member before this text, where it is a stretch of it.
    """

    name: str
    text: str
    modified: datetime | None
    line: int = 0


@dataclass(slots=True)
class Part:
    """What one tool, or one folder of kubectl's output, tells of one cluster.

    Attributes:
        root: The folder and the tool.
        resources: Objects without secrets.
        exports: Answers of command lines.
        name: The cluster, where the layout tells it.
        taken_at: When it was taken, where the layout tells it.
        told_at: The newest thing that the objects tell of, or when the newest member was written.
        listed: Kinds of which every object was read, where the layout tells it; else those that were met.
        server_version: Version of Kubernetes, where the layout tells it.
    """

    root: Root
    resources: list[Resource] = field(default_factory=list)
    exports: list[Export] = field(default_factory=list)
    name: str = ""
    taken_at: datetime | None = None
    told_at: datetime | None = None
    listed: frozenset[Kind] = frozenset()
    server_version: str = ""


@dataclass(slots=True)
class PartReader:
    """Reads the parts of one snapshot.

    Attributes:
        texts: Members by their path.
        unread: What could not be read.
    """

    texts: Mapping[str, Text]
    unread: list[NotChecked] = field(default_factory=list)
    _reader: Reader = field(default_factory=lambda: Reader(Layer.SNAPSHOT))
    _builder: Builder = field(default_factory=Builder)
    _redactor: Redactor = field(default_factory=Redactor)
    _noted: int = 0

    def read(self, root: Root) -> Part:
        """Read the members of a folder that may hold objects."""
        part = Part(root, taken_at=told_time(root, {path: self.texts[path].text for path in (root.clock,) if path}))
        told: list[str] = []
        leases: list[Mapping[str, object]] = []
        for path in root.objects:
            text = self.texts[path]
            if is_certificate_name(path) or (not path and looks_like_pem(text.text)):
                part.resources += self._certificates(text)
            elif not _is_table(root, path, text.text):
                raw = self._member(text, part)
                told += [newest_told(data) for data in raw]
                leases += [data for data in raw if data.get("kind") == "Lease"]
        part.listed = frozenset(resource.kind for resource in part.resources)
        part.server_version = part.server_version or self._version(root, part.resources)
        if root.layout is Layout.OWN:
            self._take_manifest(root, part)
        else:
            part.name = self._context(root) or _name_in(part.resources, root.layout)
        if root.layout is Layout.SYSDUMP:
            part.taken_at = _sysdump_time(root, renewed_of(leases))
        part.told_at = newest_of(told) or (None if root.layout is Layout.OWN else self._last_written(root))
        if part.exports and root.layout is Layout.KUBECTL:
            root.layout = Layout.LINKERD
        return part

    def _last_written(self, root: Root) -> datetime | None:
        """When the newest member was written; a file of certificates may be years older than the question."""
        texts = [self.texts[path] for path in root.objects if not is_certificate_name(path)]
        return max((text.modified for text in texts if text.modified and not looks_like_pem(text.text)), default=None)

    def _certificates(self, text: Text) -> list[Resource]:
        return [certificate_file(text.name, text.text, self._redactor)] if looks_like_pem(text.text) else []

    def _version(self, root: Root, resources: list[Resource]) -> str:
        if root.version:
            return version_in(self.texts[root.version].text)
        return version_of_operator(resources) if root.layout is Layout.MUST_GATHER else ""

    def _take_manifest(self, root: Root, part: Part) -> None:
        text = self.texts[root.context]
        told = told_by(text.text.strip(), text.name)
        part.name, part.taken_at, part.server_version = told.name, told.taken_at, told.server_version
        part.listed = told.listed
        part.exports += told.exports
        self.unread += told.unread

    def _context(self, root: Root) -> str:
        """The name of the context, the first line of what a bug-report says of its cluster."""
        lines = self.texts[root.context].text.split("\n", 1) if root.context else []
        return "".join(character for character in lines[0] if character.isprintable()).strip()[:200] if lines else ""

    def _member(self, text: Text, part: Part) -> list[Mapping[str, object]]:
        """Read one member; what its objects were before secrets were taken out is returned for their times alone."""
        source = SourceText(text.name, text.text, line_offset=text.line)
        reading = self._lines(source) if part.root.layout is Layout.OWN else self._reading(source)
        raw = reading.resources
        self._note(text, reading)
        if not raw:
            part.exports += _exports(text)
            if part.root.layout in (Layout.KUBECTL, Layout.LINKERD):
                part.server_version = part.server_version or version_in(text.text if "erver" in text.text else "")
            return []
        clean, texts = [], _Documents(text.text, has_problems=bool(reading.problems))
        for resource in raw:
            self._redactor.forget()
            clean.append(self._redactor.redacted(resource.data))
            texts.add(resource.origin, clean[-1], self._redactor)
        clean_text = masked(text.text, texts.kept())
        if clean_text != text.text:  # else the text that is there already is kept, and not twice
            source = replace(source, text=clean_text)
        for resource, data in zip(raw, clean, strict=True):
            origin = replace(resource.origin, source=source) if resource.origin is not None else None
            part.resources.append(Resource(data, origin, layer=Layer.SNAPSHOT))
        return [resource.data for resource in raw]

    def _reading(self, source: SourceText) -> Reading:
        items = list_items(source.text, self._builder)
        if items is not None:
            origins = (Origin(source, item.start, item.end, item.line, 1, inner=(0,)) for item in items)
            objects = zip(items, origins, strict=True)
            return Reading([Resource(item.data, origin, layer=Layer.SNAPSHOT) for item, origin in objects])
        reading = self._reader.reading = Reading()
        self._reader.read(source)
        return reading

    def _lines(self, source: SourceText) -> Reading:
        """Read a member of a snapshot of our own; its documents are counted over the whole of its file."""
        lines = object_lines(source.text)
        reading = Reading()
        is_yaml = not source.name.endswith(".json")
        for line in lines.objects:
            row = source.line_offset + line.line
            origin = Origin(source, line.start, line.end, line.line, (row // 2 if is_yaml else row) + 1)
            reading.resources.append(Resource(line.data, origin, layer=Layer.SNAPSHOT))
        for number in lines.damaged:
            where = Location(source.name, 1, source.line_offset + number + 1, 1)
            reading.problems.append(Problem("SC101", Draft("", location=where)))
        return reading

    def _note(self, text: Text, reading: Reading) -> None:
        """Say what could not be read, in our words: what the reader says may quote the text."""
        for problem in reading.problems:
            reason = _REASONS.get(problem.code)
            if reason is not None and self._noted < _MOST_NOTES:
                self._noted += 1
                where = problem.draft.location
                line = f" line {where.line}" if where is not None else ""
                self.unread.append(NotChecked(f"{text.name}{line}", reason, "take the snapshot of it again"))
        if reading.templates:
            self.unread.append(NotChecked(text.name, "an object is a template", "apply it, then take the snapshot"))


@dataclass(slots=True)
class _Documents:
    """The documents of a text and what its objects still hold of them.

    `managedFields` stay in a text: they hold names of fields and no values, and every object of a must-gather has them.

    Attributes:
        text: The text.
        has_problems: Values may have been lost while it was read, such as the first of a field that is written twice.
    """

    text: str
    has_problems: bool
    _objects: dict[tuple[int, int], list[Mapping[str, object]]] = field(default_factory=dict)
    _removed: dict[tuple[int, int], set[str]] = field(default_factory=dict)
    _lost: set[tuple[int, int]] = field(default_factory=set)
    _lists: set[tuple[int, int]] = field(default_factory=set)

    def add(self, origin: Origin | None, clean: Mapping[str, object], redactor: Redactor) -> None:
        """Note an object and what was taken out of it."""
        if origin is None:
            return
        span = (origin.start, origin.end)
        self._objects.setdefault(span, []).append(clean)
        if redactor.removed:
            self._removed.setdefault(span, set()).update(redactor.removed)
        if redactor.has_removed_others:
            self._lost.add(span)
        if origin.inner[:1] == ("items",):
            self._lists.add(span)

    def kept(self) -> dict[tuple[int, int], Collection[str] | Rest]:
        """The values of each document that may stay in the text."""
        return {span: self._kept(span, objects) for span, objects in self._objects.items()}

    def _kept(self, span: tuple[int, int], objects: list[Mapping[str, object]]) -> Collection[str] | Rest:
        if span in self._lost:
            return Rest.GOES
        removed = self._removed.get(span)
        if removed or self.has_problems or holds_more(self.text[slice(*span)], is_list=span in self._lists):
            return held_texts(objects) - (removed or set())
        return Rest.STAYS


def _exports(text: Text) -> Iterator[Export]:
    for value in (read_json(text.text) or ()) if text.name.lower().endswith(".json") else ():
        kind = kind_of_export(value)
        if kind is not None:
            yield Export(kind, Redactor().value(value), text.name)


def _is_table(root: Root, path: str, text: str) -> bool:
    """A bug-report lists Secrets as a table unless it was asked for their content."""
    return (
        root.layout is Layout.BUG_REPORT
        and path.endswith("cluster/secrets")
        and not text.startswith(("apiVersion", "{"))
    )


def _name_in(resources: list[Resource], layout: Layout) -> str:
    """The cluster's name in the object that the layout's project keeps it in.

    Cilium: ConfigMap `cilium-config`, `cluster-name`, where `default` is what nobody named. OpenShift: Infrastructure.
    """
    for resource in resources:
        name: object = None
        if layout is Layout.SYSDUMP and resource.kind.name == "ConfigMap" and resource.name == "cilium-config":
            node = resource.get("data.cluster-name")
            name = node.value if node is not None and node.value != "default" else None
        elif layout is Layout.MUST_GATHER and resource.kind == ("config.openshift.io", "Infrastructure"):
            node = resource.get("status.infrastructureName")
            name = node.value if node is not None else None
        if isinstance(name, str) and name:
            return name[:200]
    return ""


def _sysdump_time(root: Root, renewed: datetime | None) -> datetime | None:
    """The names carry local time without its zone, so what Leases tell in UTC goes first where it fits the names."""
    named = named_time(root)
    if named is None or renewed is None:
        return named
    return renewed if abs((named - renewed).total_seconds()) <= _LARGEST_SKEW_HOURS * 3600 else named
