"""A CiliumEnvoyConfig is written for a Cilium that does not look at them.

## Why it matters
The agents read these objects only with `envoyConfig.enabled`, which is off by default, or with the Ingress or Gateway
API controller of Cilium. Without it the object is accepted, and nothing comes of it.

## Wrong
```yaml
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: cilium, namespace: kube-system}
spec:
  chart: {spec: {chart: cilium, version: 1.20.2, sourceRef: {kind: HelmRepository, name: cilium}}}
  interval: 1h
  values: {kubeProxyReplacement: true}
---
apiVersion: cilium.io/v2
kind: CiliumEnvoyConfig
metadata: {name: shop, namespace: shop}
spec:
  resources: []
```

## Right
```yaml
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: cilium, namespace: kube-system}
spec:
  chart: {spec: {chart: cilium, version: 1.20.2, sourceRef: {kind: HelmRepository, name: cilium}}}
  interval: 1h
  values: {kubeProxyReplacement: true, envoyConfig: {enabled: true}}
---
apiVersion: cilium.io/v2
kind: CiliumEnvoyConfig
metadata: {name: shop, namespace: shop}
spec:
  resources: []
```

## When it stays quiet
Neither the values for Cilium's chart nor its whole ConfigMap are loaded, other places give values too, or the value is
filled in later. Of an input that is known to be a part of something, as a Markdown document is, it is reported as not
checked.

## Fix safety
None is offered: the value may stand in another repository.
"""

from collections.abc import Iterator

from service_mesh.mesh.cilium_chart import ChartSettings
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import CILIUM_CLUSTERWIDE_ENVOY_CONFIG, CILIUM_ENVOY_CONFIG
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.cilium._switches import SWITCH_KINDS, config_without, settings_in
from service_mesh.rules.rule import rule

_USERS = ("envoyConfig.enabled", "ingressController.enabled", "gatewayAPI.enabled")
_BALANCER = "loadBalancer.l7.backend"


@rule(
    "CI168",
    category=Category.TRAFFIC,
    severity=Severity.ERROR,
    about=(CILIUM_ENVOY_CONFIG, CILIUM_CLUSTERWIDE_ENVOY_CONFIG),
    reads=SWITCH_KINDS,
    sources=(
        "cilium/cilium: pkg/ciliumenvoyconfig/controller.go",
        "cilium/cilium: install/kubernetes/cilium/templates/cilium-configmap.yaml",
    ),
)
def envoy_config_ignored(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each such object in a cluster whose agents do not read it."""
    cause = config_without(mesh, resource.cluster, "enable-envoy-config", default=False)
    cause = cause or mesh.once(_values, resource.cluster)
    if cause is not None:
        message = f"the agents read no '{resource.kind.name}', since 'envoyConfig.enabled' is off"
        related = (cause.note("does not turn it on"),)
        yield (resource.get("spec") or resource.root).finding(message, related=related, partial=mesh.is_excerpt)


def _values(mesh: MeshView, cluster: str) -> Node | None:
    found = list(settings_in(mesh, cluster))
    is_off = bool(found) and all(_is_off(settings) for settings, _ in found)
    return found[0][1] if is_off else None


def _is_off(settings: ChartSettings) -> bool:
    by_balancer = settings.says(_BALANCER) and settings.at(_BALANCER) != "disabled"
    users = (name for name in _USERS if settings.says(name))
    return settings.is_all and not by_balancer and all(settings.is_off(name) for name in users)
