"""Cilium masquerades in eBPF, which breaks the probes of pods in Istio's ambient mode.

## Why it matters
Ambient mode sends the kubelet's probes from a link-local address, 169.254.7.127, so that they are let through. With
`bpf.masquerade` that address is lost on the way, and healthy pods fail their probes and are restarted.

## Wrong
```yaml
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio.io/dataplane-mode: ambient}}
---
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: cilium, namespace: kube-system}
spec:
  chart: {spec: {chart: cilium, version: 1.20.2, sourceRef: {kind: HelmRepository, name: cilium}}}
  interval: 1h
  values: {cni: {exclusive: false}, bpf: {masquerade: true}, hubble: {enabled: true}}
```

## Right
```yaml
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio.io/dataplane-mode: ambient}}
---
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: cilium, namespace: kube-system}
spec:
  chart: {spec: {chart: cilium, version: 1.20.2, sourceRef: {kind: HelmRepository, name: cilium}}}
  interval: 1h
  values: {cni: {exclusive: false}, bpf: {masquerade: false}, hubble: {enabled: true}}
```

## When it stays quiet
No ambient namespace and no ztunnel is loaded; masquerading is left to iptables, which is the default.

## Fix safety
None is offered: some setups of Cilium need it, and then ambient mode is what has to go.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.resource import Resource
from service_mesh.rules.cilium._istio import ISTIO_KINDS, SETUP_KINDS, istio_in, setups
from service_mesh.rules.rule import rule


@rule(
    "CI172",
    category=Category.TRAFFIC,
    severity=Severity.WARNING,
    about=SETUP_KINDS,
    reads=ISTIO_KINDS,
    needs=("values", "parameters", "masquerade", "enable-bpf-masquerade"),
    sources=(
        "https://istio.io/latest/docs/ambient/install/platform-prerequisites/",
        "https://github.com/istio/istio/issues/52208",
    ),
)
def masquerade_with_ambient(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report masquerading in eBPF beside ambient mode."""
    shown = istio_in(mesh, resource.cluster).ambient
    if shown is None:
        return
    for setup in setups(resource, mesh):
        if setup.is_on("bpf.masquerade"):
            message = "masquerading in eBPF loses the address of the kubelet's probes in Istio's ambient mode"
            yield setup.place["bpf.masquerade"].finding(message, related=(shown.note("is in ambient mode"),))
