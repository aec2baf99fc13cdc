"""Joined clusters differ in their trust domain or mesh id.

## Why it matters
Identities carry the trust domain: proxies of one cluster do not take those of the other for what policies and clients
expect, unless one names the other as an alias. The mesh id tells telemetry and gateways which mesh traffic comes from.

## Wrong
```text
cluster north: Secret istio-remote-secret-west with the key west, ConfigMap istio  trustDomain: cluster.local
cluster west:  ConfigMap istio  trustDomain: west.example.com
```

## Right
```text
cluster north: Secret istio-remote-secret-west with the key west, ConfigMap istio  trustDomain: cluster.local
cluster west:  ConfigMap istio  trustDomain: cluster.local
```

## When it stays quiet
The clusters were not read together, or no remote secret of one names the other. One of the two has the trust domain of
the other among its aliases. A mesh id is set in one of them only.

## Fix safety
No fix: which of the two is right is not known, and a change interrupts traffic.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model import kubectl
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import SECRET
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule
from service_mesh.rules.status._words import told
from service_mesh.rules.status.multi_cluster._members import MEMBER_KINDS, Member, peers


@rule(
    "ST505",
    category=Category.SECURITY,
    severity=Severity.WARNING,
    about=(SECRET,),
    reads=MEMBER_KINDS,
    sources=(
        "istio/istio: pkg/kube/multicluster/secretcontroller.go",
        "https://istio.io/latest/docs/ops/deployment/deployment-models/#trust-between-meshes",
        "https://istio.io/latest/docs/setup/install/multicluster/before-you-begin/",
    ),
)
def mesh_identity_differs(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each cluster that a remote secret names and that has another trust domain or mesh id."""
    for key, home, other in ((one.key, one.home, one.other) for one in peers(mesh, resource)):
        differing = _differing(home, other)
        if differing:
            message = f"cluster '{told(other.id)}' and this one are joined, but differ in their {differing}"
            notes = [one.config.node for one in (home, other)]
            related = tuple(node.note("is the mesh configuration") for node in notes if node is not None)
            command = kubectl.command("kubectl", "-n", resource.namespace, "get", "configmap/istio", "-o", "yaml")
            yield key.problem(message, command, related=related)


def _differing(home: Member, other: Member) -> str:
    parts = []
    ours, theirs = home.config.trust_domain, other.config.trust_domain
    are_known = home.config.is_known and other.config.is_known
    is_named = theirs in home.config.trust_domain_aliases or ours in other.config.trust_domain_aliases
    if are_known and ours != theirs and not is_named:
        parts.append(f"trust domain ('{told(theirs)}' there, '{told(ours)}' here)")
    if home.mesh_id and other.mesh_id and home.mesh_id != other.mesh_id:
        parts.append(f"mesh id ('{told(other.mesh_id)}' there, '{told(home.mesh_id)}' here)")
    return " and ".join(parts)
