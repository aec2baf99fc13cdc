"""What the conditions of cert-manager's objects tell, and since when."""

from collections.abc import Iterator, Mapping

from service_mesh.mesh.renewal import condition
from service_mesh.mesh.view import MeshView
from service_mesh.model.instants import DAY, seconds_of
from service_mesh.model.kinds import CERTIFICATE, CERTIFICATE_REQUEST, CLUSTER_ISSUER, ISSUER
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource, ResourceKey

__all__ = ["certificates_from", "is_settled", "issuer_of", "reason", "refused_requests", "status"]

_SETTLED = 600
_LONGEST = 120
_GROUP = "cert-manager.io"
_REFUSED = frozenset({"Failed", "Denied"})


def status(node: Node) -> str:
    """The status of a condition: `True`, `False`, `Unknown`."""
    return node.text_at("status")


def reason(node: Node) -> str:
    """The reason of a condition and the beginning of its message, as the end of a sentence."""
    told, message = node.text_at("reason"), " ".join(node.text_at("message").split())
    cut = f"{message[:_LONGEST]}…" if len(message) > _LONGEST else message
    return ": ".join(("", *filter(None, (told, cut.rstrip("."))))) if told or cut else ""


def is_settled(mesh: MeshView, node: Node) -> bool:
    """Tell whether a condition has been so for ten minutes; what is being made is no fault."""
    now, since = mesh.now(node.resource.cluster), seconds_of(node.text_at("lastTransitionTime"))
    return now is not None and since is not None and now - since >= _SETTLED


def issuer_of(mesh: MeshView, certificate: Resource) -> Resource | None:
    """The issuer that a Certificate names, if it is one of cert-manager's and loaded."""
    key = _issuer_key(certificate)
    return mesh.find(key.kind, key.namespace, key.name, key.cluster) if key is not None else None


def certificates_from(mesh: MeshView, issuer: Resource) -> int:
    """How many Certificates name an issuer."""
    return mesh.index(_by_issuer).get(issuer.key, 0)


def refused_requests(mesh: MeshView) -> tuple[tuple[Resource, Node, int], ...]:
    """For each issuer: the first of the last day's refused requests, its condition, and how many there are.

    Requests that a Certificate made are left out.
    """
    return mesh.index(_refused)


def _by_issuer(mesh: MeshView) -> Mapping[ResourceKey, int]:
    found: dict[ResourceKey, int] = {}
    for certificate in mesh.of_kind(CERTIFICATE):
        key = _issuer_key(certificate)
        if key is not None:
            found[key] = found.get(key, 0) + 1
    return found


def _issuer_key(resource: Resource) -> ResourceKey | None:
    reference = resource.get("spec.issuerRef")
    if reference is None or (reference.text_at("group") or _GROUP) != _GROUP or not reference.text_at("name"):
        return None
    is_wide = reference.text_at("kind") == CLUSTER_ISSUER.name
    kind, namespace = (CLUSTER_ISSUER, "") if is_wide else (ISSUER, resource.namespace)
    return ResourceKey(resource.cluster, kind, namespace, reference.text_at("name"))


def _refused(mesh: MeshView) -> tuple[tuple[Resource, Node, int], ...]:
    found: dict[object, tuple[Resource, Node, int]] = {}
    for request in mesh.of_kind(CERTIFICATE_REQUEST):
        ready = condition(request, "Ready")
        if ready is not None and _is_refused(mesh, request, ready):
            key = _issuer_key(request) or request.key
            first, node, count = found.get(key, (request, ready, 0))
            found[key] = first, node, count + 1
    return tuple(found.values())


def _is_refused(mesh: MeshView, request: Resource, ready: Node) -> bool:
    now, since = mesh.now(request.cluster), seconds_of(ready.text_at("lastTransitionTime"))
    is_recent = now is not None and since is not None and now - since < DAY
    is_owned = CERTIFICATE.name in _owners(request)
    return is_recent and not is_owned and status(ready) == "False" and ready.text_at("reason") in _REFUSED


def _owners(resource: Resource) -> Iterator[str]:
    return (node.text for node in resource.each("metadata.ownerReferences[].kind"))
