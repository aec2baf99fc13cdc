"""Joined clusters run releases of Istio that are far apart.

## Why it matters
Each istiod configures its own proxies for the services of all clusters. What a newer one relies on, such as tunnels and
metadata of endpoints, may be missing in an older one; nothing further apart than one minor release is tested.

## Wrong
```text
cluster north: Secret istio-remote-secret-west with the key west, istiod 1.31.2
cluster west:  istiod 1.29.4
```

## Right
```text
cluster north: Secret istio-remote-secret-west with the key west, istiod 1.31.2
cluster west:  istiod 1.30.3
```

## When it stays quiet
The clusters were not read together, or no remote secret of one names the other. An image names no release.

## Fix safety
No fix: which cluster can be upgraded is not known.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model import kubectl
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import SECRET
from service_mesh.model.resource import Resource
from service_mesh.posture.istio.proxies import Release, shown
from service_mesh.rules.rule import rule
from service_mesh.rules.status._words import told
from service_mesh.rules.status.multi_cluster._members import MEMBER_KINDS, peers


@rule(
    "ST506",
    category=Category.OPERATIONS,
    severity=Severity.WARNING,
    about=(SECRET,),
    reads=MEMBER_KINDS,
    sources=("https://istio.io/latest/docs/releases/supported-releases/#control-planedata-plane-skew",),
)
def cluster_releases_apart(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each cluster that a remote secret names and whose istiod is more than one minor release away."""
    for peer in peers(mesh, resource):
        ours, theirs = peer.home.release, peer.other.release
        if ours is not None and theirs is not None and _apart(ours, theirs) > 1:
            there, here = shown(theirs), shown(ours)
            message = (
                f"istiod of cluster '{told(peer.other.id)}' is of {there}, this one of {here}, more than a minor apart"
            )
            yield peer.key.problem(message, kubectl.command("istioctl", "version"))


def _apart(one: Release, other: Release) -> int:
    """Minor releases between two releases; of another major release all are far away."""
    return abs(one[1] - other[1]) if one[0] == other[0] else 99
