"""A policy asks for authentication where nothing encrypts the traffic.

## Why it matters
Mutual authentication of Cilium is a handshake beside the connection. It tells that the identities of both ends were
proven, and leaves the connection itself as it is: without WireGuard, IPsec or ztunnel every byte is in the clear, and
whoever can send from the address of a proven end is taken for it.

## Wrong
```yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: cilium-config, namespace: kube-system}
data: {mesh-auth-enabled: "true", mesh-auth-mutual-enabled: "true"}
---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints:
    - matchLabels: {app: web}
    authentication: {mode: required}
```

## Right
```yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: cilium-config, namespace: kube-system}
data: {mesh-auth-enabled: "true", mesh-auth-mutual-enabled: "true", enable-wireguard: "true"}
---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints:
    - matchLabels: {app: web}
    authentication: {mode: required}
```

## When it stays quiet
Some encryption is on, whatever it leaves out; authentication cannot succeed, which another rule reports; only the first
item of a policy is reported. Where the options of the agents are not loaded it is reported as not checked.

## Fix safety
None is offered: encryption is an option of the whole cluster.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.resource import Resource
from service_mesh.posture.cilium.encryption import ENCRYPTION_KINDS, Encryption, encryption
from service_mesh.posture.cilium.options import OPTION_KINDS, policy_options
from service_mesh.posture.cilium.rules import is_refused
from service_mesh.posture.kubernetes.ends import pod_with
from service_mesh.rules.cilium._policies import POLICIES, authentication_modes
from service_mesh.rules.rule import rule


@rule(
    "CI136",
    category=Category.SECURITY,
    severity=Severity.WARNING,
    about=POLICIES,
    reads=tuple(dict.fromkeys((*OPTION_KINDS, *ENCRYPTION_KINDS))),
    needs=("authentication",),
    sources=(
        "cilium/cilium: Documentation/network/servicemesh/mutual-authentication/mutual-authentication.rst",
        "https://docs.cilium.io/en/stable/network/servicemesh/mutual-authentication/mutual-authentication/",
    ),
)
def authentication_without_encryption(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report the first item that requires authentication, where no encryption is turned on."""
    options = policy_options(mesh, resource.cluster)
    if is_refused(resource) or options.authenticates is False:
        return
    found = encryption(mesh, pod_with("", {}, resource.cluster), pod_with("", {}, resource.cluster))
    is_known = options.authenticates is not None
    # By ztunnel only what is enrolled is encrypted, which two pods that are not known do not tell.
    if is_known and (found.by is not Encryption.NONE or found.chain):
        return
    for mode in authentication_modes(resource):
        if mode.text == "required":
            message = "authentication encrypts nothing, and no encryption between nodes or pods is turned on"
            yield mode.finding(message, partial=not is_known)
            return
