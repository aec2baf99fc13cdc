"""EgressNetwork covers addresses of the cluster.

## Why it matters
An EgressNetwork is about what lies outside. One whose networks overlap with those of the cluster (chart value
`clusterNetworks`) is not accepted, and its status says `EgressReasonNetworkOverlap`: a policy of `Deny` that was to
hold traffic back holds nothing back.

## Wrong
```yaml
apiVersion: policy.linkerd.io/v1alpha1
kind: EgressNetwork
metadata: {name: outside, namespace: linkerd-egress}
spec:
  trafficPolicy: Deny
  networks: [{cidr: 0.0.0.0/0}]
```

## Right
```yaml
apiVersion: policy.linkerd.io/v1alpha1
kind: EgressNetwork
metadata: {name: outside, namespace: linkerd-egress}
spec:
  trafficPolicy: Deny
  networks:
  - cidr: 0.0.0.0/0
    except: [10.0.0.0/8, 100.64.0.0/10, 172.16.0.0/12, 192.168.0.0/16]
```

## When it stays quiet
The networks are left out, and then are all that is not the cluster's; the cluster's own are all excepted. Where
`linkerd-config` is not loaded, the chart's usual networks are compared and the finding is reported as not checked.

## Fix safety
None is offered: what the policy should cover is a decision.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import EGRESS_NETWORK
from service_mesh.model.networks import Network, contains
from service_mesh.model.resource import Resource
from service_mesh.posture.linkerd.installation import INSTALLATION_KINDS
from service_mesh.posture.linkerd.networks import NetworkMatch, cluster_networks, network_in
from service_mesh.rules.rule import rule

_USUAL = ("10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.168.0.0/16", "fd00::/8")


@rule(
    "LD185",
    category=Category.TRAFFIC,
    severity=Severity.WARNING,
    about=(EGRESS_NETWORK,),
    reads=INSTALLATION_KINDS,
    needs=("networks",),
    sources=(
        "linkerd/linkerd2: policy-controller/k8s/status/src/index.rs",
        "https://linkerd.io/2/reference/egress-network/",
    ),
    upstream=("EgressReasonNetworkOverlap",),
)
def egress_network_overlaps_cluster(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each network that has an address of the cluster."""
    known = cluster_networks(mesh, resource.cluster)
    usual = (network_in(text) for text in _USUAL)
    inside = known if known is not None else tuple(NetworkMatch(one) for one in usual if one is not None)
    for item in resource.each("spec.networks[]"):
        cidr = item.get("cidr")
        network = network_in(cidr.text) if cidr is not None else None
        if cidr is None or network is None:
            continue
        left_out = [found for node in item.each("except[]") if (found := network_in(node.text)) is not None]
        shared = next((one.network for one in inside if _is_shared(network, one.network, left_out)), None)
        if shared is not None:
            message = f"'{cidr.text}' overlaps with '{shared}' of the cluster, so Linkerd does not accept the object"
            yield cidr.finding(message, partial=known is None)


def _is_shared(one: Network, other: Network, left_out: list[Network]) -> bool:
    """Whether two networks have an address in common that is not left out: that with the longer prefix is shared."""
    smaller, larger = (one, other) if one.prefixlen >= other.prefixlen else (other, one)
    return contains(larger, smaller) and not any(contains(wide, smaller) for wide in left_out)
