"""A gateway that questions ask from: requests from outside come with its identity, and past waypoints."""

from collections.abc import Iterator, Mapping
from typing import Any

__all__ = ["GATEWAY", "played_gateway"]

GATEWAY = "played-gateways/gateway"
"""The gateway, as a question names it."""


def played_gateway() -> Iterator[Mapping[str, Any]]:
    """The objects of an ingress gateway as Istio's chart makes it: pods that hold nothing but the proxy.

    (`istio/istio: manifests/charts/gateway/templates/deployment.yaml`)
    """
    namespace, _, name = GATEWAY.partition("/")
    labels = {"app": name, "istio": "played-gateway"}
    yield {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}}
    yield {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": name, "namespace": namespace}}
    pod = {"serviceAccountName": name, "containers": [{"name": "istio-proxy", "image": "auto"}]}
    template = {
        "metadata": {
            "labels": {**labels, "sidecar.istio.io/inject": "true"},
            "annotations": {"inject.istio.io/templates": "gateway"},
        },
        "spec": pod,
    }
    yield {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {"selector": {"matchLabels": labels}, "template": template},
    }
