"""Settings of Cilium's encryption encrypt nothing, or less than they seem to.

## Why it matters
Nothing is encrypted unless `encryption.enabled` is on and the type is one that the release knows; the chart takes any
other type and writes nothing about it into the agents' options. Encryption between nodes and the strict mode for
ingress are WireGuard's alone, and ztunnel does not work together with a cluster mesh.

## Wrong
```yaml
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: cilium, namespace: kube-system}
spec:
  chart: {spec: {chart: cilium, version: 1.20.2, sourceRef: {kind: HelmRepository, name: cilium}}}
  interval: 1h
  values:
    encryption: {enabled: true, type: wireguards}
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
    encryption: {enabled: true, type: wireguard, nodeEncryption: true}
```

## When it stays quiet
Encryption is turned off on purpose and nothing else asks for it. Where other places give values too, what is missing
here is reported as not checked.

## Fix safety
None is offered: which kind of encryption the nodes can do is not known.
"""

from collections.abc import Iterator

from service_mesh.mesh.cilium_chart_checks import encryption_faults
from service_mesh.mesh.cilium_values import VALUES_KINDS
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.resource import Resource
from service_mesh.rules.cilium._chart import CHART, value_findings
from service_mesh.rules.rule import rule


@rule(
    "CI164",
    category=Category.SECURITY,
    severity=Severity.ERROR,
    about=VALUES_KINDS,
    needs=("encryption", "values", "parameters"),
    sources=(
        f"{CHART}/templates/cilium-configmap.yaml",
        "cilium/cilium: Documentation/security/network/encryption.rst",
        "cilium/cilium: Documentation/security/network/encryption-ztunnel.rst",
    ),
)
def encryption_without_effect(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each setting that does not do what it says."""
    yield from value_findings(resource, mesh, encryption_faults, milder=Severity.WARNING)
