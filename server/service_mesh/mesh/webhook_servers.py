"""Who answers a webhook or an API of a mesh, and with which certificate: the API server has to verify it."""

from collections.abc import Iterator
from dataclasses import dataclass

from service_mesh.mesh.certificate_uses import CARRIERS, USE_KINDS, served_by
from service_mesh.mesh.certificates import Certificate, certificates_at, leads_to
from service_mesh.mesh.istio_roots import authorities
from service_mesh.mesh.view import MeshView
from service_mesh.model.kinds import API_SERVICE, SECRET
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource

__all__ = ["SERVER_KINDS", "Called", "called", "untrusted_bundles"]

SERVER_KINDS = (*CARRIERS, *USE_KINDS)
"""The kinds that are read here."""

_LINKERD_SECRET = "-k8s-tls"
_LINKERD_PLACES = ("/data/tls.crt", "/data/crt.pem")
_ISTIOD = "istiod"


@dataclass(frozen=True, slots=True, eq=False)
class Called:
    """A server that the API server calls, and what it is known by.

    Attributes:
        bundle: The field `caBundle`.
        trusted: What stands there.
        namespace: Namespace of the Service.
        name: Its name.
        own: The server's certificates, its own one first; none where only its authority is known.
        authorities: What may have signed the server's certificate.
    """

    bundle: Node
    trusted: tuple[Certificate, ...]
    namespace: str
    name: str
    own: tuple[Certificate, ...]
    authorities: tuple[Certificate, ...] = ()

    @property
    def is_trusted(self) -> bool:
        """Whether the bundle verifies the server, as far as that is known."""
        if self.own:
            return leads_to(self.own[0], self.own[1:], self.trusted)
        known = {one.public_key for one in self.authorities} - {""}
        return not known or any(one.public_key in known for one in self.trusted)

    @property
    def host(self) -> str:
        """The name that the API server asks the certificate for.

        (`kubernetes/kubernetes: staging/src/k8s.io/apiserver/pkg/util/webhook/client.go`)
        """
        return f"{self.name}.{self.namespace}.svc"


def untrusted_bundles(mesh: MeshView, resource: Resource) -> frozenset[str]:
    """Pointers to the bundles of an object that do not verify the server which they are for."""
    return frozenset(one.bundle.pointer for one in called(mesh, resource) if not one.is_trusted)


def called(mesh: MeshView, resource: Resource) -> Iterator[Called]:
    """The servers of Istio and Linkerd that an object has the API server call; those with unread certificates not."""
    mesh.mark_read(*SERVER_KINDS)
    clients = resource.each("spec" if resource.kind == API_SERVICE else "webhooks[].clientConfig")
    for client in clients:
        bundle, (namespace, name) = client.get("caBundle"), served_by(client)
        trusted = certificates_at(resource, bundle.pointer) if bundle is not None else ()
        if bundle is None or not trusted or not name:
            continue
        if name == _ISTIOD or name.startswith(f"{_ISTIOD}-"):
            yield Called(bundle, trusted, namespace, name, (), authorities(mesh, resource.cluster))
        else:
            secret = mesh.find(SECRET, namespace, f"{name}{_LINKERD_SECRET}", resource.cluster)
            own = certificates_at(secret, *_LINKERD_PLACES) if secret is not None else ()
            if own:
                yield Called(bundle, trusted, namespace, name, own)
