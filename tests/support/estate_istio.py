"""The Istio and Gateway API side of a generated estate: gateways, routes, destination rules and policies."""

import random
from collections.abc import Iterator

from tests.support.estate_part import Data, Part, Place, built
from tests.support.estate_workloads import HTTP_PORT, account, namespace, network_policy, workload

__all__ = ["istio_entry", "istio_namespace"]

_INGRESS = "istio-ingress"
_TEAMS = ("orders", "payments", "catalog", "shipping", "search", "identity", "pricing", "returns", "loyalty", "media")
_APPS = ("api", "cart", "reviews", "ratings", "details", "quotes", "stock", "mailer")
_NETWORKING, _SECURITY, _GATEWAY_API = "networking.istio.io/v1", "security.istio.io/v1", "gateway.networking.k8s.io/v1"
_APPS_GATEWAY = "apps-istio"
"""Account of the proxies that istiod starts for the Gateway `apps`: its name and that of its class."""

_ENABLED: Data = {"istio-injection": "enabled"}
_ENTRY_PORTS: tuple[Data, ...] = (
    {"name": "http", "port": 80, "targetPort": "http", "protocol": "TCP"},
    {"name": "tls", "port": 443, "targetPort": 8443, "protocol": "TCP"},
)


def istio_entry() -> Iterator[Part]:
    """The namespace of the gateways, once for the estate."""
    place = Place(_INGRESS, "ingressgateway")
    yield namespace(_INGRESS, "platform", _ENABLED)
    yield from workload(place, ("v1",), random.Random(_INGRESS), _ENTRY_PORTS)
    servers = [
        {"port": {"number": 80, "name": "http", "protocol": "HTTP"}, "hosts": ["*.example.com"]},
        {
            "port": {"number": 443, "name": "tls", "protocol": "TLS"},
            "tls": {"mode": "PASSTHROUGH"},
            "hosts": ["*.passthrough.example.com"],
        },
    ]
    spec: Data = {"selector": {"app": place.app}, "servers": servers}
    yield built("gateways", _NETWORKING, "Gateway", place, {"spec": spec}, name="public")
    yield account(place, _APPS_GATEWAY)
    listener: Data = {
        "name": "http",
        "port": 80,
        "protocol": "HTTP",
        "hostname": "*.apps.example.com",
        "allowedRoutes": {"namespaces": {"from": "All"}},
    }
    spec = {"gatewayClassName": "istio", "listeners": [listener]}
    yield built("gateways", _GATEWAY_API, "Gateway", place, {"spec": spec}, name="apps")


def istio_namespace(number: int, chance: random.Random) -> Iterator[Part]:
    """One team's namespace with its applications."""
    team = _TEAMS[number % len(_TEAMS)]
    name = f"{team}-{number // len(_TEAMS) + 1}"
    yield namespace(name, team, _ENABLED)
    yield _strict(name, team)
    accounts = list[str]()
    for app in _APPS:
        place = Place(name, app)
        yield from _application(place, accounts, chance)
        if not accounts:
            yield _closed(name, team)  # behind a workload that it is for
        accounts.append(_principal(name, app))


def _application(place: Place, accounts: list[str], chance: random.Random) -> Iterator[Part]:
    """One application; it is called by some of the accounts, and from outside if it has a route there."""
    versions = ("v1", "v2") if chance.random() < 0.35 else ("v1",)
    yield from workload(place, versions, chance)
    if chance.random() < 0.6:
        yield network_policy(place)
    yield _destination_rule(place, versions, chance)
    yield _inner_routes(place, versions, chance)
    callers = chance.sample(accounts, min(len(accounts), chance.randint(1, 3)))
    way_in = chance.random()
    if way_in < 0.4 or not callers:
        yield _access(place, [_principal(_INGRESS, "ingressgateway"), *callers], chance)
        yield _outer_routes(place)
    elif way_in < 0.8:
        yield _access(place, [_principal(_INGRESS, _APPS_GATEWAY), *callers], chance)
        yield _http_route(place, versions)
    else:
        yield _access(place, callers, chance)
    if chance.random() < 0.3:
        yield _service_entry(place)


def _principal(namespace_name: str, account_name: str) -> str:
    return f"cluster.local/ns/{namespace_name}/sa/{account_name}"


def _strict(name: str, team: str) -> Part:
    data: Data = {
        "apiVersion": _SECURITY,
        "kind": "PeerAuthentication",
        "metadata": {"name": "default", "namespace": name, "labels": {"team": team}},
        "spec": {"mtls": {"mode": "STRICT"}},
    }
    return Part(f"{name}/namespace.yaml", data)


def _closed(name: str, team: str) -> Part:
    """The policy that lets nobody in, to which those of the applications are the exceptions."""
    data: Data = {
        "apiVersion": _SECURITY,
        "kind": "AuthorizationPolicy",
        "metadata": {"name": "nobody", "namespace": name, "labels": {"team": team}},
        "spec": {},
    }
    return Part(f"{name}/namespace.yaml", data)


def _destination_rule(place: Place, versions: tuple[str, ...], chance: random.Random) -> Part:
    policy: Data = {
        "loadBalancer": {"simple": chance.choice(("LEAST_REQUEST", "LEAST_REQUEST", "ROUND_ROBIN"))},
        "connectionPool": {
            "tcp": {"maxConnections": chance.randint(5, 50) * 20, "connectTimeout": "2s"},
            "http": {"http2MaxRequests": chance.randint(5, 50) * 100, "maxRequestsPerConnection": 0},
        },
        "outlierDetection": {
            "consecutive5xxErrors": chance.randint(3, 10),
            "interval": "10s",
            "baseEjectionTime": "30s",
            "maxEjectionPercent": 50,
        },
    }
    subsets = [{"name": version, "labels": {"version": version}} for version in versions]
    spec: Data = {"host": _host(place, chance), "trafficPolicy": policy, "subsets": subsets}
    return built(f"{place.app}-traffic", _NETWORKING, "DestinationRule", place, {"spec": spec})


def _inner_routes(place: Place, versions: tuple[str, ...], chance: random.Random) -> Part:
    host = _host(place, chance)
    last = versions[-1]
    tester: Data = {
        "name": "testers",
        "match": [{"headers": {"x-tester": {"exact": "yes"}}, "uri": {"prefix": "/"}}],
        "route": [_destination(host, last)],
    }
    reports: Data = {
        "name": "reports",
        "match": [{"uri": {"prefix": "/reports"}}, {"uri": {"exact": "/export"}}],
        "timeout": "30s",
        "route": [_destination(host, "v1")],
    }
    shares = ((90, "v1"), (10, last)) if len(versions) > 1 else ((100, "v1"),)
    everything: Data = {
        "name": "everything",
        "timeout": "8s",
        "retries": {"attempts": 3, "perTryTimeout": "2s", "retryOn": "connect-failure,refused-stream,unavailable"},
        "route": [{**_destination(host, version), "weight": share} for share, version in shares],
    }
    spec: Data = {"hosts": [host], "http": [tester, reports, everything]}
    return built(f"{place.app}-traffic", _NETWORKING, "VirtualService", place, {"spec": spec})


def _outer_routes(place: Place) -> Part:
    rewritten: Data = {
        "name": "versioned",
        "match": [{"uri": {"prefix": f"/{place.app}/v1/"}}],
        "rewrite": {"uri": "/"},
        "route": [_destination(place.app, "v1")],
    }
    everything: Data = {
        "name": "everything",
        "corsPolicy": {
            "allowOrigins": [{"exact": "https://www.example.com"}],
            "allowMethods": ["GET", "POST"],
            "maxAge": "24h",
        },
        "headers": {"request": {"set": {"x-entry": "public"}}},
        "route": [_destination(place.app, "v1")],
    }
    spec: Data = {
        "hosts": [f"{place.app}-{place.namespace}.example.com"],
        "gateways": [f"{_INGRESS}/public"],
        "http": [rewritten, everything],
    }
    return built(
        f"{place.app}-traffic", _NETWORKING, "VirtualService", place, {"spec": spec}, name=f"{place.app}-public"
    )


def _http_route(place: Place, versions: tuple[str, ...]) -> Part:
    backend: Data = {"name": place.app, "port": HTTP_PORT}
    metrics: Data = {
        "matches": [{"path": {"type": "PathPrefix", "value": "/internal"}}],
        "filters": [{"type": "RequestRedirect", "requestRedirect": {"hostname": "www.example.com", "statusCode": 302}}],
    }
    everything: Data = {
        "matches": [{"path": {"type": "PathPrefix", "value": "/"}, "method": method} for method in ("GET", "POST")],
        "filters": [
            {
                "type": "RequestHeaderModifier",
                "requestHeaderModifier": {"set": [{"name": "x-versions", "value": "-".join(versions)}]},
            }
        ],
        "timeouts": {"request": "10s"},
        "backendRefs": [{**backend, "weight": 100}],
    }
    spec: Data = {
        "parentRefs": [{"name": "apps", "namespace": _INGRESS, "sectionName": "http"}],
        "hostnames": [f"{place.app}-{place.namespace}.apps.example.com"],
        "rules": [metrics, everything],
    }
    return built(f"{place.app}-traffic", _GATEWAY_API, "HTTPRoute", place, {"spec": spec})


def _access(place: Place, principals: list[str], chance: random.Random) -> Part:
    reading: Data = {
        "from": [{"source": {"principals": principals}}],
        "to": [{"operation": {"methods": ["GET", "HEAD"], "ports": [str(HTTP_PORT)]}}],
    }
    writing: Data = {
        "from": [{"source": {"principals": principals[:1]}}],
        "to": [
            {"operation": {"methods": ["POST", "PUT"], "paths": [f"/{place.app}/*", "/export"]}},
            {"operation": {"methods": ["DELETE"], "paths": [f"/{place.app}/items/*"]}},
        ],
    }
    scraping: Data = {
        "from": [{"source": {"namespaces": [place.namespace]}}],
        "to": [{"operation": {"ports": ["9090"]}}],
    }
    rules = [reading, writing, scraping] if chance.random() < 0.7 else [reading, scraping]
    spec: Data = {"selector": {"matchLabels": {"app": place.app}}, "action": "ALLOW", "rules": rules}
    return built(f"{place.app}-access", _SECURITY, "AuthorizationPolicy", place, {"spec": spec})


def _service_entry(place: Place) -> Part:
    spec: Data = {
        "hosts": [f"{place.app}-{place.namespace}.partner.example.net"],
        "location": "MESH_EXTERNAL",
        "resolution": "DNS",
        "exportTo": ["."],
        "ports": [{"number": 443, "name": "tls", "protocol": "TLS"}],
    }
    return built(
        f"{place.app}-traffic", _NETWORKING, "ServiceEntry", place, {"spec": spec}, name=f"{place.app}-partner"
    )


def _destination(host: str, subset: str) -> Data:
    return {"destination": {"host": host, "subset": subset, "port": {"number": HTTP_PORT}}}


def _host(place: Place, chance: random.Random) -> str:
    return chance.choice((place.app, f"{place.app}.{place.namespace}.svc.cluster.local"))
