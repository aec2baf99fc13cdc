"""A policy asks for authentication that cannot succeed.

## Why it matters
With `authentication.mode: required` the first packets of a connection are held back until a handshake beside it has
succeeded. Where mutual authentication is off, which is the default since 1.19, nothing can answer, so the agent drops
everything that the item allows. The mode `test-always-fail` drops it in any case.

## Wrong
```yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: cilium-config, namespace: kube-system}
data: {mesh-auth-enabled: "false", enable-wireguard: "true"}
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
data: {mesh-auth-enabled: "false", enable-wireguard: "true"}
---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints:
    - matchLabels: {app: web}
```

## When it stays quiet
The mode is `disabled`; authentication is on; the options of the agents are not loaded and the mode is `required`; the
agent refuses the policy anyway.

## Fix safety
None is offered: without the field the connection passes unauthenticated.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.resource import Resource
from service_mesh.posture.cilium.options import OPTION_KINDS, policy_options
from service_mesh.posture.cilium.rules import is_refused
from service_mesh.rules.cilium._policies import POLICIES, authentication_modes
from service_mesh.rules.rule import rule


@rule(
    "CI135",
    category=Category.TRAFFIC,
    severity=Severity.WARNING,
    about=POLICIES,
    reads=OPTION_KINDS,
    needs=("authentication",),
    sources=(
        "cilium/cilium: pkg/auth/manager.go",
        "https://docs.cilium.io/en/stable/network/servicemesh/mutual-authentication/mutual-authentication/",
    ),
)
def authentication_off(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report modes of authentication that drop every connection."""
    options = policy_options(mesh, resource.cluster)
    for mode in authentication_modes(resource) if not is_refused(resource) else ():
        if mode.text == "test-always-fail":
            yield mode.finding("mode 'test-always-fail' drops every connection that the item allows")
        elif mode.text == "required" and options.authenticates is False:
            message = "the options of the agents leave mutual authentication off, so what the item allows is dropped"
            yield mode.finding(message)
