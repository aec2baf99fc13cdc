"""An object is of a kind that Cilium has removed.

## Why it matters
Cilium no longer installs the definition of the kind, so the API server of a new cluster refuses the object. Where the
definition was left behind the object stays and nothing acts on it any more: sessions of BGP are closed at the upgrade.

## Wrong
```yaml
apiVersion: cilium.io/v2alpha1
kind: CiliumBGPPeeringPolicy
metadata: {name: rack}
spec:
  virtualRouters:
  - {localASN: 64512, neighbors: [{peerAddress: 192.0.2.1/32, peerASN: 64513}]}
```

## Right
```yaml
apiVersion: cilium.io/v2
kind: CiliumBGPClusterConfig
metadata: {name: rack}
spec:
  bgpInstances:
  - name: rack
    localASN: 64512
    peers: [{name: router, peerAddress: 192.0.2.1, peerASN: 64513}]
```

## When it stays quiet
The release that is judged by still has the kind; one release before its removal it is an information.

## Fix safety
None is offered: what replaces the kind is several objects of other kinds, or nothing.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import Kind
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule


class _Removal(NamedTuple):
    """Which release dropped a kind, and what does its work since then."""

    release: tuple[int, int]
    then: str


_GONE: Mapping[Kind, _Removal] = {
    Kind("cilium.io", "CiliumBGPPeeringPolicy"): _Removal(
        (1, 19), "'CiliumBGPClusterConfig' with 'CiliumBGPPeerConfig' and 'CiliumBGPAdvertisement' replaces it"
    ),
    Kind("cilium.io", "CiliumExternalWorkload"): _Removal((1, 18), "nothing replaces it"),
}


@rule(
    "CI139",
    category=Category.SCHEMA,
    severity=Severity.WARNING,
    about=tuple(_GONE),
    sources=(
        "https://github.com/cilium/cilium/pull/42278",
        "https://github.com/cilium/cilium/pull/37418",
        "cilium/cilium: Documentation/operations/upgrade.rst",
    ),
)
def kind_withdrawn(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report objects of kinds that are gone, or gone with the next release."""
    (major, minor), then = _GONE[resource.kind]
    release = mesh.release("cilium")
    node = resource.get("kind") or resource.root
    name, since = resource.kind.name, f"{major}.{minor}"
    if release >= (major, minor):
        yield node.finding(f"'{name}' was removed in Cilium {since}, {then}")
    elif release >= (major, minor - 1):
        yield node.finding(f"'{name}' is deprecated and removed in Cilium {since}, {then}", severity=Severity.INFO)
