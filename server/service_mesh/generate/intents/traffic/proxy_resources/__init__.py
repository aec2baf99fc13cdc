"""proxy-resources: what proxies ask for and may take."""

from service_mesh.generate.dialects import Dialect
from service_mesh.generate.intent import Example, Group, Intent
from service_mesh.generate.intents.traffic.proxy_resources.cilium import cilium
from service_mesh.generate.intents.traffic.proxy_resources.istio import ambient, sidecar
from service_mesh.generate.intents.traffic.proxy_resources.linkerd import linkerd
from service_mesh.generate.intents.traffic.proxy_resources.parameters import ProxyResources
from service_mesh.generate.plan import Gap

__all__ = ["INTENT"]

_GATEWAY_API = Gap(
    "resources of proxies: the Gateway API leaves them to the implementation, as parametersRef of a Gateway",
    "this intent for the mesh that implements it",
)

INTENT = Intent(
    name="proxy-resources",
    group=Group.TRAFFIC,
    summary="Proxies ask for this processor time and memory, and run this many threads.",
    parameters=ProxyResources,
    examples=(
        Example("the whole mesh", {"cpu": "100m", "memory": "128Mi", "cpu_limit": "2", "memory_limit": "1Gi"}),
        Example(
            "two workloads",
            {
                "namespace": "shop",
                "workloads": [{"name": "cart"}, {"name": "stock", "kind": "StatefulSet"}],
                "cpu": "250m",
                "memory": "256Mi",
                "memory_limit": "256Mi",
            },
        ),
        Example("threads of a workload", {"namespace": "shop", "workloads": [{"name": "cart"}], "threads": 4}),
        Example("threads of a namespace", {"namespace": "shop", "threads": 2}),
        Example("resources and threads of the whole mesh", {"cpu": "500m", "memory": "256Mi", "threads": 4}),
        Example("a namespace", {"namespace": "shop", "cpu": "500m", "memory": "256Mi"}),
        Example("one waypoint", {"namespace": "shop", "waypoint": "l7", "cpu": "1", "memory": "512Mi"}),
    ),
    cells={
        Dialect.ISTIO_SIDECAR: sidecar,
        Dialect.ISTIO_AMBIENT: ambient,
        Dialect.LINKERD: linkerd,
        Dialect.CILIUM: cilium,
        Dialect.GATEWAY_API: _GATEWAY_API,
    },
)
