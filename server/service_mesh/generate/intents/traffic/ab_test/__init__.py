"""ab-test: clients see one of two versions, and stay with it by a header or cookie of their own."""

from service_mesh.generate.dialects import Dialect
from service_mesh.generate.intent import Example, Group, Intent
from service_mesh.generate.intents.traffic.ab_test.groups import ab_test
from service_mesh.generate.intents.traffic.ab_test.parameters import AbTest
from service_mesh.generate.routing.files import NO_MESH

__all__ = ["INTENT"]

INTENT = Intent(
    name="ab-test",
    group=Group.TRAFFIC,
    summary="Clients see version A or B by a header or cookie of their own, and stay with it.",
    parameters=AbTest,
    examples=(
        Example(
            "groups by a cookie",
            {"service": {"namespace": "shop", "name": "cart"}, "marker": {"cookie": "group"}},
        ),
        Example(
            "groups by a header, and a share of the others",
            {
                "service": {"namespace": "shop", "name": "cart", "port": 8000},
                "marker": {"header": "x-experiment", "a": "control", "b": "new.checkout"},
                "share": 20,
            },
        ),
        Example(
            "labels of one's own",
            {
                "service": {"namespace": "shop", "name": "stock"},
                "selector": {"app.kubernetes.io/name": "stock"},
                "target_port": 9000,
                "a": {"name": "plain", "labels": {"track": "stable"}, "workload": "stock"},
                "b": {"name": "fancy", "labels": {"track": "trial"}, "workload": "stock-trial"},
                "marker": {"cookie": "stock-trial", "b": "1"},
                "share": 50,
            },
        ),
    ),
    cells={
        Dialect.ISTIO_SIDECAR: ab_test,
        Dialect.ISTIO_AMBIENT: ab_test,
        Dialect.LINKERD: ab_test,
        Dialect.CILIUM: ab_test,
        Dialect.GATEWAY_API: NO_MESH,
    },
)
