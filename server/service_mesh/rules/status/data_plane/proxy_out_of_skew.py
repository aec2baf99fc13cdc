"""Proxies are older than their control plane supports.

## Why it matters
Istio supports a control plane one minor release ahead of its proxies and tests nothing further apart: configuration may
reach old proxies that they refuse, and they lack the security fixes of two releases.

## Wrong
```yaml
apiVersion: apps/v1
kind: Deployment
metadata: {name: istiod, namespace: istio-system, labels: {app: istiod}}
spec:
  selector: {matchLabels: {app: istiod}}
  template:
    metadata: {labels: {app: istiod}}
    spec: {containers: [{name: discovery, image: "example.com/pilot:1.31.2"}]}
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, annotations: {istio.io/rev: default}}
spec:
  containers:
  - {name: web, image: "example.com/web:1"}
  - {name: istio-proxy, image: "example.com/proxyv2:1.29.4"}
status: {phase: Running}
```

## Right
```yaml
apiVersion: apps/v1
kind: Deployment
metadata: {name: istiod, namespace: istio-system, labels: {app: istiod}}
spec:
  selector: {matchLabels: {app: istiod}}
  template:
    metadata: {labels: {app: istiod}}
    spec: {containers: [{name: discovery, image: "example.com/pilot:1.31.2"}]}
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, annotations: {istio.io/rev: default}}
spec:
  containers:
  - {name: web, image: "example.com/web:1"}
  - {name: istio-proxy, image: "example.com/proxyv2:1.30.3"}
status: {phase: Running}
```

## When it stays quiet
The proxies are within one minor release, which is told of as outdated. Their image names no release, or the pod belongs
to a revision that is not in the cluster, which is reported by itself. Sidecars, gateways, waypoints and ztunnel are
looked at; those of one namespace are told of once.

## Fix safety
No fix: pods have to be made anew, which interrupts what they do.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import POD
from service_mesh.model.resource import Resource
from service_mesh.posture.istio.proxies import PROXY_KINDS
from service_mesh.rules.rule import rule
from service_mesh.rules.status.data_plane._behind import Lag, told_once


@rule(
    "ST203",
    category=Category.OPERATIONS,
    severity=Severity.WARNING,
    about=(POD,),
    reads=PROXY_KINDS,
    sources=("https://istio.io/latest/docs/releases/supported-releases/#control-planedata-plane-skew",),
)
def proxy_out_of_skew(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report the first pod of a namespace that runs such a proxy."""
    yield from told_once(mesh, resource, Lag.BEYOND, "one minor release between them is supported")
