"""Cilium's chart refuses a value, so nothing is installed.

## Why it matters
The chart has a schema and checks of its own: a word where a switch has to be, `strict` for the replacement of
kube-proxy, or a value that was removed and is looked for. Helm stops before anything is sent to the cluster.

## Wrong
```yaml
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: cilium, namespace: kube-system}
spec:
  chart: {spec: {chart: cilium, version: 1.20.2, sourceRef: {kind: HelmRepository, name: cilium}}}
  interval: 1h
  values:
    kubeProxyReplacement: strict
    l7Proxy: enabled
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
    kubeProxyReplacement: true
    l7Proxy: true
```

## When it stays quiet
What is filled in later, such as `${NAME}`; null, which takes the default back; releases before the schema came with
1.16.

## Fix safety
None is offered: what was meant is not known.
"""

from collections.abc import Iterator

from service_mesh.mesh.cilium_chart import refused_values
from service_mesh.mesh.cilium_values import VALUES_KINDS
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.resource import Resource
from service_mesh.rules.cilium._chart import CHART, value_findings
from service_mesh.rules.rule import rule


@rule(
    "CI162",
    category=Category.SCHEMA,
    severity=Severity.ERROR,
    about=VALUES_KINDS,
    sources=(
        f"{CHART}/values.schema.json",
        f"{CHART}/templates/validate.yaml",
        f"{CHART}/templates/cilium-configmap.yaml",
    ),
)
def chart_value_refused(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each value that the chart does not take."""
    yield from value_findings(resource, mesh, refused_values)
