"""The annotations and labels that Istio defines: where each is read, and what took the place of deprecated ones.

Names, kinds and deprecation are those of istio/api (`annotation/annotations.yaml`, `label/labels.yaml`, 1.31); names
that older releases defined and newer ones do not know any more are kept apart.
"""

from collections.abc import Iterable, Mapping

from service_mesh.model.names import nearest

__all__ = [
    "ANNOTATIONS",
    "ANY",
    "DEPRECATED",
    "INJECT",
    "LABELS",
    "LABEL_VALUES",
    "RETIRED",
    "is_internal",
    "is_of_istio",
    "meant",
]

ANY = "Any"
"""Stands for every kind."""

INJECT = "sidecar.istio.io/inject"
"""A label, and a deprecated annotation of the same name."""

_POD = """
ambient.istio.io/bypass-inbound-capture ambient.istio.io/dns-capture ambient.istio.io/redirection
inject.istio.io/templates istio.io/reroute-virtual-interfaces istio.io/rev prometheus.istio.io/merge-metrics
proxy.istio.io/config proxy.istio.io/overrides
readiness.status.sidecar.istio.io/applicationPorts readiness.status.sidecar.istio.io/failureThreshold
readiness.status.sidecar.istio.io/initialDelaySeconds readiness.status.sidecar.istio.io/periodSeconds
sidecar.istio.io/agentLogLevel sidecar.istio.io/bootstrapOverride sidecar.istio.io/componentLogLevel
sidecar.istio.io/discoveryAddress sidecar.istio.io/enableCoreDump sidecar.istio.io/extraStatTags sidecar.istio.io/inject
sidecar.istio.io/interceptionMode sidecar.istio.io/logLevel sidecar.istio.io/nativeSidecar sidecar.istio.io/proxyCPU
sidecar.istio.io/proxyCPULimit sidecar.istio.io/proxyImage sidecar.istio.io/proxyImageType sidecar.istio.io/proxyMemory
sidecar.istio.io/proxyMemoryLimit sidecar.istio.io/rewriteAppHTTPProbers sidecar.istio.io/statsCompression
sidecar.istio.io/statsEvictionInterval sidecar.istio.io/statsFlushInterval sidecar.istio.io/statsHistogramBins
sidecar.istio.io/statsHistogramBuckets sidecar.istio.io/statsInclusionPrefixes sidecar.istio.io/statsInclusionRegexps
sidecar.istio.io/statsInclusionSuffixes sidecar.istio.io/status sidecar.istio.io/userVolume
sidecar.istio.io/userVolumeMount status.sidecar.istio.io/port traffic.sidecar.istio.io/excludeInboundPorts
traffic.sidecar.istio.io/excludeInterfaces traffic.sidecar.istio.io/excludeOutboundIPRanges
traffic.sidecar.istio.io/excludeOutboundPorts traffic.sidecar.istio.io/includeInboundPorts
traffic.sidecar.istio.io/includeOutboundIPRanges traffic.sidecar.istio.io/includeOutboundPorts
traffic.sidecar.istio.io/kubevirtInterfaces
"""

_WORKLOAD_ENTRY = """
istio.io/autoRegistrationGroup istio.io/connectedAt istio.io/disconnectedAt istio.io/workloadController
"""

_OTHERS: Mapping[str, tuple[str, ...]] = {
    "alpha.istio.io/canonical-serviceaccounts": ("Service",),
    "alpha.istio.io/kubernetes-serviceaccounts": ("Service",),
    "ambient.istio.io/waypoint-inbound-binding": ("Gateway", "GatewayClass"),
    "galley.istio.io/analyze-suppress": (ANY,),
    "gateway.istio.io/controller-version": (ANY,),
    "gateway.istio.io/name-override": ("Gateway",),
    "gateway.istio.io/service-account": ("Gateway",),
    "istio.io/dry-run": ("AuthorizationPolicy",),
    "istio.io/use-waypoint-canary-weight": ("Service", "ServiceEntry", "Namespace"),
    "kubernetes.io/ingress.class": ("Ingress",),
    "networking.istio.io/exportTo": ("Service",),
    "networking.istio.io/service-type": ("Gateway",),
    "networking.istio.io/traffic-distribution": ("Namespace", "Service", "ServiceEntry"),
    "topology.istio.io/controlPlaneClusters": ("Namespace",),
    "traffic.istio.io/nodeSelector": ("Service",),
}

ANNOTATIONS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(_POD.split(), ("Pod",)),
    **dict.fromkeys(_WORKLOAD_ENTRY.split(), ("WorkloadEntry",)),
    **_OTHERS,
}
"""Annotation -> the kinds on which it is read."""

_STATS = "'proxyStatsMatcher' in 'proxy.istio.io/config' replaces it"

DEPRECATED: Mapping[str, str] = {
    INJECT: "the label of the same name replaces it",
    "alpha.istio.io/canonical-serviceaccounts": "nothing replaces it",
    "alpha.istio.io/kubernetes-serviceaccounts": "nothing replaces it",
    "sidecar.istio.io/discoveryAddress": "'discoveryAddress' in 'proxy.istio.io/config' replaces it",
    "sidecar.istio.io/extraStatTags": "'extraStatTags' in 'proxy.istio.io/config' replaces it",
    "sidecar.istio.io/statsCompression": "'statsCompression' in 'proxy.istio.io/config' switches compression",
    "sidecar.istio.io/statsInclusionPrefixes": _STATS,
    "sidecar.istio.io/statsInclusionRegexps": _STATS,
    "sidecar.istio.io/statsInclusionSuffixes": _STATS,
    "traffic.sidecar.istio.io/kubevirtInterfaces": "'istio.io/reroute-virtual-interfaces' replaces it",
}
"""Deprecated annotation -> what takes its place."""

RETIRED = frozenset(
    {
        "alpha.istio.io/identity",
        "policy.istio.io/check",
        "policy.istio.io/checkBaseRetryWaitTime",
        "policy.istio.io/checkMaxRetryWaitTime",
        "policy.istio.io/checkRetries",
        "policy.istio.io/lang",
        "sidecar.istio.io/controlPlaneAuthPolicy",
    }
)
"""Annotations that older releases read and the present ones do not know."""

_LABELS = """
gateway.istio.io/managed istio.io/dataplane-mode istio.io/gateway-name istio.io/ingress-use-waypoint istio.io/rev
istio.io/tag istio.io/use-waypoint istio.io/use-waypoint-canary istio.io/use-waypoint-canary-namespace
istio.io/use-waypoint-namespace istio.io/waypoint-for networking.istio.io/enable-autoallocate-ip
networking.istio.io/gatewayPort networking.istio.io/tunnel operator.istio.io/component operator.istio.io/managed
operator.istio.io/version security.istio.io/tlsMode service.istio.io/canonical-name
service.istio.io/canonical-revision service.istio.io/workload-name sidecar.istio.io/inject topology.istio.io/cluster
topology.istio.io/locality topology.istio.io/network topology.istio.io/subzone
"""

LABELS: frozenset[str] = frozenset(_LABELS.split())
"""Labels that Istio reads or writes."""

LABEL_VALUES: Mapping[str, tuple[str, ...]] = {
    "istio-injection": ("enabled", "disabled"),
    "istio.io/dataplane-mode": ("ambient", "none"),
    "istio.io/waypoint-for": ("service", "workload", "all", "none"),
    INJECT: ("true", "false"),
}
"""Label -> the only values that mean something."""

_DOMAIN = "istio.io"
_INTERNAL = ("gateway.istio.io", "internal.istio.io", "install.istio.io", "operator.istio.io")


def is_of_istio(name: str) -> bool:
    """Tell whether an annotation or label lies in a domain of Istio."""
    domain, slash, _ = name.partition("/")
    return bool(slash) and (domain == _DOMAIN or domain.endswith(f".{_DOMAIN}"))


def is_internal(name: str) -> bool:
    """Tell whether a name lies in a domain that Istio's own components mark their objects with, undocumented."""
    domain = name.partition("/")[0]
    return domain in _INTERNAL or domain.endswith(".operator.istio.io")


def meant(name: str, known: Iterable[str]) -> str | None:
    """The one known name that is near: in the same domain, or the same name in a domain that is near.

    Compared as a whole, a long domain would let a short name turn into any other.
    """
    domain, _, own = name.partition("/")
    parts = [(full, *full.partition("/")[::2]) for full in known]
    same_domain = {key: full for full, place, key in parts if place == domain}
    same_key = {place: full for full, place, key in parts if key == own}
    key = nearest(own, same_domain, unique=True)
    if key is not None:
        return same_domain[key]
    place = nearest(domain, same_key, unique=True)
    return same_key[place] if place is not None else None
