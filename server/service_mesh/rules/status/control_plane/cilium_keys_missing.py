"""Cilium is to encrypt with IPsec, and the Secret with the keys does not exist.

## Why it matters
The agents mount the Secret and read the key from it as they start. Without it their pods wait for the volume, and the
node gets no network for new pods; agents that still run keep the key they have until they restart.

## Wrong
```yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: cilium-config, namespace: kube-system}
data: {enable-ipsec: "true"}
```

## Right
```yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: cilium-config, namespace: kube-system}
data: {enable-ipsec: "true"}
---
apiVersion: v1
kind: Secret
metadata: {name: cilium-ipsec-keys, namespace: kube-system}
type: Opaque
data: {keys: UkVEQUNURUQ=}
```

## When it stays quiet
Not every Secret was read, or WireGuard is on as well, which is a fault of its own. The name is that of the Secret
which the agents mount, `cilium-ipsec-keys` where that cannot be seen.

## Fix safety
No fix: a key is made once for all nodes and is nothing that a file should hold.
"""

from collections.abc import Iterator

from service_mesh.mesh.cilium_agents import agent_of
from service_mesh.mesh.cilium_config import config_of
from service_mesh.mesh.components import COMPONENT_KINDS
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import CONFIG_MAP, SECRET
from service_mesh.model.kubectl import command
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule

_VOLUME = "cilium-ipsec-secrets"
_DEFAULT = "cilium-ipsec-keys"


@rule(
    "ST134",
    category=Category.OPERATIONS,
    severity=Severity.ERROR,
    about=(CONFIG_MAP,),
    reads=(SECRET, *COMPONENT_KINDS),
    sources=(
        "cilium/cilium: install/kubernetes/cilium/templates/cilium-agent/daemonset.yaml",
        "cilium/cilium: pkg/datapath/linux/ipsec/ipsec_linux.go",
        "https://docs.cilium.io/en/stable/security/network/encryption-ipsec/",
    ),
)
def cilium_keys_missing(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report encryption with IPsec that has no key."""
    config = config_of(mesh, resource)
    option = config.option("enable-ipsec") if config is not None else None
    if config is None or option is None or not config.is_on("enable-ipsec") or config.is_on("enable-wireguard"):
        return
    name, namespace = _secret_name(resource, mesh), resource.namespace
    if mesh.find(SECRET, namespace, name, resource.cluster) is None and mesh.is_listed(SECRET, resource.cluster):
        message = f"option 'enable-ipsec' is on, and the Secret '{name}' with the keys does not exist in '{namespace}'"
        yield option.problem(message, command("kubectl", "-n", namespace, "get", f"secret/{name}"))


def _secret_name(config: Resource, mesh: MeshView) -> str:
    agent = agent_of(mesh, config.cluster)
    for volume in agent.workload.template.each("spec.volumes[]") if agent is not None else ():
        title, secret = volume.get("name"), volume.get("secret.secretName")
        if title is not None and title.text == _VOLUME and secret is not None and secret.text:
            return secret.text
    return _DEFAULT
