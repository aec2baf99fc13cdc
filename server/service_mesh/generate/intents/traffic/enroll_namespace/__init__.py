"""enroll-namespace: the workloads of a namespace join the mesh."""

from service_mesh.generate.dialects import Dialect
from service_mesh.generate.intent import Example, Group, Intent
from service_mesh.generate.intents.traffic.enroll_namespace.cilium import cilium
from service_mesh.generate.intents.traffic.enroll_namespace.istio import ambient, sidecar
from service_mesh.generate.intents.traffic.enroll_namespace.linkerd import linkerd
from service_mesh.generate.intents.traffic.enroll_namespace.parameters import EnrollNamespace
from service_mesh.generate.plan import Gap

__all__ = ["INTENT"]

_GATEWAY_API = Gap(
    "who is in a mesh: the Gateway API leaves that to the mesh that implements it",
    "this intent for that mesh",
)

INTENT = Intent(
    name="enroll-namespace",
    group=Group.TRAFFIC,
    summary="The workloads of a namespace join the mesh, but for those that are left out.",
    parameters=EnrollNamespace,
    examples=(
        Example("a namespace", {"namespace": "shop"}),
        Example("a namespace, by a revision", {"namespace": "shop", "revision": "1-30"}),
        Example(
            "a namespace without two of its workloads",
            {"namespace": "shop", "leave_out": [{"name": "legacy"}, {"name": "ledger", "kind": "StatefulSet"}]},
        ),
    ),
    cells={
        Dialect.ISTIO_SIDECAR: sidecar,
        Dialect.ISTIO_AMBIENT: ambient,
        Dialect.LINKERD: linkerd,
        Dialect.CILIUM: cilium,
        Dialect.GATEWAY_API: _GATEWAY_API,
    },
)
