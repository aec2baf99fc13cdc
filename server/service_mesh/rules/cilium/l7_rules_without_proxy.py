"""A policy has L7 rules for a Cilium whose proxy is turned off.

## Why it matters
With `l7Proxy` off the agents refuse a policy that has rules for requests or names: they do not enforce any part of it.

## Wrong
```yaml
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: cilium, namespace: kube-system}
spec:
  chart: {spec: {chart: cilium, version: 1.20.2, sourceRef: {kind: HelmRepository, name: cilium}}}
  interval: 1h
  values: {l7Proxy: false, kubeProxyReplacement: true}
---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: web}}
  ingress:
  - toPorts:
    - ports: [{port: "80", protocol: TCP}]
      rules: {http: [{method: GET}]}
```

## Right
```yaml
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: cilium, namespace: kube-system}
spec:
  chart: {spec: {chart: cilium, version: 1.20.2, sourceRef: {kind: HelmRepository, name: cilium}}}
  interval: 1h
  values: {l7Proxy: true, kubeProxyReplacement: true}
---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: web}}
  ingress:
  - toPorts:
    - ports: [{port: "80", protocol: TCP}]
      rules: {http: [{method: GET}]}
```

## When it stays quiet
Neither the values for Cilium's chart nor its whole ConfigMap are loaded, or none of them turns the proxy off.

## Fix safety
None is offered: without the rules every request to the port would be let in.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Anchor, Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.cilium._policies import POLICIES, VALIDATION, l7_lists, port_rules
from service_mesh.rules.cilium._switches import SWITCH_KINDS, config_without, settings_in
from service_mesh.rules.rule import rule


@rule(
    "CI169",
    category=Category.SECURITY,
    severity=Severity.ERROR,
    about=POLICIES,
    reads=SWITCH_KINDS,
    needs=("rules",),
    sources=(VALIDATION,),
)
def l7_rules_without_proxy(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report the first L7 rules of a policy in a cluster without the proxy."""
    rules = next((node for _, ports in port_rules(resource) for node in l7_lists(ports) if node.value), None)
    if rules is None:
        return
    cause = config_without(mesh, resource.cluster, "enable-l7-proxy", default=True)
    cause = cause or mesh.once(_values, resource.cluster)
    if cause is not None:
        message = f"{rules.path[-1]} rules need the proxy, which 'l7Proxy' turns off, so the agents refuse the policy"
        yield rules.finding(message, related=(cause.note("turns the proxy off"),), anchor=Anchor.KEY)


def _values(mesh: MeshView, cluster: str) -> Node | None:
    found = list(settings_in(mesh, cluster))
    is_off = bool(found) and all(settings.is_off("l7Proxy") for settings, _ in found)
    return (found[0][1].get("l7Proxy") or found[0][1]) if is_off else None
