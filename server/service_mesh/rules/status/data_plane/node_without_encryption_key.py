"""Node has published no key for the encryption that is on.

## Why it matters
With WireGuard each agent writes the public key of its node into the CiliumNode, and the others make a peer of it. A
node without a key is no peer: traffic from and to its pods crosses the network in plain text, and nothing fails. The
usual reason is an agent that has not been restarted since encryption was switched on.

## Wrong
```yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: cilium-config, namespace: kube-system}
data: {enable-wireguard: "true"}
---
apiVersion: cilium.io/v2
kind: CiliumNode
metadata: {name: worker-1}
spec: {encryption: {}}
```

## Right
```yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: cilium-config, namespace: kube-system}
data: {enable-wireguard: "true"}
---
apiVersion: cilium.io/v2
kind: CiliumNode
metadata:
  name: worker-1
  annotations: {network.cilium.io/wg-pub-key: "kT5v0pQ8mY3xWc7bZr1nLdS6hFgJ2aUeO4iXqB9sVn0="}
spec: {encryption: {key: 255}}
```

## When it stays quiet
Encryption is off, or the CiliumNode is a few minutes old. If no node has a key, that is one problem of the option and
not one of each node.

## Fix safety
No fix: the agent makes the key when it starts.
"""

from collections.abc import Iterator

from service_mesh.mesh.cilium_config import CiliumConfig, config_of
from service_mesh.mesh.components import COMPONENT_KINDS
from service_mesh.mesh.pod_states import is_settled
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import CILIUM_NODE, CONFIG_MAP
from service_mesh.model.kubectl import command
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule

_ANNOTATION = "network.cilium.io/wg-pub-key"
_SWITCHES = {"enable-wireguard": "WireGuard", "enable-ipsec": "IPsec"}


@rule(
    "ST256",
    category=Category.SECURITY,
    severity=Severity.ERROR,
    about=(CONFIG_MAP,),
    reads=(CILIUM_NODE, *COMPONENT_KINDS),
    sources=(
        "cilium/cilium: pkg/wireguard/agent/node_handler.go",
        "cilium/cilium: pkg/nodediscovery/nodediscovery.go",
        "https://docs.cilium.io/en/stable/security/network/encryption-wireguard/",
    ),
)
def node_without_encryption_key(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each node that others cannot encrypt for."""
    config = config_of(mesh, resource)
    switch = _switch(config) if config is not None else None
    if config is None or switch is None:
        return
    nodes = [one for one in mesh.of_kind(CILIUM_NODE) if one.cluster == resource.cluster and is_settled(mesh, one)]
    bare = [node for node in nodes if not _has_key(node, switch)]
    next_command = command("cilium", "encryption", "status", "-n", resource.namespace)
    if bare and len(bare) == len(nodes):
        option = config.option(switch) or resource.root
        message = f"option '{switch}' is on, and none of the {len(nodes)} nodes has published a key"
        yield option.problem(message, next_command)
        return
    for node in bare:
        where = node.get("spec.encryption") or node.get("spec") or node.root
        message = f"node '{node.name}' has published no key for {_SWITCHES[switch]}: others send to it in plain text"
        yield where.problem(message, next_command)


def _switch(config: CiliumConfig) -> str | None:
    """The one kind of encryption that is on."""
    found = [name for name in _SWITCHES if config.is_on(name)]
    return found[0] if len(found) == 1 else None


def _has_key(node: Resource, switch: str) -> bool:
    if switch == "enable-wireguard":
        return bool(node.annotations.get(_ANNOTATION))
    key = node.get("spec.encryption.key")
    return key is not None and bool(key.number)
