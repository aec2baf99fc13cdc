"""EgressNetwork lifts the global one that denies, for all of its namespace.

## Why it matters
Clients of a namespace with an EgressNetwork of its own are judged by that alone; those of the global namespace,
`linkerd-egress` by default, are not looked at, also for addresses that the own one does not cover. An object that was
to allow or watch one network opens all the others that are denied globally.

## Wrong
```yaml
apiVersion: policy.linkerd.io/v1alpha1
kind: EgressNetwork
metadata: {name: everything, namespace: linkerd-egress}
spec: {trafficPolicy: Deny}
---
apiVersion: policy.linkerd.io/v1alpha1
kind: EgressNetwork
metadata: {name: partner, namespace: shop}
spec:
  trafficPolicy: Allow
  networks: [{cidr: 192.0.2.0/24}]
```

## Right
```yaml
apiVersion: policy.linkerd.io/v1alpha1
kind: EgressNetwork
metadata: {name: everything, namespace: linkerd-egress}
spec: {trafficPolicy: Deny}
---
apiVersion: policy.linkerd.io/v1alpha1
kind: EgressNetwork
metadata: {name: partner, namespace: shop}
spec:
  trafficPolicy: Allow
  networks: [{cidr: 192.0.2.0/24}]
---
apiVersion: policy.linkerd.io/v1alpha1
kind: EgressNetwork
metadata: {name: everything, namespace: shop}
spec: {trafficPolicy: Deny}
```

## When it stays quiet
No global EgressNetwork denies; one of the namespace leaves its networks out, and so decides about every outside
address. Which namespace is the global one is taken from `linkerd-config` where that is loaded.

## Fix safety
None is offered: what the namespace may reach is a decision.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Anchor, Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import EGRESS_NETWORK
from service_mesh.model.resource import Resource
from service_mesh.posture.linkerd.installation import INSTALLATION_KINDS, installation
from service_mesh.rules.rule import rule

_GLOBAL = "linkerd-egress"


class _Place(NamedTuple):
    """What the EgressNetworks of a namespace do.

    Attributes:
        has_rest: Whether one leaves its networks out, and so is about every outside address.
        denying: The first one that denies.
    """

    has_rest: bool = False
    denying: Resource | None = None


@rule(
    "LD191",
    category=Category.SECURITY,
    severity=Severity.WARNING,
    about=(EGRESS_NETWORK,),
    reads=(EGRESS_NETWORK, *INSTALLATION_KINDS),
    needs=("networks",),
    sources=(
        "linkerd/linkerd2: policy-controller/k8s/index/src/outbound/index/egress_network.rs (resolve_egress_network)",
        "https://linkerd.io/2/reference/egress-network/#egressnetwork-semantics",
    ),
)
def global_egress_lifted(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report the networks of an object beside which nothing decides about other addresses any more."""
    networks = resource.get("spec.networks")
    if networks is None or not networks.items:
        return
    found = installation(mesh, resource.cluster)
    home = (found.text("egress.globalEgressNetworkNamespace") if found is not None else "") or _GLOBAL
    places = mesh.index(_places)
    own, outer = (places.get((resource.cluster, name), _Place()) for name in (resource.namespace, home))
    denying = outer.denying
    if resource.namespace == home or own.has_rest:
        return
    if denying is not None:
        message = (
            f"clients in namespace '{resource.namespace}' are no longer held by '{denying.title}', whose 'Deny' counts "
            "only where a namespace has no EgressNetwork"
        )
        note = (denying.get("spec.trafficPolicy") or denying.root).note("denies globally")
        yield networks.finding(message, related=(note,), anchor=Anchor.KEY)


def _places(mesh: MeshView) -> Mapping[tuple[str, str], _Place]:
    found: dict[tuple[str, str], _Place] = {}
    for network in mesh.of_kind(EGRESS_NETWORK):
        key, spec = (network.cluster, network.namespace), network.get("spec")
        held = found.get(key, _Place())
        has_rest = held.has_rest or network.get("spec.networks") is None
        denies = spec is not None and spec.text_at("trafficPolicy") == "Deny"
        found[key] = _Place(has_rest, held.denying or (network if denies else None))
    return found
