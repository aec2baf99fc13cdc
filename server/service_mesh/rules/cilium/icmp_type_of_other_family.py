"""The name of an ICMP type does not exist in its family.

## Why it matters
IPv4 and IPv6 have their own ICMP types, and `family` is IPv4 where it is left out. The schema takes every name for
both; the agent cannot decode the object, so nothing of the policy is enforced.

## Wrong
```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - icmps:
    - fields:
      - {type: PacketTooBig, family: IPv4}
```

## Right
```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - icmps:
    - fields:
      - {type: PacketTooBig, family: IPv6}
```

## When it stays quiet
Numbers; names that no family has, which the schema refuses.

## Fix safety
Setting the other family is offered and unsafe: the policy starts to be enforced.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Fix, Insert, Replace
from service_mesh.model.grade import Category, Severity
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.cilium._policies import POLICIES, sections
from service_mesh.rules.rule import rule

_BOTH = {"EchoReply", "DestinationUnreachable", "EchoRequest", "RouterAdvertisement", "TimeExceeded"}
_BOTH |= {"ParameterProblem", "ExtendedEchoRequest", "ExtendedEchoReply"}
_NAMES = {
    "IPv4": frozenset({"Redirect", "Echo", "RouterSelection", "Timestamp", "TimestampReply", "Photuris", *_BOTH}),
    "IPv6": frozenset(
        {
            *_BOTH,
            *("PacketTooBig", "RouterSolicitation", "RedirectMessage", "RouterRenumbering"),
            *("MulticastListenerQuery", "MulticastListenerReport", "MulticastListenerDone"),
            *("NeighborSolicitation", "NeighborAdvertisement"),
            *("ICMPNodeInformationQuery", "ICMPNodeInformationResponse"),
            *("InverseNeighborDiscoverySolicitation", "InverseNeighborDiscoveryAdvertisement"),
            *("HomeAgentAddressDiscoveryRequest", "HomeAgentAddressDiscoveryReply"),
            *("MobilePrefixSolicitation", "MobilePrefixAdvertisement"),
            *("DuplicateAddressRequestCodeSuffix", "DuplicateAddressConfirmationCodeSuffix"),
        }
    ),
}


@rule(
    "CI113",
    category=Category.SCHEMA,
    severity=Severity.ERROR,
    about=POLICIES,
    sources=("cilium/cilium: pkg/policy/api/icmp.go",),
)
def icmp_type_of_other_family(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report names of ICMP types that only the other family has."""
    for section in sections(resource):
        for field in section.node.each("icmps[].fields[]"):
            kind, family = field.get("type"), field.get("family")
            own = "IPv4" if family is None else family.text
            other = {"IPv4": "IPv6", "IPv6": "IPv4"}.get(own, "")
            if kind is not None and other and kind.text in _NAMES[other] - _NAMES[own]:
                message = f"ICMP type '{kind.text}' exists in {other}, the field is for {own}"
                yield kind.finding(message, fix=_other_family(field, family, other))


def _other_family(field: Node, family: Node | None, other: str) -> Fix:
    if family is None:
        return Fix(f"set family {other}", False, (Insert(field.resource, field.path, "family", other),))
    return Fix(f"set family {other}", False, (Replace(field.resource, family.path, other),))
