"""A value for Cilium's chart is read by other releases, but not by the one that is installed.

## Why it matters
Values that a release gave up are passed over by Helm without a word. After the upgrade to 1.20 the strict mode of
encryption is off where it is still written as `encryption.strictMode.enabled`, and pods send in the clear what was
dropped before.

## Wrong
```yaml
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: cilium, namespace: kube-system}
spec:
  chart: {spec: {chart: cilium, version: 1.20.2, sourceRef: {kind: HelmRepository, name: cilium}}}
  interval: 1h
  values:
    encryption:
      enabled: true
      type: wireguard
      strictMode: {enabled: true, cidr: 10.0.0.0/8}
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
    encryption:
      enabled: true
      type: wireguard
      strictMode: {egress: {enabled: true, cidr: 10.0.0.0/8}}
```

## When it stays quiet
The value is empty or off, so nothing is lost; the chart refuses it instead. The release is the version of the chart
where one is written, else the one that everything is judged by.

## Fix safety
None is offered: the new value may stand elsewhere and mean more than the old one.
"""

from collections.abc import Iterator

from service_mesh.mesh.cilium_chart import dropped_values
from service_mesh.mesh.cilium_values import VALUES_KINDS
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Anchor, Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.resource import Resource
from service_mesh.rules.cilium._chart import CHART, value_findings
from service_mesh.rules.rule import rule


@rule(
    "CI161",
    category=Category.OPERATIONS,
    severity=Severity.WARNING,
    about=VALUES_KINDS,
    sources=(
        f"{CHART}/values.yaml",
        "cilium/cilium: Documentation/operations/upgrade.rst",
    ),
)
def chart_value_dropped(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each value that the release does not read."""
    yield from value_findings(resource, mesh, dropped_values, anchor=Anchor.KEY)
