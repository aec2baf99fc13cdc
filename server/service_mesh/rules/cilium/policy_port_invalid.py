"""A port of a policy is neither a number nor a name.

## Why it matters
The schema's pattern is satisfied by any text that starts with digits or ends like a name, the agent is not: it takes a
number up to 65535 or a service name of at most 15 letters, digits and single hyphens. It refuses the whole policy, so
nothing of it is enforced.

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
      - {port: "8000-9000", protocol: TCP}
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
      - {port: "8000", endPort: 9000, protocol: TCP}
```

## When it stays quiet
A port that is no text, which the schema refuses; a port that is left out for a protocol without ports, such as GRE,
which an option of the agent allows.

## Fix safety
Splitting `8000-9000` into `port` and `endPort` is offered and unsafe: the policy starts to be enforced.
"""

import re
from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Fix, Insert, Replace
from service_mesh.model.grade import Category, Severity
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.cilium._policies import POLICIES, VALIDATION, port_rules
from service_mesh.rules.cilium._ports import PORTLESS, is_service_name, port_number
from service_mesh.rules.rule import rule

_RANGE = re.compile(r"([1-9][0-9]{0,4})\s*[-:]\s*([1-9][0-9]{0,4})")


@rule(
    "CI107",
    category=Category.SCHEMA,
    severity=Severity.ERROR,
    about=POLICIES,
    sources=(VALIDATION, "cilium/cilium: pkg/iana/svcname.go"),
)
def policy_port_invalid(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report ports that the agent cannot parse, ports left out, and ports of protocols that have none."""
    for _, port_rule in port_rules(resource):
        for port in port_rule.each("ports[]"):
            if isinstance(port.value, dict):
                yield from _judged(port)


def _judged(port: Node) -> Iterator[Draft]:
    number, protocol = port.get("port"), port.get("protocol")
    name = protocol.text if protocol is not None else ""
    if number is None:
        if name not in PORTLESS:
            yield port.finding("a port is left out, which the agent refuses unless IP protocols are enabled")
    elif number.text and not is_service_name(number.text):
        if port_number(number.text) is None:
            yield number.finding(f"'{number.text[:80]}' is neither a port number nor a port name", fix=_split(port))
        elif name in PORTLESS and number.text != "0":
            yield number.finding(f"protocol '{name}' has no ports, but port '{number.text}' is named")


def _split(port: Node) -> Fix | None:
    number = port.get("port")
    match = _RANGE.fullmatch(number.text) if number is not None else None
    if match is None or number is None or port.get("endPort") is not None or int(match[1]) >= int(match[2]):
        return None
    if int(match[2]) >= 1 << 16:
        return None
    first = Replace(number.resource, number.path, match[1])
    return Fix(
        "write the range with 'endPort'", False, (first, Insert(port.resource, port.path, "endPort", int(match[2])))
    )
