"""Cilium's Gateway API or Ingress controller is turned on without the replacement of kube-proxy.

## Why it matters
The operator starts neither of them then: it writes one line to its log, and Gateways and Ingresses of Cilium never get
an address.

## Wrong
```yaml
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: cilium, namespace: kube-system}
spec:
  chart: {spec: {chart: cilium, version: 1.20.2, sourceRef: {kind: HelmRepository, name: cilium}}}
  interval: 1h
  values:
    gatewayAPI: {enabled: true}
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
    gatewayAPI: {enabled: true}
```

## When it stays quiet
`nodePort.enabled` is on before 1.19, which is enough there; the value is filled in later. Where other places give
values too, it is reported as not checked.

## Fix safety
None is offered: replacing kube-proxy needs the address of the API server, and kube-proxy has to go.
"""

from collections.abc import Iterator

from service_mesh.mesh.cilium_chart_checks import proxy_faults
from service_mesh.mesh.cilium_values import VALUES_KINDS
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.resource import Resource
from service_mesh.rules.cilium._chart import value_findings
from service_mesh.rules.rule import rule


@rule(
    "CI166",
    category=Category.TRAFFIC,
    severity=Severity.ERROR,
    about=VALUES_KINDS,
    needs=("gatewayAPI", "ingressController", "values", "parameters"),
    sources=(
        "cilium/cilium: operator/pkg/gateway-api/cell.go",
        "cilium/cilium: operator/pkg/ingress/cell.go",
        "https://docs.cilium.io/en/stable/network/servicemesh/gateway-api/gateway-api/",
    ),
)
def controller_without_kube_proxy_replacement(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each controller that is not started."""
    yield from value_findings(resource, mesh, proxy_faults)
