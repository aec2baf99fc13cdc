"""What each certificate of a cluster is for: which ones a mesh rests on, and which field is the original of copies."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from service_mesh.mesh.certificates import Certificate, certificates_at, certificates_of
from service_mesh.mesh.components import COMPONENT_KINDS, components
from service_mesh.mesh.gateway_certificates import GATEWAY_CERTIFICATE_KINDS, served_secrets
from service_mesh.mesh.view import MeshView
from service_mesh.model.kinds import (
    API_SERVICE,
    CERTIFICATE_FILE,
    CONFIG_MAP,
    MUTATING_WEBHOOK,
    SECRET,
    VALIDATING_WEBHOOK,
)
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource

__all__ = ["CARRIERS", "USE_KINDS", "WEBHOOKS", "Role", "Use", "served_by", "uses", "uses_in", "uses_of"]

WEBHOOKS = (MUTATING_WEBHOOK, VALIDATING_WEBHOOK)
"""The kinds that register webhooks."""

CARRIERS = (SECRET, CONFIG_MAP, *WEBHOOKS, API_SERVICE, CERTIFICATE_FILE)
"""The kinds whose certificates a mesh rests on."""

USE_KINDS = tuple(
    dict.fromkeys(kind for kind in (*GATEWAY_CERTIFICATE_KINDS, *COMPONENT_KINDS, *CARRIERS) if kind not in CARRIERS)
)
"""The further kinds that are read here."""


class Role(StrEnum):
    """What a field with certificates is to those who read it."""

    ROOTS = "roots"
    AUTHORITY = "authority"
    CHAIN = "chain"
    LEAF = "leaf"
    FILE = "file"


@dataclass(frozen=True, slots=True, eq=False)
class Use:
    """A field with certificates that something rests on.

    Attributes:
        mesh: `istio`, `linkerd`, `cilium`, `spire`; empty for gateways of others and for files.
        what: What it is, as a message calls it: `the signing certificate of istiod`.
        role: What it is to those who read it: trusted roots, an authority and what leads from it to its root, further
            certificates of such a chain, a server's or client's own certificate, or a file of whatever.
        chain: The certificates, as they stand there.
        rank: Where the same certificate stands in several places, the lowest is the original.
        is_gateway: Whether a listener of a gateway uses it towards clients of any kind.
    """

    mesh: str
    what: str
    role: Role
    chain: tuple[Certificate, ...]
    rank: int
    is_gateway: bool = False

    @property
    def resource(self) -> Resource:
        """The object that holds it."""
        return self.chain[0].resource

    @property
    def node(self) -> Node:
        """The field."""
        return self.chain[0].node


@dataclass(frozen=True, slots=True)
class _Known:
    mesh: str
    what: str
    role: Role
    places: tuple[str, ...]
    rank: int = 0
    is_gateway: bool = False


_CILIUM_LEAVES = {
    "hubble-server-certs": "the server certificate of Hubble",
    "hubble-relay-client-certs": "the client certificate of Hubble Relay",
    "hubble-relay-server-certs": "the server certificate of Hubble Relay",
    "hubble-ui-client-certs": "the client certificate of Hubble UI",
    "hubble-metrics-server-certs": "the server certificate of Hubble's metrics",
    "clustermesh-apiserver-server-cert": "the server certificate of the Cluster Mesh API server",
    "clustermesh-apiserver-admin-cert": "the admin certificate of the Cluster Mesh API server",
    "clustermesh-apiserver-remote-cert": "the certificate of remote clusters for Cluster Mesh",
    "clustermesh-apiserver-local-cert": "the local client certificate of Cluster Mesh",
}
"""(`cilium/cilium: install/kubernetes/cilium/templates/{hubble,clustermesh-apiserver}/tls-*`)"""

_LINKERD_SERVERS = {
    "linkerd-proxy-injector": "the proxy injector",
    "linkerd-sp-validator": "the service profile validator",
    "linkerd-policy-validator": "the policy validator",
    "tap": "tap",
    "tap-injector": "the tap injector",
    "jaeger-injector": "the jaeger injector",
}
"""Service of a webhook or an API -> who serves it; its Secret is named after the Service.

(`linkerd/linkerd2: pkg/healthcheck/healthcheck.go`, `viz/charts/linkerd-viz/templates`)
"""

_SECRETS: Mapping[str, tuple[_Known, ...]] = {
    "istio-ca-secret": (_Known("istio", "the self-signed CA of istiod", Role.AUTHORITY, ("/data/ca-cert.pem",)),),
    "cacerts": (
        _Known("istio", "the root of istiod's CA", Role.ROOTS, ("/data/root-cert.pem", "/data/ca.crt")),
        _Known("istio", "the signing certificate of istiod", Role.AUTHORITY, ("/data/ca-cert.pem", "/data/tls.crt")),
        _Known("istio", "the chain of istiod's CA", Role.CHAIN, ("/data/cert-chain.pem",), 1),
    ),
    "istiod-tls": (
        _Known("istio", "the server certificate of istiod", Role.LEAF, ("/data/tls.crt",)),
        _Known("istio", "the root that istiod's certificate leads to", Role.ROOTS, ("/data/ca.crt",)),
    ),
    "linkerd-identity-issuer": (
        _Known("linkerd", "the identity issuer of Linkerd", Role.AUTHORITY, ("/data/crt.pem", "/data/tls.crt")),
    ),
    **{
        f"{service}-k8s-tls": (
            _Known("linkerd", f"the server certificate of {who}", Role.LEAF, ("/data/tls.crt", "/data/crt.pem")),
        )
        for service, who in _LINKERD_SERVERS.items()
    },
    "cilium-ca": (_Known("cilium", "the CA of Cilium", Role.AUTHORITY, ("/data/ca.crt",)),),
    **{
        name: (
            _Known("cilium", what, Role.LEAF, ("/data/tls.crt",)),
            _Known("cilium", f"the CA beside {what}", Role.ROOTS, ("/data/ca.crt",), 2),
        )
        for name, what in _CILIUM_LEAVES.items()
    },
}
"""Name of a Secret -> what its fields are.

istiod takes `cacerts` where it is there, with the keys of its documentation or those of a TLS Secret.
(`istio/istio: pilot/pkg/bootstrap/istio_ca.go`; `security/pkg/pki/ca/ca.go`)
"""

_CONFIG_MAPS: Mapping[str, tuple[_Known, ...]] = {
    "istio-ca-root-cert": (_Known("istio", "the root that istiod gives out", Role.ROOTS, ("/data/root-cert.pem",), 2),),
    "linkerd-identity-trust-roots": (
        _Known("linkerd", "a trust anchor of Linkerd", Role.ROOTS, ("/data/ca-bundle.crt",)),
    ),
    "spire-bundle": (_Known("spire", "a root of SPIRE", Role.ROOTS, ("/data/bundle.crt",)),),
}

_ISTIO_ONLY = frozenset({"cacerts", "istiod-tls"})
_ISTIO_NAMESPACE = "istio-system"
_TAP_API = "v1alpha1.tap.linkerd.io"
_WEBHOOK_RANK, _FILE_RANK = 3, 4


def uses(mesh: MeshView) -> tuple[Use, ...]:
    """Every use of every cluster; fields whose certificates nobody read are none."""
    mesh.mark_read(*CARRIERS, *USE_KINDS)
    return mesh.index(_uses)


def uses_in(mesh: MeshView, cluster: str) -> tuple[Use, ...]:
    """The uses of one cluster."""
    mesh.mark_read(*CARRIERS, *USE_KINDS)
    return mesh.index(_by_cluster).get(cluster, ())


def uses_of(mesh: MeshView, resource: Resource) -> tuple[Use, ...]:
    """The uses of one object's certificates."""
    return tuple(use for use in uses_in(mesh, resource.cluster) if use.resource is resource)


def served_by(node: Node) -> tuple[str, str]:
    """Namespace and name of the Service that a `clientConfig` of a webhook, or an APIService, points at."""
    name, namespace = node.get("service.name"), node.get("service.namespace")
    return (namespace.text if namespace is not None else "", name.text if name is not None else "")


def _by_cluster(mesh: MeshView) -> Mapping[str, tuple[Use, ...]]:
    found: dict[str, list[Use]] = {}
    for use in mesh.index(_uses):
        found.setdefault(use.resource.cluster, []).append(use)
    return {cluster: tuple(held) for cluster, held in found.items()}


def _uses(mesh: MeshView) -> tuple[Use, ...]:
    return tuple(_found(mesh))


def _found(mesh: MeshView) -> Iterator[Use]:
    homes = _istio_namespaces(mesh)
    for secret in mesh.of_kind(SECRET):
        known = _SECRETS.get(secret.name, ())
        if known and _is_taken(mesh, secret, homes):
            yield from _known(secret, known)
    for config in mesh.of_kind(CONFIG_MAP):
        yield from _known(config, _CONFIG_MAPS.get(config.name, ()))
    for kind in WEBHOOKS:
        for webhooks in mesh.of_kind(kind):
            yield from _webhook_bundles(webhooks)
    for service in mesh.of_kind(API_SERVICE):
        if service.name == _TAP_API:
            what = "the CA that the API server knows tap by"
            yield from _known(service, (_Known("linkerd", what, Role.ROOTS, ("/spec/caBundle",), _WEBHOOK_RANK),))
    yield from _gateways(mesh)
    for file in mesh.of_kind(CERTIFICATE_FILE):
        yield from _known(file, _in_file(file))


def _in_file(file: Resource) -> tuple[_Known, ...]:
    """Several certificates that all signed themselves are a bundle of trusted roots; others are a chain, or alone."""
    held = certificates_of(file)
    is_bundle = len(held) > 1 and all(one.is_root for one in held)
    places = tuple(dict.fromkeys(one.place for one in held))
    return (_Known("", f"certificate in '{file.name}'", Role.ROOTS if is_bundle else Role.FILE, places, _FILE_RANK),)


def _is_taken(mesh: MeshView, secret: Resource, homes: Mapping[str, set[str]]) -> bool:
    """Whether a Secret of a known name is the one that is read: other programs use some of the names too."""
    if secret.name in _ISTIO_ONLY:
        return secret.namespace in homes.get(secret.cluster, {_ISTIO_NAMESPACE})
    is_hidden = mesh.find(SECRET, secret.namespace, "cacerts", secret.cluster) is not None
    return secret.name != "istio-ca-secret" or not is_hidden


def _known(resource: Resource, known: tuple[_Known, ...]) -> Iterator[Use]:
    for one in known:
        for place in one.places:
            chain = certificates_at(resource, place)
            if chain:
                yield Use(one.mesh, one.what, one.role, chain, one.rank, one.is_gateway)
                break


def _webhook_bundles(webhooks: Resource) -> Iterator[Use]:
    for webhook in webhooks.each("webhooks[]"):
        client, bundle = webhook.get("clientConfig"), webhook.get("clientConfig.caBundle")
        if client is None or bundle is None:
            continue
        service = served_by(client)[1]
        mesh = "istio" if service.startswith("istiod") else "linkerd" if service in _LINKERD_SERVERS else ""
        chain = certificates_at(webhooks, bundle.pointer) if mesh else ()
        if chain:
            who = "istiod" if mesh == "istio" else _LINKERD_SERVERS[service]
            what = f"the CA that the API server knows {who} by"
            yield Use(mesh, what, Role.ROOTS, chain, _WEBHOOK_RANK)


def _gateways(mesh: MeshView) -> Iterator[Use]:
    seen: set[object] = set()
    for served in served_secrets(mesh):
        secret = served.secret
        if secret is None or (secret.key, served.is_for_clients) in seen:
            continue
        seen.add((secret.key, served.is_for_clients))
        owner = served.reference.resource
        own, roots = ("/data/tls.crt", "/data/cert"), ("/data/cacert", "/data/ca.crt")
        if not served.is_for_clients:
            what = f"the certificate of {owner.kind.name} '{owner.namespace}/{owner.name}'"
            yield from _known(secret, (_Known(served.mesh, what, Role.LEAF, own, is_gateway=True),))
        else:
            what = f"the CA for clients of {owner.kind.name} '{owner.namespace}/{owner.name}'"
            yield from _known(secret, (_Known(served.mesh, what, Role.ROOTS, roots, is_gateway=True),))


def _istio_namespaces(mesh: MeshView) -> Mapping[str, set[str]]:
    """Cluster -> the namespaces that istiod runs in."""
    found: dict[str, set[str]] = {}
    for component in components(mesh):
        if component.role == "istiod":
            found.setdefault(component.cluster, set()).add(component.resource.namespace)
    return found
