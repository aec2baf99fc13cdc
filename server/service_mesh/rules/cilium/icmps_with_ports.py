"""One rule has both ICMP types and ports.

## Why it matters
ICMP has no ports. An item with `icmps` and `toPorts` is refused by the agent together with the whole policy, so nothing
of it is enforced.

## Wrong
```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - toPorts:
    - ports:
      - {port: "80", protocol: TCP}
    icmps:
    - fields:
      - {type: EchoRequest, family: IPv4}
```

## Right
```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - toPorts:
    - ports:
      - {port: "80", protocol: TCP}
  - icmps:
    - fields:
      - {type: EchoRequest, family: IPv4}
```

## When it stays quiet
Either list being empty; agents that have ICMP rules switched off, which refuse every `icmps`.

## Fix safety
None is offered: the new item needs the peers of the old one, which only its author can choose.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Anchor, Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.resource import Resource
from service_mesh.rules.cilium._policies import POLICIES, VALIDATION, is_filled, sections
from service_mesh.rules.rule import rule


@rule("CI106", category=Category.SCHEMA, severity=Severity.ERROR, about=POLICIES, sources=(VALIDATION,))
def icmps_with_ports(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report items with filled `icmps` and filled `toPorts`."""
    for section in sections(resource):
        icmps, ports = section.node.get("icmps"), section.node.get("toPorts")
        if icmps is not None and ports is not None and is_filled(icmps) and is_filled(ports):
            message = "'icmps' stands beside 'toPorts' in one rule, which the agent refuses"
            yield icmps.finding(message, related=(ports.note("the ports of the same rule"),), anchor=Anchor.KEY)
