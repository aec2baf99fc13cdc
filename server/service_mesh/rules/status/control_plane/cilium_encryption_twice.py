"""Cilium is to encrypt with WireGuard and with IPsec at once.

## Why it matters
The agent refuses to start with both. Agents that run keep what they had until they restart; from then on their node
gets no network for new pods.

## Wrong
```yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: cilium-config, namespace: kube-system}
data: {enable-wireguard: "true", enable-ipsec: "true"}
```

## Right
```yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: cilium-config, namespace: kube-system}
data: {enable-wireguard: "true"}
```

## When it stays quiet
Only one of the two is on.

## Fix safety
No fix: which of the two the nodes are to use, and how to get there without a gap, is a decision.
"""

from collections.abc import Iterator

from service_mesh.mesh.cilium_config import config_of
from service_mesh.mesh.components import COMPONENT_KINDS
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import CONFIG_MAP
from service_mesh.model.kubectl import command
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule


@rule(
    "ST132",
    category=Category.OPERATIONS,
    severity=Severity.ERROR,
    about=(CONFIG_MAP,),
    reads=COMPONENT_KINDS,
    sources=(
        "cilium/cilium: pkg/wireguard/agent/agent.go",
        "cilium/cilium: daemon/cmd/cells.go",
        "https://docs.cilium.io/en/stable/security/network/encryption/",
    ),
)
def cilium_encryption_twice(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report the second kind of encryption."""
    config = config_of(mesh, resource)
    if config is None or not (config.is_on("enable-wireguard") and config.is_on("enable-ipsec")):
        return
    option = config.option("enable-ipsec") or resource.root
    message = "options 'enable-ipsec' and 'enable-wireguard' are both on, and an agent does not start with both"
    yield option.problem(message, command("kubectl", "-n", resource.namespace, "logs", "daemonset/cilium"))
