"""Small meshes of Linkerd made by chance, each with a call to `shop/web`: the same seed gives the same world."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.posture.linkerd.naive import Call

__all__ = ["World", "random_authorization", "random_world"]

_POLICY = "policy.linkerd.io"
_GATEWAY = "gateway.networking.k8s.io"
_CONFIG = "config.linkerd.io/"
_POLICIES = (
    "all-unauthenticated",
    "all-authenticated",
    "cluster-unauthenticated",
    "cluster-authenticated",
    "deny",
    "deny",
    "audit",
)
_CIDRS = ("10.0.0.0/8", "10.0.0.0/16", "10.0.0.2", "10.9.0.0/16", "192.0.2.0/24", "0.0.0.0/0")
_PATHS = ("/", "/api", "/api/x", "/live", "/live", "/a.B/C", "/a.B/D")
_SUFFIX = "serviceaccount.identity.linkerd.cluster.local"


@dataclass(frozen=True)
class World:
    """Objects as plain data, and a call among them."""

    objects: tuple[dict[str, Any], ...]
    call: Call


def random_world(seed: int) -> World:
    """The world of a seed."""
    chance = random.Random(seed)
    made = [
        _config(chance),
        *_places(chance),
        _web(chance),
        *(_some(chance, 3, _server)),
        *(_some(chance, 3, _route)),
        *(_some(chance, 4, _authorization)),
        *(_some(chance, 2, _older)),
        *(_some(chance, 2, _mesh_tls)),
        *(_some(chance, 2, _networks)),
    ]
    return World(tuple(made), _call(chance))


def random_authorization(seed: int) -> dict[str, Any]:
    """One more AuthorizationPolicy, of a name of its own."""
    return _authorization(random.Random(seed), 99)


def _some(
    chance: random.Random, most: int, make: Callable[[random.Random, int], dict[str, Any]]
) -> list[dict[str, Any]]:
    return [make(chance, index) for index in range(chance.randint(0, most))]


def _is(chance: random.Random, share: float) -> bool:
    return chance.random() < share


def _call(chance: random.Random) -> Call:
    source = chance.choice(("shop/a", "shop/a", "far/b", "far/b", "bare/c", "192.0.2.1", "10.9.0.1"))
    method = chance.choice(("GET", "GET", "POST"))
    path = chance.choice(_PATHS) + chance.choice(("", "", "?q=1"))
    headers = {"x-a": "1"} if _is(chance, 0.5) else {}
    host = chance.choice(("web.shop", "web.shop", "other"))
    return Call(source, chance.choice((80,) * 8 + (81, 4567)), method, path, headers, host)


def _made(version: str, kind: str, title: str, **fields: Any) -> dict[str, Any]:
    home, _, name = title.rpartition("/")
    metadata: dict[str, Any] = {"name": name, **({"namespace": home} if home else {})}
    metadata.update(fields.pop("metadata", {}))
    return {"apiVersion": version, "kind": kind, "metadata": metadata, **fields}


def _config(chance: random.Random) -> dict[str, Any]:
    policy = chance.choice(_POLICIES)
    values = f"clusterNetworks: 10.0.0.0/8\nproxy: {{defaultInboundPolicy: {policy}}}\n"
    return _made("v1", "ConfigMap", "linkerd/linkerd-config", data={"values": values, "policy": policy})


def _places(chance: random.Random) -> list[dict[str, Any]]:
    mesh = {"linkerd.io/inject": "enabled"}
    shop = {**mesh, **({f"{_CONFIG}default-inbound-policy": chance.choice(_POLICIES)} if _is(chance, 0.3) else {})}
    found = [
        _made("v1", "Namespace", name, metadata={"annotations": notes})
        for name, notes in (("shop", shop), ("far", mesh), ("bare", {}), ("linkerd", {}))
    ]
    for title, address in (("shop/a", "10.0.0.2"), ("far/b", "10.0.1.2"), ("bare/c", "10.0.2.2")):
        notes = {f"{_CONFIG}skip-outbound-ports": chance.choice(("80", "4568"))} if _is(chance, 0.1) else {}
        status = {"podIP": address} if _is(chance, 0.85) else {}
        spec = {"serviceAccountName": title[-1], "containers": [{"name": "app", "image": "a"}]}
        found.append(_made("v1", "Pod", title, metadata={"annotations": notes}, spec=spec, status=status))
    return found


def _web(chance: random.Random) -> dict[str, Any]:
    options = {
        "linkerd.io/inject": ("disabled", 0.04),
        f"{_CONFIG}skip-inbound-ports": ("80", 0.04),
        f"{_CONFIG}skip-subnets": ("10.0.2.0/24", 0.06),
        f"{_CONFIG}default-inbound-policy": (chance.choice((*_POLICIES, "bogus")), 0.3),
        f"{_CONFIG}proxy-require-identity-inbound-ports": ("80,81", 0.1),
        f"{_CONFIG}opaque-ports": ("80", 0.1),
    }
    notes = {name: value for name, (value, share) in options.items() if _is(chance, share)}
    container: dict[str, Any] = {"name": "app", "image": "a"}
    container["ports"] = [{"name": "http", "containerPort": 80}, {"name": "admin", "containerPort": 81}]
    if _is(chance, 0.5):
        container["livenessProbe"] = {"httpGet": {"port": 80, "path": "/live"}}
    metadata = {"labels": {"app": "web", "tier": "front"}, "annotations": notes}
    spec, status = {"containers": [container]}, {"podIP": "10.0.0.1"}
    return _made("v1", "Pod", "shop/web", metadata=metadata, spec=spec, status=status)


def _stamp(chance: random.Random) -> dict[str, Any]:
    return {"creationTimestamp": f"2026-01-0{chance.randint(1, 4)}T00:00:00Z"} if _is(chance, 0.85) else {}


def _server(chance: random.Random, index: int) -> dict[str, Any]:
    labels = chance.choice(({"app": "web"}, {"tier": "front"}, {}, {"app": "other"}))
    spec: dict[str, Any] = {"podSelector": {"matchLabels": labels}, "port": chance.choice((80, 80, "http", 81))}
    if _is(chance, 0.5):
        spec["proxyProtocol"] = chance.choice(("HTTP/1", "HTTP/2", "gRPC", "gRPC", "opaque", "TLS", "unknown"))
    if _is(chance, 0.3):
        spec["accessPolicy"] = chance.choice(_POLICIES)
    metadata = {**_stamp(chance), "labels": {"role": chance.choice(("x", "y"))}}
    home = chance.choice(("shop",) * 9 + ("far",))
    return _made(f"{_POLICY}/v1beta3", "Server", f"{home}/s{index}", metadata=metadata, spec=spec)


def _route(chance: random.Random, index: int) -> dict[str, Any]:
    kind, group = chance.choice((("HTTPRoute", _POLICY), ("HTTPRoute", _GATEWAY), ("GRPCRoute", _GATEWAY)))
    parent: dict[str, Any] = {"group": _POLICY, "kind": "Server", "name": f"s{chance.choice((0, 0, 1))}"}
    if _is(chance, 0.05):
        parent["port"] = 80
    match = _grpc_match if kind == "GRPCRoute" else _http_match
    rules = []
    for _ in range(chance.randint(1, 2)):
        matches = [match(chance) for _ in range(chance.randint(0, 2))]
        rules.append({"matches": matches} if matches else {})
    spec: dict[str, Any] = {"parentRefs": [parent], "rules": rules}
    if _is(chance, 0.2):
        spec["hostnames"] = [chance.choice(("web.shop", "*.shop", "other"))]
    version = "v1beta3" if group == _POLICY else "v1"
    return _made(f"{group}/{version}", kind, f"shop/r{index}", metadata=_stamp(chance), spec=spec)


def _http_match(chance: random.Random) -> dict[str, Any]:
    match: dict[str, Any] = {}
    if _is(chance, 0.7):
        match["path"] = {"type": chance.choice(("Exact", "PathPrefix")), "value": chance.choice(("/", "/api", "/api/"))}
    if _is(chance, 0.4):
        match["method"] = chance.choice(("GET", "POST"))
    if _is(chance, 0.3):
        match["headers"] = [{"name": "x-a", "value": "1"}]
    if _is(chance, 0.2):
        match["queryParams"] = [{"name": "q", "value": "1"}]
    return match


def _grpc_match(chance: random.Random) -> dict[str, Any]:
    match: dict[str, Any] = {}
    if _is(chance, 0.7):
        match["method"] = {"service": "a.B", **({"method": "C"} if _is(chance, 0.5) else {})}
    if _is(chance, 0.3):
        match["headers"] = [{"name": "x-a", "value": "1"}]
    return match


def _authorization(chance: random.Random, index: int) -> dict[str, Any]:
    targets = [
        *[{"group": _POLICY, "kind": "Server", "name": f"s{chance.randint(0, 1)}"}] * 3,
        {"kind": "Server", "name": "s0"},  # no group: this one is void
        {"kind": "Namespace", "name": "shop"},
        *({"group": group, "kind": "HTTPRoute", "name": f"r{chance.randint(0, 1)}"} for group in (_POLICY, _GATEWAY)),
        {"group": _GATEWAY, "kind": "GRPCRoute", "name": f"r{chance.randint(0, 1)}"},
    ]
    references = [_reference(chance) for _ in range(chance.choice((0, 1, 1, 1, 2)))]
    spec = {"targetRef": chance.choice(targets), "requiredAuthenticationRefs": references}
    return _made(f"{_POLICY}/v1alpha1", "AuthorizationPolicy", f"shop/p{index}", spec=spec)


def _reference(chance: random.Random) -> dict[str, Any]:
    kind = chance.choice(("ServiceAccount", "MeshTLSAuthentication", "NetworkAuthentication", "NetworkAuthentication"))
    if kind == "ServiceAccount":
        name, home = chance.choice((("a", "shop"), ("b", "far")))
        return {"kind": kind, "name": name, **({"namespace": home} if home != "shop" else {})}
    prefix = "m" if kind == "MeshTLSAuthentication" else "n"
    return {"group": _POLICY, "kind": kind, "name": f"{prefix}{chance.choice((0, 0, 1))}"}


def _older(chance: random.Random, index: int) -> dict[str, Any]:
    who: dict[str, Any] = {"networks": [_network(chance)]} if _is(chance, 0.5) else {}
    kinds: list[dict[str, Any]] = [
        {"unauthenticated": True},
        {"meshTLS": {"unauthenticatedTLS": True}},
        {"meshTLS": {"identities": ["*"]}},
        {"meshTLS": {"serviceAccounts": [{"name": "b", "namespace": "far"}]}},
        {"meshTLS": {"identities": []}},
    ]
    who.update(chance.choice(kinds))
    of = chance.choice(({"name": "s0"}, {"name": "s1"}, {"selector": {"matchLabels": {"role": "x"}}}))
    return _made(f"{_POLICY}/v1beta1", "ServerAuthorization", f"shop/o{index}", spec={"server": of, "client": who})


def _mesh_tls(chance: random.Random, index: int) -> dict[str, Any]:
    specs: list[dict[str, Any]] = [
        {"identities": ["*"]},
        {"identities": [f"a.shop.{_SUFFIX}"]},
        {"identities": ["*.cluster.local", "x"]},
        {"identities": [f"*.far.{_SUFFIX}"]},
        {"identityRefs": [{"kind": "ServiceAccount", "name": "b", "namespace": "far"}]},
        {"identityRefs": [{"kind": "Namespace", "name": "shop"}]},
    ]
    return _made(f"{_POLICY}/v1alpha1", "MeshTLSAuthentication", f"shop/m{index}", spec=chance.choice(specs))


def _networks(chance: random.Random, index: int) -> dict[str, Any]:
    listed = [_network(chance) for _ in range(chance.randint(1, 2))]
    return _made(f"{_POLICY}/v1alpha1", "NetworkAuthentication", f"shop/n{index}", spec={"networks": listed})


def _network(chance: random.Random) -> dict[str, Any]:
    left_out = {"except": [chance.choice(("10.0.0.2", "10.0.1.0/24"))]} if _is(chance, 0.3) else {}
    return {"cidr": chance.choice(_CIDRS), **left_out}
