"""An exception lies outside the CIDR it is an exception of.

## Why it matters
`except` takes away a part of `cidr` in the same item. A range outside it, of another family, or wider than the CIDR is
refused by the agent together with the whole policy, so nothing of it is enforced. Older releases take a wider range
and allow nothing at all.

## Wrong
```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  egress:
  - toCIDRSet:
    - cidr: 10.9.0.0/16
      except: [10.10.0.0/24]
```

## Right
```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  egress:
  - toCIDRSet:
    - cidr: 10.9.0.0/16
      except: [10.9.7.0/24]
```

## When it stays quiet
Texts that are no CIDR, which the schema refuses; exceptions of a CIDR group.

## Fix safety
None is offered: which of the two ranges is wrong is not known.
"""

import ipaddress
from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.networks import Network, contains
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.cilium._policies import POLICIES, VALIDATION, sections
from service_mesh.rules.rule import rule


@rule("CI112", category=Category.SCHEMA, severity=Severity.ERROR, about=POLICIES, sources=(VALIDATION,))
def except_outside_cidr(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report exceptions that their CIDR does not contain."""
    for section in sections(resource):
        for item in section.node.each("fromCIDRSet[]" if section.is_ingress else "toCIDRSet[]"):
            cidr = item.get("cidr")
            network = None if cidr is None else _network(cidr)
            if cidr is None or network is None:
                continue
            for node in item.each("except[]"):
                inner = _network(node)
                if inner is not None and not contains(network, inner):
                    message = f"exception '{node.text}' is not inside '{cidr.text}'"
                    yield node.finding(message, related=(cidr.note("the range it is an exception of"),))


def _network(node: Node) -> Network | None:
    try:
        return ipaddress.ip_network(node.text, strict=False) if "/" in node.text else None
    except ValueError:
        return None
