"""Cilium picks the pod behind a Service before Istio's proxy sees the connection.

## Why it matters
The replacement of kube-proxy balances at the socket: an application's connection to a Service is turned into one to a
pod inside the application's own network namespace. The sidecar or ztunnel then sees the address of a pod and not of
the Service, so routes, waypoints and policies for the Service are passed by.

## Wrong
```yaml
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: enabled}}
---
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: cilium, namespace: kube-system}
spec:
  chart: {spec: {chart: cilium, version: 1.20.2, sourceRef: {kind: HelmRepository, name: cilium}}}
  interval: 1h
  values: {kubeProxyReplacement: true, cni: {exclusive: false}}
```

## Right
```yaml
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: enabled}}
---
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: cilium, namespace: kube-system}
spec:
  chart: {spec: {chart: cilium, version: 1.20.2, sourceRef: {kind: HelmRepository, name: cilium}}}
  interval: 1h
  values: {kubeProxyReplacement: true, socketLB: {hostNamespaceOnly: true}, cni: {exclusive: false}}
```

## When it stays quiet
kube-proxy is not replaced, or that is not known; Gateway API of Cilium is on, which limits the sockets to those of the
node since 1.20; no loaded namespace asks for Istio. Where other places give values too, it is reported as not checked.

## Fix safety
None is offered: the value may have to be added, and agents restart with it.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.resource import Resource
from service_mesh.rules.cilium._istio import ISTIO_KINDS, SETUP_KINDS, istio_in, setups
from service_mesh.rules.rule import rule


@rule(
    "CI171",
    category=Category.TRAFFIC,
    severity=Severity.WARNING,
    about=SETUP_KINDS,
    reads=ISTIO_KINDS,
    needs=("values", "parameters", "kubeProxyReplacement", "socketLB", "kube-proxy-replacement", "bpf-lb-sock"),
    sources=(
        "cilium/cilium: Documentation/network/servicemesh/istio.rst",
        "cilium/cilium: pkg/kpr/kpr.go",
    ),
)
def socket_balancing_with_istio(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report where the socket balances in namespaces with Istio's proxies."""
    shown = istio_in(mesh, resource.cluster).proxies
    limit = "socketLB.hostNamespaceOnly"
    if shown is None:
        return
    for setup in setups(resource, mesh):
        balances = setup.is_on("kubeProxyReplacement") or setup.is_on("socketLB.enabled")
        if not balances or setup.is_on("gatewayAPI.enabled") or (setup.says(limit) and not setup.is_off(limit)):
            continue
        cause = "kubeProxyReplacement" if setup.is_on("kubeProxyReplacement") else "socketLB.enabled"
        place = setup.place.get(limit) or setup.place[cause]
        message = f"'{cause}' balances at the sockets of pods, so Istio's proxies see pods instead of Services"
        partial = not setup.is_all and not setup.says(limit)
        yield place.finding(message, related=(shown.note("has Istio's proxies"),), partial=partial)
