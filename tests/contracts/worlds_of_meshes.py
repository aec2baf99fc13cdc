"""Worst worlds of Linkerd, Cilium, the Gateway API and delivery: many objects about one and the same thing."""

from collections.abc import Mapping

__all__ = [
    "authorizations_of_one_server",
    "canaries_of_one_host",
    "cilium_policies_of_one_endpoint",
    "linkerd_routes_of_one_service",
    "listeners_and_routes_of_one_gateway",
    "network_policies_of_one_pod",
    "rollouts_of_one_service",
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


def cilium_policies_of_one_endpoint(count: int) -> list[Data]:
    chosen = {"endpointSelector": {"matchLabels": {"app": "cart"}}}
    ports = [{"ports": [{"port": "8080", "protocol": "TCP"}], "rules": {"http": [{"method": "GET", "path": "/p"}]}}]
    spec = {
        **chosen,
        "ingress": [{"fromEndpoints": [{"matchLabels": {"app": "web"}}], "toPorts": ports}],
        "egress": [{"toFQDNs": [{"matchName": "api.example.com"}]}],
    }
    denying = {**chosen, "ingressDeny": [{"fromEntities": ["world"]}]}
    policies = [_made("cilium.io/v2", "CiliumNetworkPolicy", f"p{n}", spec) for n in range(count)]
    refusals = [_made("cilium.io/v2", "CiliumNetworkPolicy", f"d{n}", denying) for n in range(count)]
    return [*_workloads(count), *policies, *refusals]


def network_policies_of_one_pod(count: int) -> list[Data]:
    ports = [{"port": 80, "protocol": "TCP"}]
    peer = {"podSelector": {"matchLabels": {"app": "cart"}}}
    spec = {**_PODS, "ingress": [{"from": [peer], "ports": ports}], "egress": [{"to": [peer], "ports": ports}]}
    policies = [_made("networking.k8s.io/v1", "NetworkPolicy", f"p{n}", spec) for n in range(count)]
    listed = [{"name": "http", "port": 80, "targetPort": 8080}]
    service = {"selector": {"app": "cart"}, "ports": listed}
    return [*_workloads(count), *policies, *(_made("v1", "Service", f"s{n}", service) for n in range(count))]


def rollouts_of_one_service(count: int) -> list[Data]:
    canary = {
        "stableService": "cart",
        "canaryService": "cart",
        "trafficRouting": {"istio": {"virtualService": {"name": "cart"}}},
        "steps": [{"setWeight": 10}, {"analysis": {"templates": [{"templateName": "rate"}]}}],
    }
    spec = {
        "workloadRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "d0"},
        "strategy": {"canary": canary},
    }
    routes = [{"route": [{"destination": {"host": "cart"}, "weight": 100}]} for _ in range(count)]
    route = _made("networking.istio.io/v1", "VirtualService", "cart", {"hosts": ["cart"], "http": routes})
    service = _made("v1", "Service", "cart", {"selector": {"app": "cart"}, "ports": [{"name": "http", "port": 80}]})
    made = (_made("argoproj.io/v1alpha1", "Rollout", f"r{n}", spec) for n in range(count))
    return [*_workloads(count), service, route, *made]
