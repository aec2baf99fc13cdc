"""Policies exist, and Cilium is told not to enforce any.

## Why it matters
`enable-policy: never` lets everything pass whatever policies say, and `policy-audit-mode` writes down what would have
been dropped and lets it pass. Both are made for trying things out and are easily left behind.

## Wrong
```yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: cilium-config, namespace: kube-system}
data: {enable-policy: never}
---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: api, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: api}}
  ingress: [{fromEndpoints: [{matchLabels: {app: web}}]}]
```

## Right
```yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: cilium-config, namespace: kube-system}
data: {enable-policy: default}
---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: api, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: api}}
  ingress: [{fromEndpoints: [{matchLabels: {app: web}}]}]
```

## When it stays quiet
The cluster has no policy of Cilium or Kubernetes. `enable-policy: always` is no problem: it denies where no policy
allows, which the overview says.

## Fix safety
No fix: from the moment policies hold again, what they do not allow is dropped.
"""

from collections.abc import Iterator

from service_mesh.mesh.cilium_config import CiliumConfig, config_of
from service_mesh.mesh.components import COMPONENT_KINDS
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import (
    CILIUM_CLUSTERWIDE_NETWORK_POLICY,
    CILIUM_NETWORK_POLICY,
    CONFIG_MAP,
    NETWORK_POLICY,
)
from service_mesh.model.kubectl import command
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule

_POLICIES = (CILIUM_NETWORK_POLICY, CILIUM_CLUSTERWIDE_NETWORK_POLICY, NETWORK_POLICY)


@rule(
    "ST258",
    category=Category.SECURITY,
    severity=Severity.ERROR,
    about=(CONFIG_MAP,),
    reads=(*_POLICIES, *COMPONENT_KINDS),
    sources=(
        "cilium/cilium: pkg/policy/config.go",
        "cilium/cilium: pkg/option/config.go",
        "https://docs.cilium.io/en/stable/security/policy/intro/#policy-enforcement-modes",
        "https://docs.cilium.io/en/stable/security/policy-creation/",
    ),
)
def policy_enforcement_off(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report the option that takes the effect from all policies."""
    config = config_of(mesh, resource)
    found = _off(config) if config is not None else None
    if found is None:
        return
    count = sum(one.cluster == resource.cluster for kind in _POLICIES for one in mesh.of_kind(kind))
    if count:
        option, what, severity = found
        policies = "the one policy of the cluster" if count == 1 else f"the {count} policies of the cluster"
        message = f"option '{option.path[-1]}' is '{option.text}': {what.format(policies)}"
        next_command = command("cilium", "config", "view", "-n", resource.namespace)
        yield option.problem(message, next_command, severity=severity)


def _off(config: CiliumConfig) -> tuple[Node, str, Severity] | None:
    mode, audit = config.option("enable-policy"), config.option("policy-audit-mode")
    if mode is not None and config.text("enable-policy").lower() == "never":
        return mode, "no agent enforces {}", Severity.ERROR
    if audit is not None and config.is_on("policy-audit-mode"):
        return audit, "what {} would drop is logged and passes", Severity.WARNING
    return None
