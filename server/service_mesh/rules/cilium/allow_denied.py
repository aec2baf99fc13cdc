"""A rule allows what another rule of the same policy denies.

## Why it matters
A deny wins over every allow, however narrow the allow is and wherever it stands. What is allowed for an entry that a
deny rule covers is never let through, though the policy reads as if it were an exception.

## Wrong
```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  egress:
  - toCIDR: [10.1.0.7/32]
  egressDeny:
  - toCIDR: [10.0.0.0/8]
```

## Right
```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  egress:
  - toCIDR: [10.1.0.7/32]
  egressDeny:
  - toCIDRSet:
    - cidr: 10.0.0.0/8
      except: [10.1.0.7/32]
```

## When it stays quiet
The deny covers only a part of the item, by peers or by ports; selectors that are not written alike; rules of different
policies, which may be meant to overrule each other; policies that the agent refuses.

## Fix safety
None is offered: either of the two may be what was meant.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.resource import Resource
from service_mesh.posture.cilium.rules import is_refused
from service_mesh.rules.cilium._coverage import covers_peers, covers_ports
from service_mesh.rules.cilium._policies import POLICIES, policy_rules
from service_mesh.rules.rule import rule

_MOST_DENIES = 50


@rule(
    "CI128",
    category=Category.CONFLICT,
    severity=Severity.WARNING,
    about=POLICIES,
    needs=("ingressDeny", "egressDeny"),
    sources=(
        "cilium/cilium: pkg/policy/mapstate.go",
        "https://docs.cilium.io/en/stable/security/policy/deny/",
    ),
)
def allow_denied(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report allowing items that one denying item of the same rule covers."""
    for one in policy_rules(resource) if not is_refused(resource) else ():
        for direction in ("ingress", "egress"):
            denies = tuple(one.each(f"{direction}Deny[]"))[:_MOST_DENIES]
            for item in one.each(f"{direction}[]") if denies else ():
                by = next((deny for deny in denies if covers_peers(deny, item) and covers_ports(deny, item)), None)
                if by is not None and item.value:
                    message = f"everything that this item allows is denied by '{direction}Deny', which wins"
                    yield item.finding(message, related=(by.note("denies it"),))
