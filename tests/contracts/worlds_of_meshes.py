"""Worst worlds of Linkerd, the Gateway API and Flagger: many objects about one and the same thing."""

from collections.abc import Mapping

__all__ = [
    "authorizations_of_one_server",
    "canaries_of_one_host",
    "linkerd_routes_of_one_service",
    "listeners_and_routes_of_one_gateway",
    "routes_of_one_server",
    "servers_of_one_workload",
]

Data = Mapping[str, object]

_POLICY = "policy.linkerd.io"
_ROUTES = "gateway.networking.k8s.io"
_PODS = {"podSelector": {"matchLabels": {"app": "cart"}}}


def _made(api: str, kind: str, name: str, spec: Data, **metadata: object) -> Data:
    return {"apiVersion": api, "kind": kind, "metadata": {"name": name, "namespace": "shop", **metadata}, "spec": spec}


def _workloads(count: int) -> list[Data]:
    ports = [{"name": "http", "containerPort": 8080}]
    pod = {
        "metadata": {"labels": {"app": "cart"}, "annotations": {"linkerd.io/inject": "enabled"}},
        "spec": {"containers": [{"name": "app", "image": "app", "ports": ports}]},
    }
    spec = {"selector": {"matchLabels": {"app": "cart"}}, "template": pod}
    return [_made("apps/v1", "Deployment", f"d{number}", spec) for number in range(count)]


def _server(name: str) -> Data:
    return _made(f"{_POLICY}/v1beta3", "Server", name, {**_PODS, "port": "http", "proxyProtocol": "HTTP/1"})


def _path(number: int) -> Data:
    return {"path": {"type": "PathPrefix", "value": f"/p{number}"}}


def servers_of_one_workload(count: int) -> list[Data]:
    return [*_workloads(5), *(_server(f"s{number}") for number in range(count))]


def authorizations_of_one_server(count: int) -> list[Data]:
    target = {"group": _POLICY, "kind": "Server", "name": "cart"}
    spec = {"targetRef": target, "requiredAuthenticationRefs": [{"kind": "ServiceAccount", "name": "web"}]}
    policies = [_made(f"{_POLICY}/v1alpha1", "AuthorizationPolicy", f"a{number}", spec) for number in range(count)]
    return [*_workloads(5), _server("cart"), *policies]


def routes_of_one_server(count: int) -> list[Data]:
    parent = {"group": _POLICY, "kind": "Server", "name": "cart"}
    routes = [
        _made(f"{_ROUTES}/v1", "HTTPRoute", f"r{n}", {"parentRefs": [parent], "rules": [{"matches": [_path(n)]}]})
        for n in range(count)
    ]
    return [*_workloads(5), _server("cart"), *routes]


def linkerd_routes_of_one_service(count: int) -> list[Data]:
    parent = {"group": "core", "kind": "Service", "name": "cart", "port": 80}
    service = _made("v1", "Service", "cart", {"selector": {"app": "cart"}, "ports": [{"name": "http", "port": 80}]})
    rules = {"matches": [{"path": {"type": "PathPrefix", "value": "/"}}], "backendRefs": [{"name": "cart", "port": 80}]}
    spec = {"parentRefs": [parent], "rules": [rules]}
    return [*_workloads(5), service, *(_made(f"{_ROUTES}/v1", "HTTPRoute", f"r{n}", spec) for n in range(count))]


def listeners_and_routes_of_one_gateway(count: int) -> list[Data]:
    listeners = [
        {"name": f"l{n}", "port": 80, "protocol": "HTTP", "hostname": f"h{n}.example.com"}
        for n in range(min(count, 64))
    ]
    gateway = _made(f"{_ROUTES}/v1", "Gateway", "public", {"gatewayClassName": "istio", "listeners": listeners})
    rule = {"matches": [{"path": {"type": "PathPrefix", "value": "/"}}], "backendRefs": [{"name": "cart", "port": 80}]}
    routes = [
        _made(
            f"{_ROUTES}/v1",
            "HTTPRoute",
            f"r{n}",
            {"parentRefs": [{"name": "public"}], "hostnames": ["h1.example.com"], "rules": [rule]},
        )
        for n in range(count)
    ]
    return [gateway, *routes]


def canaries_of_one_host(count: int) -> list[Data]:
    analysis = {"interval": "1m", "threshold": 5, "maxWeight": 50, "stepWeight": 10}
    spec = {
        "targetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "d0"},
        "service": {"port": 80, "hosts": ["shop.example.com"]},
        "analysis": analysis,
    }
    return [*_workloads(5), *(_made("flagger.app/v1beta1", "Canary", f"c{n}", spec) for n in range(count))]
