"""The command that tells more about a symptom where nothing in the objects explains it, for each mesh its own.

Access logs name the reason in their response flags: UH no healthy upstream, UF connection failed, NR no route, NC no
cluster, UO overflow, URX retries used up, UT timed out. (https://www.envoyproxy.io/docs/envoy/latest/configuration/
observability/access_log/usage; https://istio.io/latest/docs/ops/common-problems/network-issues/)
"""

from collections.abc import Mapping

from service_mesh.mesh.components import components_in
from service_mesh.model.kubectl import command, describe
from service_mesh.model.resource import Resource
from service_mesh.status.symptoms.case import Case

__all__ = ["telling_more"]

_SIDECAR: Mapping[str, tuple[str, ...]] = {
    "404": ("istioctl", "proxy-config", "route", "POD", "-n", "NAMESPACE"),
    "403": ("istioctl", "experimental", "authz", "check", "POD", "-n", "NAMESPACE"),
    "no-endpoints": ("istioctl", "proxy-config", "endpoint", "POD", "-n", "NAMESPACE"),
    "tls-error": ("istioctl", "proxy-config", "secret", "POD", "-n", "NAMESPACE"),
    "injection": ("istioctl", "experimental", "check-inject", "POD", "-n", "NAMESPACE"),
    "": ("kubectl", "-n", "NAMESPACE", "logs", "POD", "-c", "istio-proxy", "--tail=100"),
}
_AMBIENT: Mapping[str, tuple[str, ...]] = {
    "403": ("istioctl", "ztunnel-config", "policy"),
    "no-endpoints": ("istioctl", "ztunnel-config", "service"),
    "tls-error": ("istioctl", "ztunnel-config", "certificate"),
    "": ("istioctl", "ztunnel-config", "workload"),
}
_VIZ: Mapping[str, tuple[str, ...]] = {
    "403": ("linkerd", "viz", "authz", "-n", "NAMESPACE", "WORKLOAD"),
    "tls-error": ("linkerd", "viz", "edges", "deploy", "-n", "NAMESPACE"),
    "": ("linkerd", "viz", "tap", "WORKLOAD", "-n", "NAMESPACE"),
}
_LINKERD: Mapping[str, tuple[str, ...]] = {
    "403": ("linkerd", "authz", "-n", "NAMESPACE", "WORKLOAD"),
    "no-endpoints": ("linkerd", "diagnostics", "endpoints", "AUTHORITY"),
    "tls-error": ("linkerd", "check", "--proxy", "-n", "NAMESPACE"),
    "injection": ("linkerd", "check", "--proxy", "-n", "NAMESPACE"),
    "": ("linkerd", "diagnostics", "proxy-metrics", "-n", "NAMESPACE", "WORKLOAD"),
}
_CILIUM: Mapping[str, tuple[str, ...]] = {
    "403": ("hubble", "observe", "--type", "l7", "--protocol", "http", "--http-status", "403", "-n", "NAMESPACE"),
    "timeout": ("hubble", "observe", "--verdict", "DROPPED", "-n", "NAMESPACE"),
    "injection": ("kubectl", "-n", "NAMESPACE", "get", "ciliumendpoints"),
    "": ("hubble", "observe", "-n", "NAMESPACE"),
}
"""Symptom -> words, the empty one for all others; words in capitals stand for names of the case."""


def telling_more(case: Case) -> str:
    """The one command that a person runs next when nothing was found."""
    words = _words(case)
    names = _names(case)
    if words is None or any(word in names and not names[word] for word in words):
        return describe(case.resource)
    return command(*(names.get(word, word) for word in words))


def _words(case: Case) -> tuple[str, ...] | None:
    for table in _tables(case):
        if case.symptom in table:
            return table[case.symptom]
    return next((table[""] for table in _tables(case) if "" in table), None)


def _tables(case: Case) -> list[Mapping[str, tuple[str, ...]]]:
    found: list[Mapping[str, tuple[str, ...]]] = []
    if "istio-sidecar" in case.own:
        found.append(_SIDECAR)
    if "istio-ambient" in case.own:
        found.append(_AMBIENT)
    if "linkerd" in case.own:
        has_viz = any(one.extension == "viz" for one in components_in(case.view, case.cluster))
        found.append({**_LINKERD, **_VIZ} if has_viz else _LINKERD)
    if "cilium" in case.own and not found:
        found.append(_CILIUM)
    return found


def _names(case: Case) -> Mapping[str, str]:
    pod = case.pods[0].name if case.pods else ""
    service = case.services[0] if case.services else None
    workload = case.workloads[0].resource if case.workloads else None
    return {
        "POD": pod,
        "NAMESPACE": case.namespace,
        "AUTHORITY": _authority(service) if service is not None else "",
        "WORKLOAD": f"{workload.kind.name.lower()}/{workload.name}" if workload is not None else "",
    }


def _authority(service: Resource) -> str:
    port = service.get("spec.ports[].port")
    host = f"{service.name}.{service.namespace}.svc.cluster.local"
    return f"{host}:{port.value}" if port is not None and port.number is not None else ""
