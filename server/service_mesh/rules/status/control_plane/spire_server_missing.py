"""Cilium's mutual authentication has no SPIRE server to ask.

## Why it matters
The agents fetch the certificates of identities from SPIRE. Without its server no handshake succeeds, and traffic under
a policy with `authentication.mode: required` is dropped.

## Wrong
```yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: cilium-config, namespace: kube-system}
data:
  mesh-auth-enabled: "true"
  mesh-auth-mutual-enabled: "true"
  mesh-auth-spire-server-address: spire-server.cilium-spire.svc:8081
```

## Right
```yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: cilium-config, namespace: kube-system}
data:
  mesh-auth-enabled: "true"
  mesh-auth-mutual-enabled: "true"
  mesh-auth-spire-server-address: spire-server.cilium-spire.svc:8081
---
apiVersion: v1
kind: Service
metadata: {name: spire-server, namespace: cilium-spire}
spec: {ports: [{port: 8081}]}
```

## When it stays quiet
Mutual authentication is off, the server's address is none of a Service in the cluster, or not every Service was read.

## Fix safety
No fix: SPIRE is installed with Cilium's chart or by somebody else.
"""

from collections.abc import Iterator

from service_mesh.mesh.cilium_config import CiliumConfig, config_of
from service_mesh.mesh.components import COMPONENT_KINDS
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import CONFIG_MAP, SERVICE
from service_mesh.model.kubectl import command
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule

_ADDRESS = "mesh-auth-spire-server-address"


@rule(
    "ST136",
    category=Category.SECURITY,
    severity=Severity.ERROR,
    about=(CONFIG_MAP,),
    reads=(SERVICE, *COMPONENT_KINDS),
    sources=(
        "cilium/cilium: pkg/auth/cell.go",
        "cilium/cilium: install/kubernetes/cilium/templates/spire/server/service.yaml",
        "https://docs.cilium.io/en/stable/network/servicemesh/mutual-authentication/mutual-authentication/",
    ),
)
def spire_server_missing(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report the address of a SPIRE server behind which there is no Service."""
    config = config_of(mesh, resource)
    place = _place(config) if config is not None else None
    option = config.option(_ADDRESS) if config is not None else None
    if place is None or option is None:
        return
    name, namespace = place
    if mesh.find(SERVICE, namespace, name, resource.cluster) is None and mesh.is_listed(SERVICE, resource.cluster):
        message = f"mutual authentication asks SPIRE at '{option.text}', and that Service does not exist"
        yield option.problem(message, command("kubectl", "-n", namespace, "get", f"service/{name}"))


def _place(config: CiliumConfig) -> tuple[str, str] | None:
    """Name and namespace of the Service behind the address, where mutual authentication is on."""
    if not config.is_on("mesh-auth-mutual-enabled"):
        return None
    host = config.text(_ADDRESS).rpartition(":")[0].split(".")
    return (host[0], host[1]) if len(host) > 2 and host[2] == "svc" else None
