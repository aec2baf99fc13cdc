"""mtls-migration: from connections in plaintext beside mutual TLS to mutual TLS alone, one stage after the other."""

from service_mesh.generate.dialects import Dialect
from service_mesh.generate.intent import Example, Group, Intent
from service_mesh.generate.intents.security.mtls_migration.istio import istio
from service_mesh.generate.intents.security.mtls_migration.linkerd import linkerd
from service_mesh.generate.intents.security.mtls_migration.parameters import MtlsMigration
from service_mesh.generate.wording.mutual_tls import NO_MUTUAL_TLS_IN_CILIUM, NO_MUTUAL_TLS_IN_GATEWAY_API

__all__ = ["INTENT"]

INTENT = Intent(
    name="mtls-migration",
    group=Group.SECURITY,
    summary="One namespace or workload after the other takes mutual TLS alone, with a check before each stage.",
    parameters=MtlsMigration,
    examples=(
        Example(
            "a workload, then two namespaces",
            {
                "moves": [
                    {"namespace": "shop", "workload": "cart", "labels": {"app.kubernetes.io/name": "cart"}},
                    {"namespace": "backoffice", "port": 9000},
                    {"namespace": "front"},
                ]
            },
        ),
        Example("a namespace, then the whole mesh", {"moves": [{"namespace": "shop"}], "whole_mesh": True}),
        Example("one workload", {"moves": [{"namespace": "shop", "workload": "stock", "port": 50051}]}),
    ),
    cells={
        Dialect.ISTIO_SIDECAR: istio,
        Dialect.ISTIO_AMBIENT: istio,
        Dialect.LINKERD: linkerd,
        Dialect.CILIUM: NO_MUTUAL_TLS_IN_CILIUM,
        Dialect.GATEWAY_API: NO_MUTUAL_TLS_IN_GATEWAY_API,
    },
)
