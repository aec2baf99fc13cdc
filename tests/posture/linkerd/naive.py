"""A second answer to who may call whom in Linkerd's mesh, written down as its documents tell it, slow and plain.

It knows objects as plain data and nothing of the project but its model, so that it can be held against the posture.
What is not known is tried out: every order that objects may have, and every address that a pod may have.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from itertools import permutations
from typing import Any

from service_mesh.model.kinds import (
    GRPC_ROUTE,
    HTTP_ROUTE,
    LINKERD_AUTHORIZATION_POLICY,
    LINKERD_HTTP_ROUTE,
    LINKERD_SERVER,
    MESH_TLS_AUTHENTICATION,
    NETWORK_AUTHENTICATION,
    SERVER_AUTHORIZATION,
    Kind,
)

__all__ = ["Call", "judge"]

Object = Mapping[str, Any]
_CONFIG = "config.linkerd.io/"
_POLICY = "policy.linkerd.io"
_SUFFIX = "serviceaccount.identity.linkerd.cluster.local"
_IGNORED = {4567, 4568}


@dataclass(frozen=True)
class Call:
    """A request: `source` is a pod by `namespace/name` or an address."""

    source: str
    port: int
    method: str
    path: str
    headers: Mapping[str, str]
    host: str = "web.shop"


@dataclass(frozen=True)
class _Peer:
    identity: str
    address: str


def judge(objects: Iterable[Object], call: Call) -> tuple[str, str]:
    """Allowed, denied or unknown for a call to pod `shop/web`, and which layer says so."""
    world = list(objects)
    found = {_judge_from(world, call, address) for address in _addresses(world, call)}
    verdicts = {verdict for verdict, _ in found}
    return (verdicts.pop() if len(verdicts) == 1 else "unknown", sorted(layer for _, layer in found)[0])


def _judge_from(world: list[Object], call: Call, address: str) -> tuple[str, str]:
    web = _pod(world, "shop/web")
    if not _is_meshed(world, web):
        return "allowed", "no proxy"
    peer = _Peer(_identity(world, call, web), address)
    skipped = _ports(_annotation(world, web, "skip-inbound-ports"), _IGNORED)
    if call.port in skipped and not peer.identity:
        return "allowed", "skipped"
    subnets = [text for text in (_annotation(world, web, "skip-subnets") or "").split(",") if text]
    if not peer.identity and any(_within(address, text) for text in subnets):
        return "allowed", "skipped"
    return _by_server(world, call, web, peer)


def _by_server(world: list[Object], call: Call, web: Object, peer: _Peer) -> tuple[str, str]:
    servers = [one for one in _of(world, LINKERD_SERVER) if _selects(one, web, call.port)]
    if not servers:
        return _by_default(world, call, web, peer)
    if len(servers) > 1 and not all(_created(one) for one in servers):
        return "unknown", "conflict"
    server = min(servers, key=lambda one: (_created(one), _name(one)))
    spec = server["spec"]
    grants = _server_grants(world, server)
    protocol = spec.get("proxyProtocol", "unknown")
    kinds = {"gRPC": [GRPC_ROUTE], "opaque": [], "TLS": []}.get(protocol, [HTTP_ROUTE, LINKERD_HTTP_ROUTE])
    routes = [one for kind in kinds for one in _of(world, kind) if _is_attached(one, server)]
    if routes:
        return _by_routes(world, call, peer, routes, grants)
    if protocol not in ("gRPC", "opaque", "TLS") and _is_probe(web, call):
        return "allowed", "probe" if not _any(grants, peer) else "server"
    return ("allowed" if _any(grants, peer) else "denied"), "server"


def _by_default(world: list[Object], call: Call, web: Object, peer: _Peer) -> tuple[str, str]:
    names = ("all-unauthenticated", "all-authenticated", "cluster-unauthenticated", "cluster-authenticated")
    chart = next(one["data"]["policy"] for one in world if one["kind"] == "ConfigMap")
    policy = _annotation(world, web, "default-inbound-policy") or chart
    if policy not in (*names, "deny", "audit"):
        policy = chart
    if call.port in _ports(_annotation(world, web, "proxy-require-identity-inbound-ports"), set()):
        policy = policy.replace("unauthenticated", "authenticated")
    is_open = _any(_named_grant(policy), peer)
    is_opaque = call.port in _ports(_annotation(world, web, "opaque-ports"), set())
    if not is_open and not is_opaque and _is_probe(web, call):
        return "allowed", "probe"
    return ("allowed" if is_open else "denied"), "default"


def _by_routes(
    world: list[Object], call: Call, peer: _Peer, routes: list[Object], grants: list[Object]
) -> tuple[str, str]:
    orders = [sorted(routes, key=lambda one: (_created(one), *_kind(one), _name(one)))]
    if len(routes) > 1 and not all(_created(one) for one in routes):
        orders = [list(order) for order in permutations(routes)]
    found = set()
    for order in orders:
        for method_first in (True, False):
            route = _winner(order, call, method_first)
            if route is None:
                found.add(("denied", "not found"))
            else:
                is_open = _any([*grants, *_route_grants(world, route)], peer)
                found.add(("allowed" if is_open else "denied", "route"))
    verdicts = {verdict for verdict, _ in found}
    return (verdicts.pop() if len(verdicts) == 1 else "unknown"), min(layer for _, layer in found)


def _winner(routes: list[Object], call: Call, method_first: bool) -> Object | None:
    best: tuple[Any, Object] | None = None
    for route in routes:
        hosts = route["spec"].get("hostnames")
        host = max((rank for rank in (_host(name, call.host) for name in hosts) if rank), default=None) if hosts else ()
        if host is None:
            continue
        for rule in route["spec"]["rules"]:
            for match in rule.get("matches") or [{}]:
                is_grpc = route["kind"] == "GRPCRoute"
                rank = _rpc(match, call, bool(rule.get("matches"))) if is_grpc else _http(match, call, method_first)
                if rank is not None and (best is None or (host, rank) > best[0]):
                    best = (host, rank), route
    return best[1] if best is not None else None


def _host(name: str, host: str) -> tuple[int, int] | None:
    if name.startswith("*."):
        return (1, len(name) - 1) if host.endswith(name[1:]) else None
    return (2, len(name)) if name == host else None


def _http(match: Object, call: Call, method_first: bool) -> tuple[Any, ...] | None:
    path, _, query = call.path.partition("?")
    wanted = match.get("path", {"type": "PathPrefix", "value": "/"})
    value, kind = wanted.get("value", "/"), wanted.get("type", "PathPrefix")
    if kind == "Exact" and path != value:
        return None
    trimmed = value.rstrip("/")
    if kind == "PathPrefix" and trimmed and (path.rstrip("/") + "/")[: len(trimmed) + 1] != trimmed + "/":
        return None
    if "method" in match and match["method"] != call.method:
        return None
    headers, params = match.get("headers", []), match.get("queryParams", [])
    if any(call.headers.get(one["name"]) != one["value"] for one in headers):
        return None
    if any(f"{one['name']}={one['value']}" not in query.split("&") for one in params):
        return None
    length = len(value) if kind == "Exact" else len(trimmed) or 1
    if method_first:
        return length, kind == "Exact", "method" in match, len(headers), len(params)
    return length, len(headers), len(params), "method" in match


def _rpc(match: Object, call: Call, is_written: bool) -> tuple[int, ...] | None:
    if not is_written:
        return 0, 0, 0
    parts = call.path.partition("?")[0].split("/")
    if call.method != "POST" or len(parts) < 3:
        return None
    method, headers = match.get("method", {}), match.get("headers", [])
    service, name = method.get("service", ""), method.get("method", "")
    if service not in ("", parts[1]) or name not in ("", parts[2]):
        return None
    if any(call.headers.get(one["name"]) != one["value"] for one in headers):
        return None
    return len(service), len(name), len(headers)


def _server_grants(world: list[Object], server: Object) -> list[Object]:
    """What is authorized for all of a Server: grants have `networks` and, unless they take everybody, `identities`."""
    found = [_grant_of_older(one) for one in _of(world, SERVER_AUTHORIZATION) if _is_for(one, server)]
    for policy in _of(world, LINKERD_AUTHORIZATION_POLICY):
        target = policy["spec"]["targetRef"]
        is_server = target["kind"] == "Server" and target.get("group") == _POLICY and target["name"] == _name(server)
        if _namespace(policy) == _namespace(server) and (is_server or target["kind"] == "Namespace"):
            found += _grants_of_policy(world, policy)
    return [*(one for one in found if one is not None), *_named_grant(server["spec"].get("accessPolicy", "deny"))]


def _route_grants(world: list[Object], route: Object) -> list[Object]:
    found: list[Object] = []
    for policy in _of(world, LINKERD_AUTHORIZATION_POLICY):
        target = policy["spec"]["targetRef"]
        wanted = (_namespace(route), _kind(route)[0], route["kind"], _name(route))
        if (_namespace(policy), target.get("group"), target["kind"], target["name"]) == wanted:
            found += _grants_of_policy(world, policy)
    return found


def _grants_of_policy(world: list[Object], policy: Object) -> list[Object]:
    """One grant, or none where a reference leads nowhere or is one too many."""
    grant: dict[str, Any] = {}
    for reference in policy["spec"]["requiredAuthenticationRefs"]:
        home = reference.get("namespace", _namespace(policy))
        if reference["kind"] == "ServiceAccount":
            field, value = "identities", [f"{reference['name']}.{home}.{_SUFFIX}"]
        else:
            is_mesh = reference["kind"] == "MeshTLSAuthentication"
            kind = MESH_TLS_AUTHENTICATION if is_mesh else NETWORK_AUTHENTICATION
            held = [one for one in _of(world, kind) if (_namespace(one), _name(one)) == (home, reference["name"])]
            if not held:
                return []
            field = "identities" if is_mesh else "networks"
            value = _identities(held[0]) if is_mesh else held[0]["spec"]["networks"]
        if field in grant:
            return []
        grant[field] = value
    return [grant]


def _identities(authentication: Object) -> list[str]:
    spec = authentication["spec"]
    found = list(spec.get("identities", []))
    for reference in spec.get("identityRefs", []):
        home = reference.get("namespace", _namespace(authentication))
        is_account = reference["kind"] == "ServiceAccount"
        found.append(f"{reference['name']}.{home}.{_SUFFIX}" if is_account else f"*.{reference['name']}.{_SUFFIX}")
    return found


def _grant_of_older(policy: Object) -> Object | None:
    """A ServerAuthorization: without networks it is for those of the cluster."""
    who = policy["spec"]["client"]
    networks = who.get("networks") or [{"cidr": "10.0.0.0/8"}]
    if who.get("unauthenticated"):
        return {"networks": networks}
    mutual = who.get("meshTLS", {})
    if mutual.get("unauthenticatedTLS"):
        return {"networks": networks, "identities": ["*"]}
    names = [*mutual.get("identities", [])]
    home = _namespace(policy)
    names += [f"{one['name']}.{one.get('namespace', home)}.{_SUFFIX}" for one in mutual.get("serviceAccounts", [])]
    return {"networks": networks, "identities": names} if names else None


def _named_grant(policy: str) -> list[Object]:
    if policy == "deny":
        return []
    grant: dict[str, Any] = {"networks": [{"cidr": "10.0.0.0/8"}]} if policy.startswith("cluster-") else {}
    return [{**grant, "identities": ["*"]} if policy.endswith("-authenticated") else grant]


def _any(grants: list[Object], peer: _Peer) -> bool:
    return any(_takes(grant, peer) for grant in grants)


def _takes(grant: Object, peer: _Peer) -> bool:
    if "networks" in grant and not any(_is_in(network, peer.address) for network in grant["networks"]):
        return False
    if "identities" not in grant:
        return True
    names = grant["identities"]
    suffixes = [name[1:] for name in names if name.startswith("*.")]
    return bool(peer.identity) and ("*" in names or peer.identity in names or peer.identity.endswith(tuple(suffixes)))


def _is_in(network: Object, address: str) -> bool:
    left_out = any(_within(address, one) for one in network.get("except", []))
    return _within(address, network["cidr"]) and not left_out


def _within(address: str, network: str) -> bool:
    return ip_address(address) in ip_network(network, strict=False)


def _identity(world: list[Object], call: Call, web: Object) -> str:
    """The identity that the proxy sees: of meshed pods whose own proxy is not passed by, on either side."""
    if "/" not in call.source:
        return ""
    pod = _pod(world, call.source)
    skipped_there = _annotation(world, web, "skip-inbound-ports")
    is_past = call.port in _ports(_annotation(world, pod, "skip-outbound-ports"), _IGNORED)
    is_past = is_past or call.port in _ports(skipped_there, set())
    if not _is_meshed(world, pod) or is_past:
        return ""
    return f"{pod['spec']['serviceAccountName']}.{_namespace(pod)}.{_SUFFIX}"


def _addresses(world: list[Object], call: Call) -> list[str]:
    """The address of the client, or one of each kind that a pod may have."""
    if "/" not in call.source:
        return [call.source]
    known = _pod(world, call.source).get("status", {}).get("podIP")
    return [known] if known else ["10.0.0.2", "10.0.0.77", "10.0.1.9", "10.0.5.5", "10.77.0.1", "10.9.0.1", "10.0.2.2"]


def _is_probe(web: Object, call: Call) -> bool:
    probes = [one["livenessProbe"]["httpGet"] for one in web["spec"]["containers"] if "livenessProbe" in one]
    path = call.path.partition("?")[0]
    return any((one["port"], one["path"]) == (call.port, path) for one in probes) and call.method == "GET"


def _selects(server: Object, web: Object, port: int) -> bool:
    spec, named = server["spec"], {one["name"]: one["containerPort"] for one in web["spec"]["containers"][0]["ports"]}
    labels = spec["podSelector"].get("matchLabels", {})
    is_there = _namespace(server) == _namespace(web) and labels.items() <= web["metadata"]["labels"].items()
    return is_there and port == (named.get(spec["port"]) if isinstance(spec["port"], str) else spec["port"])


def _is_attached(route: Object, server: Object) -> bool:
    """Whether a route is on a Server: one reference with a port or a section drops all of it."""
    if _namespace(route) != _namespace(server):
        return False
    parents = [one for one in route["spec"]["parentRefs"] if (one.get("group"), one["kind"]) == (_POLICY, "Server")]
    if any("port" in one or "sectionName" in one for one in parents):
        return False
    return any(one["name"] == _name(server) for one in parents)


def _is_for(policy: Object, server: Object) -> bool:
    wanted = policy["spec"]["server"]
    if _namespace(policy) != _namespace(server):
        return False
    if "name" in wanted:
        return bool(wanted["name"] == _name(server))
    labels = wanted["selector"].get("matchLabels", {})
    return bool(labels.items() <= server["metadata"].get("labels", {}).items())


def _is_meshed(world: list[Object], pod: Object) -> bool:
    return _annotation(world, pod, "linkerd.io/inject") == "enabled"


def _annotation(world: list[Object], pod: Object, name: str) -> str | None:
    """The pod's own, or that of its namespace."""
    key = name if "/" in name else f"{_CONFIG}{name}"
    home = next(one for one in world if one["kind"] == "Namespace" and _name(one) == _namespace(pod))
    for holder in (pod, home):
        value = holder["metadata"].get("annotations", {}).get(key)
        if value is not None:
            return str(value)
    return None


def _ports(text: str | None, usual: set[int]) -> set[int]:
    return usual if text is None else {int(part) for part in text.split(",") if part}


def _pod(world: list[Object], title: str) -> Object:
    return next(one for one in world if one["kind"] == "Pod" and f"{_namespace(one)}/{_name(one)}" == title)


def _of(world: list[Object], kind: Kind) -> list[Object]:
    return [one for one in world if _kind(one) == (kind.group, kind.name)]


def _kind(one: Object) -> tuple[str, str]:
    return one["apiVersion"].rpartition("/")[0], one["kind"]


def _name(one: Object) -> str:
    return str(one["metadata"]["name"])


def _namespace(one: Object) -> str:
    return str(one["metadata"].get("namespace", ""))


def _created(one: Object) -> str:
    return str(one["metadata"].get("creationTimestamp", ""))
