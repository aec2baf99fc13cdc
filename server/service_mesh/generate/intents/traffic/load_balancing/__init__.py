"""load-balancing: which pod of a Service gets a request."""

from service_mesh.generate.dialects import Dialect
from service_mesh.generate.intent import Example, Group, Intent
from service_mesh.generate.intents.traffic.load_balancing.istio import istio
from service_mesh.generate.intents.traffic.load_balancing.parameters import LoadBalancing
from service_mesh.generate.plan import Gap

__all__ = ["INTENT"]

_LINKERD = Gap(
    "another way to choose pods: Linkerd's proxies take those that answer fastest (EWMA), always",
    "trafficDistribution: PreferClose in the Service for pods of the same zone; an ingress in front of the mesh for"
    " sessions that stay at a pod",
)
_CILIUM = Gap(
    "a way to choose pods for one Service by policies or routes of Cilium",
    "for HTTP, annotations service.cilium.io/lb-l7: enabled and service.cilium.io/lb-l7-algorithm of the Service, with"
    " loadBalancer.l7.backend=envoy in the values; else sessionAffinity and trafficDistribution of the Service",
)
_GATEWAY_API = Gap(
    "a way to choose pods: the Gateway API has no more than sessionPersistence, which is experimental",
    "a policy of the implementation, such as loadBalancer of Envoy Gateway's BackendTrafficPolicy",
)
_CART = {"namespace": "shop", "name": "cart"}

INTENT = Intent(
    name="load-balancing",
    group=Group.TRAFFIC,
    summary="Pods of a Service get requests by an algorithm, by what a request has with it, or by where they run.",
    parameters=LoadBalancing,
    examples=(
        Example("requests by turns", {"service": _CART, "algorithm": "round-robin"}),
        Example("a user stays at a pod", {"service": _CART, "sticky": {"header": "x-user"}}),
        Example(
            "a cookie that the proxy sets",
            {
                "service": {"namespace": "shop", "name": "web", "port": 8000},
                "sticky": {"cookie": {"name": "pod", "path": "/web", "ttl": "1h"}},
            },
        ),
        Example("a query parameter", {"service": _CART, "sticky": {"query": "session"}}),
        Example("a caller stays at a pod", {"service": _CART, "sticky": {"source_address": True}}),
        Example(
            "shares of zones",
            {
                "service": _CART,
                "algorithm": "random",
                "distribute": [
                    {
                        "origin": "eu-west/zone-a",
                        "to": [{"place": "eu-west/zone-a", "percent": 80}, {"place": "eu-west/zone-b", "percent": 20}],
                    }
                ],
            },
        ),
        Example(
            "another region takes over",
            {
                "service": {"namespace": "shop", "name": "stock"},
                "nearest_first": True,
                "failover": [{"origin": "eu-west", "to": "eu-central"}, {"origin": "eu-central", "to": "eu-west"}],
                "failures": 3,
            },
        ),
    ),
    cells={
        Dialect.ISTIO_SIDECAR: istio,
        Dialect.ISTIO_AMBIENT: istio,
        Dialect.LINKERD: _LINKERD,
        Dialect.CILIUM: _CILIUM,
        Dialect.GATEWAY_API: _GATEWAY_API,
    },
)
