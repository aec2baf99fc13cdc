"""Installed release of Istio gets no fixes any more.

## Why it matters
A release is supported until some weeks after the second one that follows it. Then holes that are found in Istio and
Envoy stay open in it, known to everybody.

## Wrong
```yaml
apiVersion: install.istio.io/v1alpha1
kind: IstioOperator
metadata: {name: installed, namespace: istio-system}
spec:
  tag: 1.20.1
```

## Right
```yaml
apiVersion: install.istio.io/v1alpha1
kind: IstioOperator
metadata: {name: installed, namespace: istio-system}
spec:
  tag: 1.31.1
```

## When it stays quiet
The release got fixes on the day the support windows were last compared with their sources; the tag is no version, such
as a build of one's own; the image comes from elsewhere than Istio's public hub, where somebody may mend it.

## Fix safety
There is no fix: an upgrade goes from release to release.
"""

import re
from collections.abc import Iterator

from service_mesh.catalog.support import oldest_supported
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import DEPLOYMENT, HELM_RELEASE, ISTIO_OPERATOR, SAIL_ISTIO
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.istio._mesh_settings import VALUES, chart_values
from service_mesh.rules.rule import rule

_VERSION = re.compile(r"[v^~]?1\.([0-9]{1,2})(?:\.[0-9x*]+)?(?:-(?:distroless|debug))?")
_PUBLIC = ("docker.io/istio", "istio")
_CHARTS = ("istiod", "ztunnel")


@rule(
    "IS277",
    category=Category.SECURITY,
    severity=Severity.INFO,
    about=(DEPLOYMENT, *VALUES),
    sources=("https://istio.io/latest/docs/releases/supported-releases/",),
)
def release_out_of_support(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report each place that names a release whose support has ended."""
    for node, version in _versions(resource):
        match = _VERSION.fullmatch(version)
        if match and int(match[1]) < int(oldest_supported("istio").rpartition(".")[2]):
            yield node.finding(f"Istio 1.{match[1]} is out of support, so holes found in it stay open")


def _versions(resource: Resource) -> Iterator[tuple[Node, str]]:
    if resource.kind == DEPLOYMENT:
        if resource.labels.get("app") == "istiod":
            for image in resource.each("spec.template.spec.containers[].image"):
                name, _, tag = image.text.partition("@")[0].rpartition(":")
                if name.rpartition("/")[0] in _PUBLIC:
                    yield image, tag
        return
    if resource.kind == ISTIO_OPERATOR:
        yield from _tag(resource.get("spec"))
    elif resource.kind == SAIL_ISTIO:
        yield from _text(resource.get("spec.version"))
    elif resource.kind == HELM_RELEASE:
        chart = resource.get("spec.chart.spec.chart")
        if chart is not None and chart.text in _CHARTS:
            yield from _text(resource.get("spec.chart.spec.version"))
    values = chart_values(resource)
    if values is not None:
        yield from _tag(values.get("global"))


def _tag(holder: Node | None) -> Iterator[tuple[Node, str]]:
    hub = holder.get("hub") if holder is not None else None
    if holder is not None and (hub is None or hub.text in _PUBLIC):
        yield from _text(holder.get("tag"))


def _text(node: Node | None) -> Iterator[tuple[Node, str]]:
    # A tag such as 1.20 is a number in YAML, and 1.2 would be told of in its place.
    if node is not None and node.text:
        yield node, node.text
