"""Traffic is sent to an Envoy listener that is not defined.

## Why it matters
A CiliumEnvoyConfig redirects a Service to a listener among its own resources, and a policy names the configuration and
its listener. With a name that is not there the agent refuses the configuration, or the policy has nowhere to send the
traffic, and connections fail.

## Wrong
```yaml
apiVersion: cilium.io/v2
kind: CiliumEnvoyConfig
metadata: {name: cart, namespace: shop}
spec:
  services:
  - {name: cart, namespace: shop, listener: cart-listener}
  resources:
  - "@type": type.googleapis.com/envoy.config.listener.v3.Listener
    name: carts
```

## Right
```yaml
apiVersion: cilium.io/v2
kind: CiliumEnvoyConfig
metadata: {name: cart, namespace: shop}
spec:
  services:
  - {name: cart, namespace: shop, listener: cart-listener}
  resources:
  - "@type": type.googleapis.com/envoy.config.listener.v3.Listener
    name: cart-listener
```

## When it stays quiet
No listener is named, so the first one is taken; listeners for which the agent refuses the policy. A configuration that
is not loaded, in a namespace that is not loaded as a whole, is reported as not checked.

## Fix safety
None is offered: which listener was meant is not known.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import CILIUM_CLUSTERWIDE_ENVOY_CONFIG, CILIUM_ENVOY_CONFIG
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.cilium._envoy import ENVOY_CONFIGS, ENVOY_TYPES, listener_names
from service_mesh.rules.cilium._policies import POLICIES, l7_lists, port_rules
from service_mesh.rules.rule import rule


@rule(
    "CI133",
    category=Category.REFERENCE,
    severity=Severity.WARNING,
    about=(*ENVOY_CONFIGS, *POLICIES),
    reads=ENVOY_CONFIGS,
    needs=("listener",),
    sources=(
        ENVOY_TYPES,
        "cilium/cilium: pkg/policy/api/l4.go",
        "https://docs.cilium.io/en/stable/network/servicemesh/l7-traffic-management/",
    ),
)
def envoy_listener_undefined(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report names of listeners that the configuration does not hold, and configurations that are not there."""
    if resource.kind in ENVOY_CONFIGS:
        names = set(listener_names(resource))
        for node in resource.each("spec.services[].listener"):
            if node.text and node.text not in names:
                yield node.finding(f"no listener '{node.text[:80]}' is among the resources")
        return
    for section, port_rule in port_rules(resource):
        listener = port_rule.get("listener")
        if listener is not None and section.name == "egress" and not l7_lists(port_rule):
            yield from _from_policy(listener, mesh)


def _from_policy(listener: Node, mesh: MeshView) -> Iterator[Draft]:
    home, cluster = listener.resource.namespace, listener.resource.cluster
    name, kind, wanted = (listener.get(path) for path in ("envoyConfig.name", "envoyConfig.kind", "name"))
    if name is None or not name.text:
        return
    written = kind.text if kind is not None else ""
    is_wide = written == CILIUM_CLUSTERWIDE_ENVOY_CONFIG.name or (not written and not home)
    config = mesh.find(ENVOY_CONFIGS[is_wide], "" if is_wide else home, name.text, cluster)
    if config is None:
        what = (CILIUM_CLUSTERWIDE_ENVOY_CONFIG if is_wide else CILIUM_ENVOY_CONFIG).name
        is_known = mesh.is_whole if is_wide else mesh.is_complete(home, cluster)
        yield name.finding(f"there is no {what} '{name.text[:80]}'", partial=not is_known)
    elif wanted is not None and wanted.text and wanted.text not in set(listener_names(config)):
        related = (config.root.note("has other listeners"),)
        yield wanted.finding(f"{config.title} has no listener '{wanted.text[:80]}'", related=related)
