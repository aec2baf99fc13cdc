"""A cluster gets an id that Cilium's agents or its cluster mesh refuse.

## Why it matters
Ids of clusters go from 1 to 255, or to 511 where `clustermesh.maxConnectedClusters` is 511 in all of them. The chart
takes any number, and the agents stop at their start; the API server of the cluster mesh stops without an id.

## Wrong
```yaml
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: cilium, namespace: kube-system}
spec:
  chart: {spec: {chart: cilium, version: 1.20.2, sourceRef: {kind: HelmRepository, name: cilium}}}
  interval: 1h
  values:
    cluster: {name: west, id: 300}
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
    cluster: {name: west, id: 300}
    clustermesh: {maxConnectedClusters: 511}
```

## When it stays quiet
The id is filled in later. Where other places give values too, what is missing here is reported as not checked.

## Fix safety
None is offered: the id has to be free in all other clusters.
"""

from collections.abc import Iterator

from service_mesh.mesh.cilium_chart_checks import cluster_faults, cluster_mesh_faults
from service_mesh.mesh.cilium_values import VALUES_KINDS
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.resource import Resource
from service_mesh.rules.cilium._chart import value_findings
from service_mesh.rules.rule import rule


@rule(
    "CI167",
    category=Category.OPERATIONS,
    severity=Severity.ERROR,
    about=VALUES_KINDS,
    needs=("cluster", "clustermesh", "values", "parameters"),
    sources=(
        "cilium/cilium: pkg/clustermesh/types/option.go",
        "cilium/cilium: pkg/clustermesh/types/types.go",
    ),
)
def cluster_id_refused(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report an id that is out of its range, and a cluster mesh without one."""
    yield from value_findings(resource, mesh, cluster_faults)
    yield from value_findings(resource, mesh, cluster_mesh_faults)
