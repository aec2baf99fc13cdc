"""Cilium's chart refuses values that do not go together, so nothing is installed.

## Why it matters
The interface of Hubble needs its relay, Gateway API needs the proxy, SPIRE needs `authentication.enabled`, which is off
by default since 1.19, and a cluster with an id needs a name. The chart stops where one is set without the other.

## Wrong
```yaml
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: cilium, namespace: kube-system}
spec:
  chart: {spec: {chart: cilium, version: 1.19.6, sourceRef: {kind: HelmRepository, name: cilium}}}
  interval: 1h
  values:
    authentication: {mutual: {spire: {enabled: true}}}
    hubble: {ui: {enabled: true}}
```

## Right
```yaml
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: cilium, namespace: kube-system}
spec:
  chart: {spec: {chart: cilium, version: 1.19.6, sourceRef: {kind: HelmRepository, name: cilium}}}
  interval: 1h
  values:
    authentication: {enabled: true, mutual: {spire: {enabled: true}}}
    hubble: {relay: {enabled: true}, ui: {enabled: true}}
```

## When it stays quiet
The other value is filled in later. Where other places give values too, such as `valuesFrom` or several values files, a
value that is not here is reported as not checked.

## Fix safety
None is offered: either of the values may be the one that was meant.
"""

from collections.abc import Iterator

from service_mesh.mesh.cilium_chart_checks import refused_together
from service_mesh.mesh.cilium_values import VALUES_KINDS
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.resource import Resource
from service_mesh.rules.cilium._chart import CHART, value_findings
from service_mesh.rules.rule import rule


@rule(
    "CI163",
    category=Category.SCHEMA,
    severity=Severity.ERROR,
    about=VALUES_KINDS,
    sources=(
        f"{CHART}/templates/validate.yaml",
        f"{CHART}/templates/cilium-configmap.yaml",
    ),
)
def chart_values_contradictory(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each value that the chart does not take beside the others."""
    yield from value_findings(resource, mesh, refused_together)
