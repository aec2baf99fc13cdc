"""Which suspects a symptom brings up, the likeliest first, and whether such a fault alone explains the symptom.

The order follows what the projects' own troubleshooting pages begin with, and what Envoy's response flags stand for: a
503 is most often UH (no healthy upstream), then NC (no cluster), then UF (connection failed, mostly TLS), then UO; a
404 is NR (no route); a 403 is rbac_access_denied. (https://istio.io/latest/docs/ops/common-problems/network-issues/;
https://www.envoyproxy.io/docs/envoy/latest/configuration/observability/access_log/usage)
"""

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["EXPLAINED", "ORDER"]

ORDER: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "503": (
            *("proxy-not-running", "pods-not-ready", "selector", "mirror", "endpoints", "target-port", "subset"),
            *("destination", "abort", "mtls", "unmanaged", "proxy-missing", "certificates", "roots", "gateway"),
            *("service-entry", "waypoint", "hidden", "node-agent", "control-plane", "network-policy"),
            *("pods-partly", "limits", "not-delivered", "envoy-filter", "proxy-release"),
        ),
        "404": (
            *("route-unbound", "abort", "linkerd-routes", "listener", "route-conflict", "destination", "waypoint"),
            *("hidden", "not-delivered", "service-entry", "selector", "control-plane", "envoy-filter"),
        ),
        "403": (
            *("abort", "authorization", "linkerd-authorization", "authorization-fault", "cilium-http"),
            *("cilium-policy", "mtls", "proxy-missing", "waypoint", "envoy-filter"),
        ),
        "timeout": (
            *("delay", "network-policy", "cilium-policy", "proxy-not-running", "pods-not-ready", "unmanaged"),
            *("node-agent", "target-port", "gateway", "mtls", "mirror", "timeouts", "proxy-missing", "protocol"),
            *("service-entry", "waypoint", "pods-partly", "limits", "control-plane", "proxy-resources"),
        ),
        "no-endpoints": (
            *("proxy-not-running", "pods-not-ready", "selector", "mirror", "endpoints", "target-port", "subset"),
            *("unmanaged", "hidden", "service-entry", "destination", "node-agent", "control-plane", "limits"),
        ),
        "tls-error": (
            *("mtls", "certificates", "gateway-certificate", "roots", "proxy-not-running", "proxy-missing"),
            *("protocol", "control-plane", "node-agent", "proxy-release"),
        ),
        "injection": (
            *("webhook", "injector", "no-injector", "revision", "misplaced", "not-asked", "older-pods", "template"),
        ),
        "latency": (
            *("delay", "proxy-resources", "pods-partly", "retries", "timeouts", "limits", "node-agent"),
            *("envoy-filter",),
        ),
    }
)
"""Symptom -> names of suspects."""

EXPLAINED: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "503": frozenset({"pods-not-ready", "selector", "endpoints", "target-port", "subset", "destination", "abort"}),
        "404": frozenset({"route-unbound", "abort"}),
        "403": frozenset({"abort", "authorization", "linkerd-authorization"}),
        "timeout": frozenset({"network-policy"}),
        "no-endpoints": frozenset({"pods-not-ready", "selector", "endpoints", "target-port", "mirror", "unmanaged"}),
        "tls-error": frozenset({"mtls", "certificates", "gateway-certificate", "roots"}),
        "injection": frozenset({"no-injector", "revision", "misplaced", "not-asked"}),
        "latency": frozenset({"delay"}),
    }
)
"""Symptom -> suspects that, where they are proved, bring it about; of all others it is only said that they may."""
