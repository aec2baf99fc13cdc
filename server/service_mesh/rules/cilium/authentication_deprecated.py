"""A policy asks for mutual authentication, which Cilium is going to remove.

## Why it matters
Mutual authentication is deprecated since 1.20 together with the SPIRE server that the chart brings, and its removal is
announced for the release after. A policy that asks for it has to be written anew before that upgrade.

## Wrong
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

## Right
```yaml
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
The release that is judged by is older than 1.20; the mode is `disabled`; only the first item of a policy is reported.

## Fix safety
None is offered: without the field the connection passes unauthenticated.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Anchor, Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.resource import Resource
from service_mesh.rules.cilium._policies import POLICIES, authentication_modes
from service_mesh.rules.rule import rule


@rule(
    "CI137",
    category=Category.HYGIENE,
    severity=Severity.INFO,
    about=POLICIES,
    needs=("authentication",),
    sources=("https://github.com/cilium/cilium/issues/47132",),
)
def authentication_deprecated(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report the first item of a policy that asks for authentication."""
    if mesh.release("cilium") < (1, 20):
        return
    for mode in authentication_modes(resource):
        if mode.text == "required":
            message = "mutual authentication is deprecated since Cilium 1.20 and is going to be removed"
            yield mode.finding(message, anchor=Anchor.KEY)
            return
