"""Policy of Cilium needs something that is switched off.

## Why it matters
The API server takes the object, for its definition is there, and nothing acts on it: the agent refuses rules for
layer 7 without its proxy, ignores policies for nodes without the host firewall, and does not watch egress gateway or
local redirect policies at all while they are off.

## Wrong
```yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: cilium-config, namespace: kube-system}
data: {enable-host-firewall: "false"}
---
apiVersion: cilium.io/v2
kind: CiliumClusterwideNetworkPolicy
metadata: {name: nodes}
spec:
  nodeSelector: {matchLabels: {role: edge}}
  ingress: [{fromEntities: [cluster]}]
```

## Right
```yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: cilium-config, namespace: kube-system}
data: {enable-host-firewall: "true"}
---
apiVersion: cilium.io/v2
kind: CiliumClusterwideNetworkPolicy
metadata: {name: nodes}
spec:
  nodeSelector: {matchLabels: {role: edge}}
  ingress: [{fromEntities: [cluster]}]
```

## When it stays quiet
The options of Cilium were not read, or the switch is on. A switch that is not written counts as what the agent takes:
the proxy for layer 7 is on, the others are off.

## Fix safety
No fix: switching a part of Cilium on restarts the agents, and host policies can cut a node off.
"""

from collections.abc import Iterator

from service_mesh.mesh.cilium_config import CONFIG_KINDS, CiliumConfig, cilium_config
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import (
    CILIUM_CLUSTERWIDE_NETWORK_POLICY,
    CILIUM_EGRESS_GATEWAY_POLICY,
    CILIUM_LOCAL_REDIRECT_POLICY,
    CILIUM_NETWORK_POLICY,
)
from service_mesh.model.kubectl import command
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule

_POLICIES = (CILIUM_NETWORK_POLICY, CILIUM_CLUSTERWIDE_NETWORK_POLICY)
_L7 = ("ingress[].toPorts[].rules", "egress[].toPorts[].rules", "egress[].toFQDNs")


@rule(
    "ST133",
    category=Category.OPERATIONS,
    severity=Severity.ERROR,
    about=(*_POLICIES, CILIUM_EGRESS_GATEWAY_POLICY, CILIUM_LOCAL_REDIRECT_POLICY),
    reads=CONFIG_KINDS,
    sources=(
        "cilium/cilium: pkg/policy/api/rule_validation.go",
        "cilium/cilium: pkg/egressgateway/manager.go",
        "https://docs.cilium.io/en/stable/security/host-firewall/",
        "https://docs.cilium.io/en/stable/network/kubernetes/local-redirect-policy/",
    ),
)
def cilium_feature_off(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report the first field of a policy that nothing acts on."""
    config = cilium_config(mesh, resource.cluster)
    if config is None:
        return
    found = _in_rules(resource, config) if resource.kind in _POLICIES else _whole(resource, config)
    for node, message in found:
        where = command("cilium", "config", "view", "-n", config.resource.namespace)
        related = (config.resource.get("data") or config.resource.root).note("has the options of the agents")
        yield node.problem(message, where, related=(related,))
        return


def _in_rules(policy: Resource, config: CiliumConfig) -> Iterator[tuple[Node, str]]:
    for rule_ in (*policy.each("spec"), *policy.each("specs[]")):
        if not config.is_on("enable-l7-proxy", default=True):
            for path in _L7:
                for node in rule_.each(path):
                    if node.value:
                        yield node, "rules for layer 7 need option 'enable-l7-proxy', which is off"
        selector = rule_.get("nodeSelector")
        if selector is not None and not config.is_on("enable-host-firewall"):
            yield selector, "a policy for nodes needs option 'enable-host-firewall', which is off"


def _whole(policy: Resource, config: CiliumConfig) -> Iterator[tuple[Node, str]]:
    spec = policy.get("spec") or policy.root
    if policy.kind == CILIUM_LOCAL_REDIRECT_POLICY:
        if not config.is_on("enable-local-redirect-policy"):
            yield spec, "a local redirect policy needs option 'enable-local-redirect-policy', which is off"
    elif not (config.is_on("enable-egress-gateway") or config.is_on("enable-ipv4-egress-gateway")):
        yield spec, "an egress gateway policy needs option 'enable-egress-gateway', which is off"
