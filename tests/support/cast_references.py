"""What policies of Linkerd refer to and what refers to them, where a fixture holds one end alone."""

from collections.abc import Iterable, Iterator
from itertools import cycle

from service_mesh.mesh.view import MeshView
from service_mesh.model.kinds import (
    GRPC_ROUTE,
    HTTP_ROUTE,
    LINKERD_HTTP_ROUTE,
    LINKERD_SERVER,
    MESH_TLS_AUTHENTICATION,
    NETWORK_AUTHENTICATION,
    Kind,
)
from service_mesh.model.resource import Resource

__all__ = ["referred"]

_REFERENCES = ("spec.targetRef", "spec.server", "spec.requiredAuthenticationRefs[]", "spec.parentRefs[]")
_AUTHENTICATIONS = (MESH_TLS_AUTHENTICATION, NETWORK_AUTHENTICATION)
_ROUTES = (LINKERD_HTTP_ROUTE, HTTP_ROUTE, GRPC_ROUTE)
_OWN = "cast"
"""Name of the Server that authentications and routes without one are for."""


def referred(mesh: MeshView, resources: Iterable[Resource], ports: list[int]) -> list[dict[str, object]]:
    """Servers, routes and authentications that are referred to and not there, and policies for lone authentications.

    A reference counts by the name of its kind, whatever group it is written with: where the fixture shows a wrong one,
    what is meant is there. Each Server is for all pods of its namespace, on a port of its own, and lets in nobody;
    those that are for routes let in everybody, since a route there shows in what it takes away.

    Args:
        mesh: The objects of the case.
        resources: The same objects.
        ports: Ports of the workloads that will be there.
    """
    wanted: dict[tuple[str, Kind, str], None] = {}
    policies = []
    for resource in resources:
        wanted.update(dict.fromkeys(_wanted(resource)))
        if resource.kind in _AUTHENTICATIONS:
            wanted[resource.namespace, LINKERD_SERVER, _OWN] = None
            policies.append(_policy(resource))
    if any(kind in _ROUTES for _, kind, _ in wanted):
        wanted.update({(namespace, LINKERD_SERVER, _OWN): None for namespace, _, _ in tuple(wanted)})
    missing = [(place, kind, name) for place, kind, name in wanted if mesh.find(kind, place, name) is None]
    parents = {node.text_at("name") for one in resources for node in one.each("spec.parentRefs[]")}
    free = cycle(ports)
    made = []
    for place, kind, name in missing:
        policy = "all-unauthenticated" if name in parents else "deny"
        made.append(_made(kind, {"name": name, "namespace": place}, next(free), policy))
    return [*made, *policies]


def _wanted(resource: Resource) -> Iterator[tuple[str, Kind, str]]:
    kinds = {kind.name.lower(): kind for kind in (LINKERD_SERVER, *_ROUTES, *_AUTHENTICATIONS)}
    for place in _REFERENCES:
        for node in resource.each(place):
            named = "server" if place == "spec.server" else node.text_at("kind").lower()
            if named in kinds and (name := node.text_at("name")):
                yield node.text_at("namespace") or resource.namespace, kinds[named], name


def _made(kind: Kind, metadata: dict[str, object], port: int, policy: str) -> dict[str, object]:
    spec: dict[str, object]
    if kind == LINKERD_SERVER:
        spec = {"podSelector": {}, "port": port, "proxyProtocol": "HTTP/1", "accessPolicy": policy}
    elif kind == MESH_TLS_AUTHENTICATION:
        spec = {"identities": ["*"]}
    elif kind == NETWORK_AUTHENTICATION:
        spec = {"networks": [{"cidr": "0.0.0.0/0"}]}
    else:
        spec = {"parentRefs": [_reference(LINKERD_SERVER, _OWN)], "rules": [{}]}
    return {"apiVersion": _VERSIONS[kind], "kind": kind.name, "metadata": metadata, "spec": spec}


_VERSIONS = {
    LINKERD_SERVER: "policy.linkerd.io/v1beta3",
    MESH_TLS_AUTHENTICATION: "policy.linkerd.io/v1alpha1",
    NETWORK_AUTHENTICATION: "policy.linkerd.io/v1alpha1",
    LINKERD_HTTP_ROUTE: "policy.linkerd.io/v1beta3",
    HTTP_ROUTE: "gateway.networking.k8s.io/v1",
    GRPC_ROUTE: "gateway.networking.k8s.io/v1",
}


def _policy(authentication: Resource) -> dict[str, object]:
    """A policy that requires an authentication and nothing besides."""
    return {
        "apiVersion": "policy.linkerd.io/v1alpha1",
        "kind": "AuthorizationPolicy",
        "metadata": {"name": f"cast-{authentication.name}", "namespace": authentication.namespace},
        "spec": {
            "targetRef": _reference(LINKERD_SERVER, _OWN),
            "requiredAuthenticationRefs": [_reference(authentication.kind, authentication.name)],
        },
    }


def _reference(kind: Kind, name: str) -> dict[str, str]:
    return {"group": kind.group, "kind": kind.name, "name": name}
