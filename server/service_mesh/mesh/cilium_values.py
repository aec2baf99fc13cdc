"""The values for Cilium's chart that objects and values files hold, with the place of each."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from service_mesh.mesh.cilium_chart import ChartSettings, Path
from service_mesh.mesh.cilium_chart_keys import FIRST, NEWEST, chart_keys
from service_mesh.mesh.view import MeshView
from service_mesh.model.chart_set import assignments, merged
from service_mesh.model.kinds import ARGO_APPLICATION, HELM_RELEASE, HELM_VALUES
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.source.chart_marks import CILIUM, has_cilium_marks
from service_mesh.source.embedded import embedded_map

__all__ = ["VALUES_KINDS", "ChartValues", "chart_values"]

VALUES_KINDS = (ARGO_APPLICATION, HELM_RELEASE, HELM_VALUES)
"""The kinds that values for Cilium's chart are read from."""

_REPOSITORY = re.compile(r"(?:https?://)?helm\.cilium\.io/?|(?:oci://)?quay\.io/cilium/charts(?:/cilium)?/?")
_OTHERS = re.compile(r"bitnami|rancher|rke2|azure|giantswarm")
_VERSION = re.compile(r"[~^=v ]*1\.(\d{1,3})(?:\.[0-9x*]+)?(?:[-+].*)?")
_OF_SUBCHART = frozenset({"enabled", "global", "tags"})


@dataclass(frozen=True, slots=True)
class ChartValues:
    """Values for Cilium's chart that one object holds.

    Attributes:
        settings: What they are.
        top: The map of them, or the field in whose text they stand.
        is_text: Whether they stand in text, which has no places within.
        parameters: Values that are given one by one, by their path: the items of the list of them.
    """

    settings: ChartSettings
    top: Node
    is_text: bool = False
    parameters: Mapping[Path, Node] = field(default_factory=dict)

    def place(self, path: Path) -> Node:
        """Where a value stands, as near as there is a place."""
        for given, item in self.parameters.items():
            if given[: len(path)] == path:
                return item.get("value" if given == path else "name") or item
        node = self.top
        for step in () if self.is_text else path:
            inner = node.key(step)
            if inner is None:
                break
            node = inner
        return node

    def is_written(self, path: Path) -> bool:
        """Whether a value is a field of the object itself, so that its name can be mended there."""
        return not self.is_text and self.place(path).path == (*self.top.path, *path)


def chart_values(mesh: MeshView, resource: Resource) -> tuple[ChartValues, ...]:
    """Values for Cilium's chart in an object; nothing where it gives none, or gives them to other charts."""
    return mesh.once(_chart_values, resource)


def _chart_values(mesh: MeshView, resource: Resource) -> tuple[ChartValues, ...]:
    if resource.kind == HELM_RELEASE:
        return tuple(_of_release(mesh, resource))
    if resource.kind == ARGO_APPLICATION:
        return tuple(_of_application(mesh, resource))
    return tuple(_of_file(mesh, resource)) if resource.kind == HELM_VALUES else ()


def _of_release(mesh: MeshView, release: Resource) -> Iterator[ChartValues]:
    values, chart = release.get("spec.values"), release.get("spec.chart.spec")
    if values is None or not isinstance(values.value, dict):
        return
    is_all = release.get("spec.valuesFrom") is None
    if chart is not None and chart.text_at("chart") == CILIUM:
        source = chart.text_at("sourceRef.name").lower()
        if not _OTHERS.search(source) and (CILIUM in source or _is_marked(values.value)):
            yield ChartValues(ChartSettings(values.value, _minor(mesh, chart.text_at("version")), is_all), values)
    elif chart is None and _is_marked(values.value):
        yield ChartValues(ChartSettings(values.value, _minor(mesh, ""), is_all), values)
    elif chart is not None:
        yield from _of_subchart(mesh, values, is_all=is_all)


def _of_application(mesh: MeshView, application: Resource) -> Iterator[ChartValues]:
    sources = [application.get("spec.source"), *application.each("spec.sources[]")]
    for source in sources:
        if source is None or source.text_at("chart") != CILIUM or not _REPOSITORY.fullmatch(source.text_at("repoURL")):
            continue
        top, values, is_text = _written_in(source)
        helm = source.get("helm")
        parameters = dict(_parameters(source))
        given = (
            one
            for node in parameters.values()
            for one in assignments(f"{node.text_at('name')}={node.text_at('value')}", as_text=_is_forced(node))
        )
        minor = _minor(mesh, source.text_at("targetRevision"))
        is_all = helm is None or (helm.get("valueFiles") is None and helm.get("fileParameters") is None)
        settings = ChartSettings(_over(values, merged(given)), minor, is_all)
        yield ChartValues(settings, top, is_text, parameters)


def _written_in(source: Node) -> tuple[Node, Mapping[str, object], bool]:
    written, text = source.get("helm.valuesObject"), source.get("helm.values")
    if written is not None and isinstance(written.value, dict):
        return written, written.value, False
    if text is not None and text.text:
        return text, embedded_map(text.text) or {}, True
    return source, {}, False


def _parameters(source: Node) -> Iterator[tuple[Path, Node]]:
    for node in source.each("helm.parameters[]"):
        for one in assignments(f"{node.text_at('name')}="):
            yield one.path, node


def _is_forced(parameter: Node) -> bool:
    forced = parameter.get("forceString")
    return forced is not None and forced.value is True


def _over(values: Mapping[str, object], given: Mapping[str, object]) -> dict[str, object]:
    joined = dict(values)
    for name, value in given.items():
        held = joined.get(name)
        joined[name] = _over(held, value) if isinstance(held, dict) and isinstance(value, dict) else value
    return joined


def _of_file(mesh: MeshView, file: Resource) -> Iterator[ChartValues]:
    if not isinstance(file.root.value, dict):
        return
    if _is_marked(file.root.value):
        # Several files may be given to one installation, and each of them says a part.
        is_all = len(mesh.index(_files)) == 1
        yield ChartValues(ChartSettings(file.root.value, _minor(mesh, ""), is_all), file.root)
    else:
        yield from _of_subchart(mesh, file.root, is_all=False)


def _of_subchart(mesh: MeshView, values: Node, *, is_all: bool) -> Iterator[ChartValues]:
    inner = values.key(CILIUM)
    if inner is not None and isinstance(inner.value, dict) and _is_marked(inner.value):
        yield ChartValues(ChartSettings(inner.value, _minor(mesh, ""), is_all, _OF_SUBCHART), inner)


def _files(mesh: MeshView) -> tuple[Resource, ...]:
    return tuple(one for one in mesh.of_kind(HELM_VALUES) if _is_marked(one.data))


def _is_marked(values: Mapping[str, object]) -> bool:
    """Whether values are Cilium's by their names, of which its chart has to know most."""
    known = sum(name in chart_keys(()) for name in values)
    return has_cilium_marks(values) and 2 * known >= len(values)


def _minor(mesh: MeshView, version: str) -> int:
    """The release whose chart is judged: what is written, else the one that everything is judged by."""
    match = _VERSION.fullmatch(version.strip())
    release = mesh.release("cilium")
    minor = int(match[1]) if match else release[1] if len(release) > 1 and release[0] == 1 else NEWEST
    return min(max(minor, FIRST), NEWEST)
