"""What each mesh's identities rest on, the earliest end first: the certificates of an overview."""

from collections.abc import Iterator

from service_mesh.mesh.certificate_uses import Role, Use, uses_in
from service_mesh.mesh.certificates import Certificate, leads_to
from service_mesh.mesh.view import MeshView
from service_mesh.model.instants import text_of
from service_mesh.status.health import CertificateHealth

__all__ = ["certificates"]

_SHOWN = frozenset({Role.ROOTS, Role.AUTHORITY, Role.LEAF, Role.FILE})
_PEERS = {"spire": "cilium"}
"""SPIRE issues the identities of Cilium's mutual authentication, so its roots are shown there."""


def certificates(mesh: MeshView, cluster: str, name: str) -> tuple[CertificateHealth, ...]:
    """The certificates that a mesh rests on in one cluster, each once, those that end first in front.

    Args:
        mesh: The objects.
        cluster: Name of the cluster.
        name: `istio`, `linkerd`, `cilium`; empty for gateways of others and for files of certificates.
    """
    originals = sorted(_originals(mesh, cluster, name), key=lambda pair: pair[1].not_after)
    now = mesh.now(cluster)
    return tuple(
        CertificateHealth(
            what=_what(use, certificate),
            not_after=text_of(certificate.not_after),
            days_left=certificate.days_left(now) if now is not None else None,
            chain_ok=_chain_ok(mesh, use, certificate),
        )
        for use, certificate in originals
    )


def _originals(mesh: MeshView, cluster: str, name: str) -> Iterator[tuple[Use, Certificate]]:
    """The first certificate of each chain and every root, each at its original place."""
    seen: set[str] = set()
    uses = [use for use in uses_in(mesh, cluster) if _PEERS.get(use.mesh, use.mesh) == name and use.role in _SHOWN]
    for use in sorted(uses, key=lambda use: use.rank):
        for certificate in use.chain if use.role in (Role.ROOTS, Role.FILE) else use.chain[:1]:
            if not certificate.fingerprint or certificate.fingerprint not in seen:
                seen.add(certificate.fingerprint)
                yield use, certificate


def _what(use: Use, certificate: Certificate) -> str:
    """Such as `signing certificate of istiod (Secret istio-system/cacerts ca-cert.pem)`."""
    if use.role is Role.FILE:
        return f"'{certificate.title}' in {use.resource.name}"
    path = use.node.path
    field = str(path[-1]) if path else ""
    what = use.what.removeprefix("the ").removeprefix("a ")
    return f"{what} ({use.resource.title} {field})"


def _chain_ok(mesh: MeshView, use: Use, certificate: Certificate) -> bool | None:
    """Whether it leads to a root that is known to be trusted; None for roots and where none is known."""
    if use.role not in (Role.AUTHORITY, Role.LEAF) or certificate.is_root:
        return None
    related = [
        other
        for other in uses_in(mesh, use.resource.cluster)
        if other.mesh == use.mesh and use.mesh and not other.is_gateway
    ]
    beside = [other for other in related if other.resource is use.resource]
    roots = [other for other in beside if other.role is Role.ROOTS]
    if not roots and use.role is Role.AUTHORITY:
        roots = [other for other in related if other.role is Role.ROOTS and other.rank == 0]
    if not roots:
        return None
    between = [*use.chain[1:], *(one for other in beside if other.role is Role.CHAIN for one in other.chain)]
    return leads_to(certificate, between, [one for other in roots for one in other.chain])
