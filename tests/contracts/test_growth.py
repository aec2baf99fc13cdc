"""No rule looks at all pairs: twice the objects cost about twice the calls, whatever the objects have in common.

Calls are counted, not seconds, so the answer is the same on every machine.
"""

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import FrameType

import pytest

from service_mesh.mesh.view import Complete, MeshView
from service_mesh.model.resource import Resource
from service_mesh.rules.registry import load_rules
from service_mesh.rules.rule import Rule
from tests.contracts.worlds_of_meshes import (
    authorizations_of_one_server,
    canaries_of_one_host,
    cilium_policies_of_one_endpoint,
    linkerd_routes_of_one_service,
    listeners_and_routes_of_one_gateway,
    network_policies_of_one_pod,
    rollouts_of_one_service,
    routes_of_one_server,
    servers_of_one_workload,
)

Data = Mapping[str, object]
_SMALL = 100
"""More than any rule looks at where it looks at the first few of many."""
_MOST = 3.0
"""Calls for twice the objects against calls for the objects; all pairs come near 4."""
_FEW = 20_000
"""Calls below which growth is not looked at: what is asked once weighs most there."""

_APIS = {
    "AuthorizationPolicy": "security.istio.io/v1",
    "Deployment": "apps/v1",
    "DestinationRule": "networking.istio.io/v1",
    "Gateway": "networking.istio.io/v1",
    "HTTPRoute": "gateway.networking.k8s.io/v1",
    "NetworkPolicy": "networking.k8s.io/v1",
    "PeerAuthentication": "security.istio.io/v1",
    "ReferenceGrant": "gateway.networking.k8s.io/v1beta1",
    "ReplicaSet": "apps/v1",
    "RequestAuthentication": "security.istio.io/v1",
    "ServiceEntry": "networking.istio.io/v1",
    "Telemetry": "telemetry.istio.io/v1",
    "VirtualService": "networking.istio.io/v1",
}
_LABELS = {"app": "cart"}


def _made(kind: str, name: str, spec: Data, namespace: str = "shop", **metadata: object) -> Data:
    place = {} if kind == "Namespace" else {"namespace": namespace}
    held = {"name": name, **place, **metadata}
    return {"apiVersion": _APIS.get(kind, "v1"), "kind": kind, "metadata": held, "spec": spec}


def _namespace(**labels: str) -> Data:
    return _made("Namespace", "shop", {}, labels=labels or {"istio-injection": "enabled"})


def _deployments(count: int) -> list[Data]:
    pod = {"metadata": {"labels": _LABELS}, "spec": {"containers": [{"name": "app", "ports": [{"containerPort": 80}]}]}}
    return [_made("Deployment", f"d{number}", {"template": pod}) for number in range(count)]


def _services(count: int) -> list[Data]:
    ports = [{"name": "http", "port": 80}]
    return [_made("Service", f"s{number}", {"selector": _LABELS, "ports": ports}) for number in range(count)]


def _policies(count: int, kind: str, spec: Data) -> list[Data]:
    chosen = {"selector": {"matchLabels": _LABELS}, **spec}
    return [_made(kind, f"p{number}", chosen) for number in range(count)]


def _route(host: str, **destination: object) -> Data:
    return {"route": [{"destination": {"host": host, **destination}}]}


def services_of_one_selector(count: int) -> list[Data]:
    return [_namespace(), *_deployments(count), *_services(count)]


def policies_of_one_selector(count: int) -> list[Data]:
    rules = [{"to": [{"operation": {"methods": ["GET"], "ports": ["80"]}}]}]
    strict = {"mtls": {"mode": "STRICT"}, "portLevelMtls": {"8080": {"mode": "DISABLE"}}}
    return [
        _namespace(),
        *_deployments(count),
        *_policies(count, "AuthorizationPolicy", {"action": "DENY", "rules": rules}),
        *_policies(count, "PeerAuthentication", strict),
        *_policies(count, "Telemetry", {}),
    ]


def policies_in_ambient_mode(count: int) -> list[Data]:
    _, *others = policies_of_one_selector(count)
    ports = [{"ports": [{"port": 80}]}]
    closed = {"podSelector": {"matchLabels": _LABELS}, "ingress": ports}
    blocked = [_made("NetworkPolicy", f"n{number}", closed) for number in range(count)]
    return [_namespace(**{"istio.io/dataplane-mode": "ambient"}), *others, *_services(count), *blocked]


def strict_servers(count: int) -> list[Data]:
    plain = {"trafficPolicy": {"tls": {"mode": "DISABLE"}}}
    rules = [_made("DestinationRule", f"r{number}", {"host": f"s{number}", **plain}) for number in range(count)]
    strict = _made("PeerAuthentication", "default", {"mtls": {"mode": "STRICT"}})
    return [*services_of_one_selector(count), strict, *rules]


def tokens_in_other_places(count: int) -> list[Data]:
    wanted: Data = {"rules": [{"from": [{"source": {"requestPrincipals": ["*"]}}]}]}
    verified: Data = {"jwtRules": [{"issuer": "i"}]}
    return [
        *(_made("AuthorizationPolicy", "p", wanted, f"a{number}") for number in range(count)),
        *(_made("RequestAuthentication", "p", verified, f"b{number}") for number in range(count)),
    ]


def subsets_of_one_host(count: int) -> list[Data]:
    named = [{"name": f"s{number}", "labels": {"version": f"v{number}"}} for number in range(count)]
    each = [_made("DestinationRule", f"r{n}", {"host": "cart", "subsets": [subset]}) for n, subset in enumerate(named)]
    routes = [_route("cart", subset=f"s{number}") for number in range(count)]
    whole = _made("DestinationRule", "r", {"host": "cart", "subsets": named})
    return [_namespace(), whole, *each, _made("VirtualService", "v", {"hosts": ["cart"], "http": routes})]


def entries_of_one_host(count: int) -> list[Data]:
    entry = {"hosts": ["x.com"], "ports": [{"number": 443, "name": "tls", "protocol": "TLS"}], "resolution": "DNS"}
    routed = {"hosts": ["x.com"], "http": [_route("x.com", port={"number": 80})]}
    return [
        *(_made("ServiceEntry", f"e{number}", entry) for number in range(count)),
        *(_made("VirtualService", "v", routed, f"n{number}") for number in range(count)),
    ]


def gateways_of_one_selector(count: int) -> list[Data]:
    served = [{"port": {"number": 80, "name": "http", "protocol": "HTTP"}, "hosts": ["*"]}]
    bound = [{"hosts": ["x.com"], "gateways": [f"g{n}"], "http": [_route("cart")]} for n in range(count)]
    return [
        *_deployments(count),
        *(_made("Gateway", f"g{number}", {"selector": _LABELS, "servers": served}) for number in range(count)),
        *(_made("VirtualService", f"v{number}", spec) for number, spec in enumerate(bound)),
    ]


def one_gateway_of_many_hosts(count: int) -> list[Data]:
    port = {"number": 80, "name": "http", "protocol": "HTTP"}
    servers = [{"port": port, "hosts": [f"*.h{number}.com" for number in range(count)]}]
    routed = {"hosts": [f"a.h{n}.com" for n in range(count)], "gateways": ["g"], "http": [_route("cart")]}
    return [_made("Gateway", "g", {"selector": _LABELS, "servers": servers}), _made("VirtualService", "v", routed)]


def one_policy_of_many_values(count: int) -> list[Data]:
    paths, others = ([f"/{letter}{number}" for number in range(count)] for letter in "ab")
    rule = {
        "from": [{"source": {"namespaces": paths, "notNamespaces": others}}],
        "to": [{"operation": {"paths": paths}}],
    }
    condition = {"key": "source.namespace", "values": others}
    return [_namespace(), _made("AuthorizationPolicy", "p", {"rules": [{**rule, "when": [condition]}] * 2})]


def routes_without_grants(count: int) -> list[Data]:
    backend = {"name": "cart", "namespace": "other", "port": 80}
    route = {"rules": [{"backendRefs": [backend]}]}
    grant: Data = {"from": [{"group": "x", "kind": "y", "namespace": "z"}], "to": [{"group": "", "kind": "Service"}]}
    return [
        *(_made("HTTPRoute", f"r{number}", route) for number in range(count)),
        *(_made("ReferenceGrant", f"g{number}", grant, "other") for number in range(count)),
    ]


def owners_in_a_ring(count: int) -> list[Data]:
    def owner(number: int) -> list[Data]:
        return [{"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": f"r{number % count}", "controller": True}]

    template = {"template": {"metadata": {"labels": _LABELS}, "spec": {}}}
    return [_made("ReplicaSet", f"r{n}", template, ownerReferences=owner(n + 1)) for n in range(count)]


def delegates_in_a_ring(count: int) -> list[Data]:
    def rule(number: int) -> Data:
        return {"http": [{"delegate": {"name": f"v{number % count}"}}]}

    return [
        _made("VirtualService", f"v{n}", {**rule(n + 1), **({} if n else {"hosts": ["cart"]})}) for n in range(count)
    ]


def routes_and_rules_of_own_hosts(count: int) -> list[Data]:
    def pair(number: int) -> list[Data]:
        host = f"s{number}.example.com"
        route = {"hosts": [host], "gateways": ["public"], "http": [{"route": [{"destination": {"host": host}}]}]}
        tls = {"mode": "SIMPLE", "credentialName": "ca"}
        rule = {"host": host, "trafficPolicy": {"tls": tls}}
        return [_made("VirtualService", f"v{number}", route), _made("DestinationRule", f"d{number}", rule)]

    return [data for number in range(count) for data in pair(number)]


_WORLDS: tuple[Callable[[int], list[Data]], ...] = (
    services_of_one_selector,
    policies_of_one_selector,
    policies_in_ambient_mode,
    strict_servers,
    tokens_in_other_places,
    subsets_of_one_host,
    entries_of_one_host,
    gateways_of_one_selector,
    one_gateway_of_many_hosts,
    one_policy_of_many_values,
    routes_without_grants,
    owners_in_a_ring,
    delegates_in_a_ring,
    routes_and_rules_of_own_hosts,
    servers_of_one_workload,
    authorizations_of_one_server,
    routes_of_one_server,
    linkerd_routes_of_one_service,
    listeners_and_routes_of_one_gateway,
    canaries_of_one_host,
    rollouts_of_one_service,
    cilium_policies_of_one_endpoint,
    network_policies_of_one_pod,
)


@pytest.mark.parametrize("world", _WORLDS, ids=[world.__name__ for world in _WORLDS])
def test_twice_the_objects_cost_about_twice_the_calls(world: Callable[[int], list[Data]]) -> None:
    small, large = _calls(world(_SMALL)), _calls(world(2 * _SMALL))
    grown = {code: (small[code], calls) for code, calls in large.items() if calls > max(_FEW, _MOST * small[code])}
    assert grown == {}


def _calls(objects: Iterable[Data]) -> dict[str, int]:
    """Calls of Python functions that each rule makes for a world."""
    resources = [Resource(data) for data in objects]
    view = MeshView(resources, Complete.YES)
    return {rule.code: _counted(_asked(rule, resources, view)) for rule in load_rules() if rule.check is not None}


def _asked(rule: Rule, resources: Iterable[Resource], view: MeshView) -> Iterator[object]:
    for resource in resources:
        if rule.check is not None and resource.kind in rule.about:
            yield from rule.check(resource, view)


def _counted(work: Iterator[object]) -> int:
    calls = 0

    def count(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event == "call"

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        for _ in work:
            pass
    finally:
        sys.setprofile(before)
    return calls
