"""Linked clusters do not have the same trust anchors.

## Why it matters
Proxies of one cluster check those of the other with their own anchors. Without a common one every connection over the
Link fails in its TLS handshake, the probe of the gateway too. With some in common, which connections work depends on
which of them signed the issuers.

## Wrong
```text
here: Link east, gatewayAddress 203.0.113.20; ConfigMap linkerd-identity-trust-roots with anchor A
east: Service linkerd-gateway at 203.0.113.20; ConfigMap linkerd-identity-trust-roots with anchor B
```

## Right
```text
here: Link east, gatewayAddress 203.0.113.20; ConfigMap linkerd-identity-trust-roots with anchors A and B
east: Service linkerd-gateway at 203.0.113.20; ConfigMap linkerd-identity-trust-roots with anchors A and B
```

## When it stays quiet
The other cluster is not loaded beside this one: it is told by the address of its gateway, else by its name. Or the
certificates could not be read. While the two share an anchor it is a warning.

## Fix safety
No fix: which anchor both are to trust is a decision about security.
"""

from collections.abc import Iterator, Mapping

from service_mesh.mesh.certificates import certificates_at
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import CONFIG_MAP, LINKERD_LINK, SERVICE
from service_mesh.model.kubectl import command
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.linkerd.installation import trust_roots
from service_mesh.rules.rule import rule
from service_mesh.rules.status.multi_cluster._linkerd import target

_GATEWAY = "mirror.linkerd.io/multicluster-gateway"


@rule(
    "ST518",
    category=Category.SECURITY,
    severity=Severity.ERROR,
    about=(LINKERD_LINK,),
    reads=(CONFIG_MAP, SERVICE),
    sources=("linkerd/linkerd2: multicluster/cmd/check.go",),
    upstream=("l5d-multicluster-clusters-share-anchors",),
)
def linked_clusters_trust_apart(link: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report a Link between clusters whose bundles of trust anchors differ."""
    ours, place, theirs = trust_roots(mesh, link.cluster), target(link), _theirs(mesh, link)
    if ours is None or theirs is None or place is None:
        return
    here, there = _anchors(ours), _anchors(theirs)
    if here == there or not here or not there:
        return
    is_apart = not here & there
    how = "share no trust anchor" if is_apart else "have different sets of trust anchors"
    yield ours.problem(
        f"this cluster and '{place[1]}' {how}",
        command("linkerd", "multicluster", "check"),
        related=(theirs.note("holds those of the other cluster"),),
        severity=Severity.ERROR if is_apart else Severity.WARNING,
    )


def _anchors(bundle: Node) -> frozenset[str]:
    """The certificates of a bundle by their digests; none where the reader could not tell."""
    return frozenset(one.fingerprint for one in certificates_at(bundle.resource, bundle.pointer) if one.fingerprint)


def _theirs(mesh: MeshView, link: Resource) -> Node | None:
    other = _other(mesh, link)
    return trust_roots(mesh, other) if other is not None else None


def _other(mesh: MeshView, link: Resource) -> str | None:
    """Name, in the input, of the cluster that a Link leads to: told by its gateway's address, else by its name."""
    address, name = link.get("spec.gatewayAddress"), link.get("spec.targetClusterName")
    mesh.mark_read(CONFIG_MAP, SERVICE)
    by_address = mesh.index(_gateways).get(address.text) if address is not None else None
    found = by_address if by_address is not None else (name.text if name is not None and name.text else None)
    return found if found != link.cluster else None


def _gateways(mesh: MeshView) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for service in mesh.of_kind(SERVICE):
        if service.annotations.get(_GATEWAY) == "true":
            for entry in service.each("status.loadBalancer.ingress[]"):
                for node in filter(None, (entry.get("ip"), entry.get("hostname"))):
                    found.setdefault(node.text, service.cluster)
    return found
