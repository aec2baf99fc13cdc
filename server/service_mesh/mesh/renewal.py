"""Which certificates cert-manager renews by itself, and whether it is late: those need nobody who watches a date."""

from collections.abc import Mapping

from service_mesh.mesh.view import MeshView
from service_mesh.model.instants import seconds_of
from service_mesh.model.kinds import CERTIFICATE
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource

__all__ = ["certificate_for", "condition", "is_kept_by_cert_manager", "renewal_of"]

_KEPT = "cert-manager.io/certificate-name"


def certificate_for(mesh: MeshView, secret: Resource) -> Resource | None:
    """The Certificate of cert-manager that fills a Secret, if it is loaded."""
    return mesh.index(_by_secret).get((secret.cluster, secret.namespace, secret.name))


def is_kept_by_cert_manager(mesh: MeshView, secret: Resource) -> bool:
    """Tell whether cert-manager fills a Secret, by the Certificate or by the annotation that it leaves."""
    return certificate_for(mesh, secret) is not None or isinstance(secret.annotations.get(_KEPT), str)


def renewal_of(certificate: Resource) -> float | None:
    """When cert-manager is to renew a Certificate, in seconds since 1970."""
    told = certificate.get("status.renewalTime")
    return seconds_of(told.text) if told is not None else None


def condition(resource: Resource, kind: str) -> Node | None:
    """A condition of an object by its type, the last one where there are several."""
    found = None
    for node in resource.each("status.conditions[]"):
        named = node.get("type")
        if named is not None and named.text == kind:
            found = node
    return found


def _by_secret(mesh: MeshView) -> Mapping[tuple[str, str, str], Resource]:
    found: dict[tuple[str, str, str], Resource] = {}
    for certificate in mesh.of_kind(CERTIFICATE):
        named = certificate.get("spec.secretName")
        if named is not None and named.text:
            found.setdefault((certificate.cluster, certificate.namespace, named.text), certificate)
    return found
