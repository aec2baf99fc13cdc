"""Cilium keeps the nodes' CNI configuration to itself, and Istio's plugin has to stand in it.

## Why it matters
With `cni.exclusive`, which is on by default, the agent renames every CNI configuration that is not its own, and takes
Istio's plugin out of the chain again. Pods then start without redirection: ambient ones are not in the mesh, and
sidecars without an init container get no traffic.

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
  values: {kubeProxyReplacement: false}
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
  values: {kubeProxyReplacement: false, cni: {exclusive: false}}
```

## When it stays quiet
Nothing shows Istio's CNI plugin: no ambient namespace, no `istio-cni-node`, no ztunnel. Where other places give values
too, a value that is not here is reported as not checked.

## Fix safety
Where the value is written it is turned off; Cilium then leaves other configurations alone.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Fix
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import CONFIG_MAP
from service_mesh.model.resource import Resource
from service_mesh.rules.cilium._istio import ISTIO_KINDS, SETUP_KINDS, istio_in, setups
from service_mesh.rules.rule import rule


@rule(
    "CI170",
    category=Category.TRAFFIC,
    severity=Severity.WARNING,
    about=SETUP_KINDS,
    reads=ISTIO_KINDS,
    sources=(
        "https://istio.io/latest/docs/ambient/install/platform-prerequisites/",
        "cilium/cilium: Documentation/network/servicemesh/istio.rst",
    ),
)
def exclusive_with_istio_plugin(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report where Cilium is alone on the nodes although Istio's plugin runs there."""
    shown = istio_in(mesh, resource.cluster).plugin
    if shown is None:
        return
    for setup in setups(resource, mesh):
        # The chart's default is on, and that of the agents' option off.
        if not setup.is_on("cni.exclusive") and (setup.says("cni.exclusive") or resource.kind == CONFIG_MAP):
            continue
        place = setup.place.get("cni.exclusive", setup.top)
        is_bare = setup.says("cni.exclusive") and isinstance(place.value, bool)
        message = "Cilium removes the CNI configuration of others ('cni.exclusive'), and with it Istio's plugin"
        yield place.finding(
            message,
            fix=Fix.replace(place, False) if is_bare else None,
            related=(shown.note("needs Istio's plugin"),),
            partial=not setup.is_all and not setup.says("cni.exclusive"),
        )
