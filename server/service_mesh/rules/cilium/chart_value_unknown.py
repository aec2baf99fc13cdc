"""A value for Cilium's chart has a name that no release of the chart reads.

## Why it matters
Helm passes over values that no template reads, without a word. What was meant to be turned on stays off, and the
installation looks as if it had worked. `meshMode`, which guides tell to set, was never a value of this chart.

## Wrong
```yaml
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: cilium, namespace: kube-system}
spec:
  chart: {spec: {chart: cilium, version: 1.20.2, sourceRef: {kind: HelmRepository, name: cilium}}}
  interval: 1h
  values:
    meshMode: enabled
    hubble: {relay: {enabeld: true}}
```

## Right
```yaml
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: cilium, namespace: kube-system}
spec:
  chart: {spec: {chart: cilium, version: 1.20.2, sourceRef: {kind: HelmRepository, name: cilium}}}
  interval: 1h
  values:
    hubble: {relay: {enabled: true}}
```

## When it stays quiet
Values of other charts; names below maps that the chart puts into an object as a whole, such as labels and resources;
`global`, `tags`, and names that start with `x-` or `_`. A values file counts as Cilium's by other values in it.

## Fix safety
Where one name alone is near, the value is renamed to it; that turns on what was off, so it is not done by itself.
"""

from collections.abc import Iterator

from service_mesh.mesh.cilium_chart import unknown_values
from service_mesh.mesh.cilium_values import VALUES_KINDS
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Anchor, Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.resource import Resource
from service_mesh.rules.cilium._chart import CHART, value_findings
from service_mesh.rules.rule import rule


@rule(
    "CI160",
    category=Category.SCHEMA,
    severity=Severity.WARNING,
    about=VALUES_KINDS,
    sources=(
        f"{CHART}/values.yaml",
        f"{CHART}/templates",
    ),
)
def chart_value_unknown(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each value that no release reads."""
    yield from value_findings(resource, mesh, unknown_values, anchor=Anchor.KEY)
