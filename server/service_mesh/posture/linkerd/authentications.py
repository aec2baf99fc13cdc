"""Reads what an AuthorizationPolicy or ServerAuthorization asks of clients, and when it is void and lets in nobody."""

from collections.abc import Iterable
from dataclasses import dataclass

from service_mesh.mesh.view import MeshView
from service_mesh.model.kinds import (
    LINKERD_AUTHORIZATION_POLICY,
    MESH_TLS_AUTHENTICATION,
    NAMESPACE,
    NETWORK_AUTHENTICATION,
    SERVER_AUTHORIZATION,
    SERVICE_ACCOUNT,
    Kind,
)
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.linkerd.clients import Authorization, Demand
from service_mesh.posture.linkerd.identity import account_identity, namespace_identities
from service_mesh.posture.linkerd.networks import EVERYWHERE, NetworkMatch, cluster_networks, network_matches
from service_mesh.posture.linkerd.references import refers_to

__all__ = ["AUTHENTICATION_KINDS", "Void", "authorization_of"]

AUTHENTICATION_KINDS = (MESH_TLS_AUTHENTICATION, NETWORK_AUTHENTICATION)
"""The kinds that are read here besides those of the installation."""


@dataclass(frozen=True, slots=True)
class Void:
    """An object that lets in nobody, because the controller passes it over.

    Attributes:
        node: What makes it void.
        reason: Why, as the end of a sentence that starts with the node.
        missing: What would have to be loaded to be sure that it is; empty where it is certain.
    """

    node: Node
    reason: str
    missing: str = ""


@dataclass(frozen=True, slots=True)
class _Identities:
    names: tuple[str, ...]


def authorization_of(mesh: MeshView, policy: Resource) -> Authorization | Void:
    """Tell whom an AuthorizationPolicy or a ServerAuthorization lets in, whatever it is for.

    (`linkerd/linkerd2: policy-controller/k8s/index/src/inbound/index.rs`, policy_client_authz;
    `policy-controller/k8s/index/src/inbound/server_authorization.rs`)
    """
    return mesh.once(_authorization_of, policy)


def _authorization_of(mesh: MeshView, policy: Resource) -> Authorization | Void:
    if policy.kind == SERVER_AUTHORIZATION:
        return _of_server_authorization(mesh, policy)
    if policy.kind != LINKERD_AUTHORIZATION_POLICY:
        return Void(policy.root, "is no authorization")
    references = policy.get("spec.requiredAuthenticationRefs")
    if references is None or not isinstance(references.value, list):
        return Void(references or policy.root, "lists no 'requiredAuthenticationRefs'")
    return _of_references(mesh, policy, references.items)


def _of_references(mesh: MeshView, policy: Resource, references: Iterable[Node]) -> Authorization | Void:
    identities: _Identities | None = None
    networks: tuple[NetworkMatch, ...] | None = None
    for reference in references:
        found = _required(mesh, reference)
        if isinstance(found, Void):
            return found
        if isinstance(found, _Identities):
            if identities is not None:
                return Void(reference, "is a second reference to identities, and one is the most")
            identities = found
        else:
            if networks is not None:
                return Void(reference, "is a second reference to networks, and one is the most")
            networks = found
    if identities is None:
        return Authorization(policy.root, networks=EVERYWHERE if networks is None else networks)
    around = EVERYWHERE if networks is None else networks
    return Authorization(policy.root, Demand.IDENTITY, identities.names, around)


def _required(mesh: MeshView, reference: Node) -> _Identities | tuple[NetworkMatch, ...] | Void:
    if refers_to(reference, SERVICE_ACCOUNT):
        return _Identities((_of_account(mesh, reference),))
    if refers_to(reference, MESH_TLS_AUTHENTICATION):
        found = _referred(mesh, reference, MESH_TLS_AUTHENTICATION)
        return found if isinstance(found, Void) else _mesh_identities(mesh, found)
    if refers_to(reference, NETWORK_AUTHENTICATION):
        found = _referred(mesh, reference, NETWORK_AUTHENTICATION)
        return found if isinstance(found, Void) else _networks_of(found)
    return Void(reference, "names a kind that is no authentication")


def _referred(mesh: MeshView, reference: Node, kind: Kind) -> Resource | Void:
    name = reference.text_at("name")
    place = reference.resource
    namespace = reference.text_at("namespace") or place.namespace
    found = mesh.find(kind, namespace, name, place.cluster)
    if found is not None:
        return found
    is_absent = mesh.is_complete(namespace, place.cluster) or mesh.is_listed(kind, place.cluster)
    missing = "" if is_absent else f"{kind.name} {namespace}/{name}"
    return Void(reference, f"refers to {kind.name} '{namespace}/{name}', which does not exist", missing)


def _networks_of(authentication: Resource) -> tuple[NetworkMatch, ...] | Void:
    found = network_matches(authentication.each("spec.networks[]"))
    return found if found else Void(authentication.root, "has no networks that can be read")


def _mesh_identities(mesh: MeshView, authentication: Resource) -> _Identities | Void:
    # linkerd/linkerd2: policy-controller/k8s/index/src/inbound/meshtls_authentication.rs
    names = [node.text for node in authentication.each("spec.identities[]") if node.text]
    for reference in authentication.each("spec.identityRefs[]"):
        found = _of_identity_reference(mesh, reference)
        if isinstance(found, Void):
            return found
        names.append(found)
    return _Identities(tuple(names)) if names else Void(authentication.root, "names no identities")


def _of_identity_reference(mesh: MeshView, reference: Node) -> str | Void:
    if refers_to(reference, SERVICE_ACCOUNT):
        return _of_account(mesh, reference)
    if refers_to(reference, NAMESPACE):
        return namespace_identities(mesh, reference.text_at("name"), reference.resource.cluster)
    return Void(reference, "names a kind that has no identity")


def _of_account(mesh: MeshView, reference: Node) -> str:
    place = reference.resource
    namespace = reference.text_at("namespace") or place.namespace
    return account_identity(mesh, namespace, reference.text_at("name"), place.cluster)


def _of_server_authorization(mesh: MeshView, policy: Resource) -> Authorization | Void:
    networks = network_matches(policy.each("spec.client.networks[]"))
    if networks is None:
        return Void(policy.root, "has networks that cannot be read")
    around = networks or cluster_networks(mesh, policy.cluster)
    unauthenticated = policy.get("spec.client.unauthenticated")
    if unauthenticated is not None and unauthenticated.value is True:
        return Authorization(policy.root, networks=around)
    mutual = policy.get("spec.client.meshTLS")
    if mutual is None:
        return Void(policy.get("spec.client") or policy.root, "asks for neither mTLS nor nothing")
    return _of_mutual(mesh, mutual, around)


def _of_mutual(mesh: MeshView, mutual: Node, around: tuple[NetworkMatch, ...] | None) -> Authorization | Void:
    root = mutual.resource.root
    any_tls = mutual.get("unauthenticatedTLS")
    if any_tls is not None and any_tls.value is True:
        return Authorization(root, Demand.TLS, networks=around)
    names = [node.text for node in mutual.each("identities[]") if node.text]
    names += [_of_account(mesh, account) for account in mutual.each("serviceAccounts[]")]
    if not names:
        return Void(mutual, "names no identities")
    return Authorization(root, Demand.IDENTITY, tuple(names), around)
