"""A mesh written as YAML, for tests of questions about it."""

from collections.abc import Mapping
from textwrap import dedent
from types import MappingProxyType

from service_mesh.mesh.view import Complete, MeshView
from service_mesh.mesh.workloads import Workload, workloads
from service_mesh.model.origin import SourceText
from service_mesh.source.reader import Reader

__all__ = ["deployment", "scene", "the"]


def scene(
    *documents: str,
    complete: Complete = Complete.YES,
    releases: Mapping[str, tuple[int, ...]] = MappingProxyType({}),
) -> MeshView:
    """The view of some YAML documents."""
    reader = Reader()
    reader.read(SourceText("scene.yaml", "\n---\n".join(map(dedent, documents))))
    assert not reader.reading.problems
    return MeshView(reader.reading.resources, complete, releases)


def the(mesh: MeshView, title: str) -> Workload:
    """The workload named `namespace/name`."""
    (found,) = (w for w in workloads(mesh) if f"{w.namespace}/{w.resource.name}" == title)
    return found


def deployment(title: str, labels: str = "", *, pod: str = "", annotations: str = "", ports: str = "8080") -> str:
    """A Deployment whose pods carry `app: NAME` and more labels, written as the inside of a flow map."""
    namespace, _, name = title.partition("/")
    listed = ", ".join(f"{{containerPort: {port}}}" for port in ports.split())
    more = f", {labels}" if labels else ""
    return (
        f"apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}, namespace: {namespace}}}\n"
        f"spec:\n  selector: {{matchLabels: {{app: {name}}}}}\n  template:\n"
        f"    metadata: {{labels: {{app: {name}{more}}}, annotations: {{{annotations}}}}}\n"
        f"    spec: {{containers: [{{name: app, image: app, ports: [{listed}]}}]{', ' + pod if pod else ''}}}\n"
    )
