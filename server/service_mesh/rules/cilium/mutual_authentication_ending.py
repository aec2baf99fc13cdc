"""Cilium is installed with mutual authentication by SPIRE, which is about to be removed.

## Why it matters
Mutual authentication with SPIRE is deprecated in 1.20 and removed in 1.21, with the server and agents that the chart
installs. It does not work between the clusters of a cluster mesh, and it never encrypted anything: WireGuard, IPsec or
ztunnel do.

## Wrong
```yaml
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: cilium, namespace: kube-system}
spec:
  chart: {spec: {chart: cilium, version: 1.20.2, sourceRef: {kind: HelmRepository, name: cilium}}}
  interval: 1h
  values:
    authentication: {enabled: true, mutual: {spire: {enabled: true}}}
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
    encryption: {enabled: true, type: wireguard}
```

## When it stays quiet
Releases before 1.20, unless a cluster mesh is turned on as well.

## Fix safety
None is offered: policies that ask for authentication have to go first.
"""

from collections.abc import Iterator

from service_mesh.mesh.cilium_chart_checks import mutual_authentication_faults
from service_mesh.mesh.cilium_values import VALUES_KINDS
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.resource import Resource
from service_mesh.rules.cilium._chart import CHART, value_findings
from service_mesh.rules.rule import rule


@rule(
    "CI165",
    category=Category.OPERATIONS,
    severity=Severity.WARNING,
    about=VALUES_KINDS,
    needs=("authentication", "values", "parameters"),
    sources=(
        f"{CHART}/values.yaml",
        "https://github.com/cilium/cilium/issues/47132",
        "cilium/cilium: Documentation/network/servicemesh/mutual-authentication/mutual-authentication.rst",
    ),
)
def mutual_authentication_ending(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report where SPIRE is turned on, and images of it that are pinned."""
    yield from value_findings(resource, mesh, mutual_authentication_faults, milder=Severity.INFO)
