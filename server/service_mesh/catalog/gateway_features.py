"""What implementations of the Gateway API leave unserved, by release, though the API server takes it.

Facts in our own words, checked on 2026-11-21 against the sources that each row names. A row speaks of the releases
below `before`, which is the first that serves the feature or the first that was not looked at; of what no row names,
and of later releases, nothing is known.
"""

from collections.abc import Mapping
from typing import NamedTuple

__all__ = ["Effect", "Gap", "gap"]

Effect = str
"""What becomes of it: one of the three texts below."""

REFUSED: Effect = "so the whole route is not accepted and serves nothing there"
BROKEN: Effect = "so this backend's share of requests gets 500"
DROPPED: Effect = "so it has no effect there"

_ISTIO, _LINKERD, _CILIUM = "istio", "linkerd", "cilium"


class Gap(NamedTuple):
    """Something that an implementation does not serve.

    Attributes:
        before: Releases below this one, as numbers.
        effect: What becomes of an object that uses it.
        source: Where it is known from.
    """

    before: tuple[int, ...]
    effect: Effect
    source: str

    @property
    def is_fatal(self) -> bool:
        """Whether more than the feature itself is lost."""
        return self.effect != DROPPED


_ISTIO_ROUTES = "istio/istio: pilot/pkg/config/kube/gateway/conversion.go (convertHTTPRoute, convertGRPCRoute)"
_ISTIO_BACKENDS = "istio/istio: pilot/pkg/config/kube/gateway/conversion.go (buildHTTPDestination)"
_ISTIO_TYPES = "istio/istio: go.mod (the Gateway API that it was built with)"
_ISTIO_PARENTS = "istio/istio: pilot/pkg/config/kube/gateway/conversion.go (GetCommonRouteInfo)"
_LINKERD_HTTP = "linkerd/linkerd2: policy-controller/k8s/index/src/outbound/index/http.rs (convert_gateway_filter)"
_LINKERD_RULE = "linkerd/linkerd2: policy-controller/k8s/index/src/outbound/index/http.rs (convert_gateway_rule)"
_LINKERD_GRPC = "linkerd/linkerd2: policy-controller/k8s/index/src/outbound/index/grpc.rs (convert_filter)"
_CILIUM_ROUTES = "cilium/cilium: operator/pkg/model/ingestion/gateway.go (extractRoutes)"
_CILIUM_FEATURES = "cilium/cilium: operator/pkg/gateway-api/gatewayclass_status.go (exemptFeatures)"
_CILIUM_119 = "kubernetes-sigs/gateway-api: conformance/reports/v1.4.0/cilium"
_CILIUM_117 = "kubernetes-sigs/gateway-api: conformance/reports/v1.2.1/cilium-cilium"
_CILIUM_GAMMA = "https://docs.cilium.io/en/stable/network/servicemesh/gateway-api/gamma/"

_ISTIO_END, _LINKERD_END, _CILIUM_END = (1, 32), (26, 12, 0), (1, 21)
"""The first releases that were not looked at."""

_GAPS: Mapping[tuple[str, str], Gap] = {
    (_ISTIO, "filter ExtensionRef"): Gap(_ISTIO_END, REFUSED, _ISTIO_ROUTES),
    (_ISTIO, "filter ExternalAuth"): Gap((1, 29), REFUSED, _ISTIO_ROUTES),
    (_ISTIO, "filter CORS"): Gap((1, 26), REFUSED, _ISTIO_TYPES),
    (_ISTIO, "backend filter RequestRedirect"): Gap(_ISTIO_END, REFUSED, _ISTIO_BACKENDS),
    (_ISTIO, "backend filter RequestMirror"): Gap(_ISTIO_END, REFUSED, _ISTIO_BACKENDS),
    (_ISTIO, "backend filter URLRewrite"): Gap(_ISTIO_END, REFUSED, _ISTIO_BACKENDS),
    (_ISTIO, "backend filter CORS"): Gap(_ISTIO_END, REFUSED, _ISTIO_BACKENDS),
    (_ISTIO, "backend filter ExternalAuth"): Gap(_ISTIO_END, REFUSED, _ISTIO_BACKENDS),
    (_ISTIO, "backend filter ExtensionRef"): Gap(_ISTIO_END, REFUSED, _ISTIO_BACKENDS),
    (_ISTIO, "field sessionPersistence"): Gap((1, 29), DROPPED, _ISTIO_ROUTES),
    (_ISTIO, "kind UDPRoute"): Gap(_ISTIO_END, REFUSED, _ISTIO_PARENTS),
    (_ISTIO, "mesh kind UDPRoute"): Gap(_ISTIO_END, REFUSED, _ISTIO_PARENTS),
    (_LINKERD, "filter RequestMirror"): Gap(_LINKERD_END, REFUSED, _LINKERD_HTTP),
    (_LINKERD, "filter URLRewrite"): Gap(_LINKERD_END, REFUSED, _LINKERD_HTTP),
    (_LINKERD, "filter ExtensionRef"): Gap(_LINKERD_END, REFUSED, _LINKERD_HTTP),
    (_LINKERD, "filter CORS"): Gap(_LINKERD_END, REFUSED, _LINKERD_HTTP),
    (_LINKERD, "filter ExternalAuth"): Gap(_LINKERD_END, REFUSED, _LINKERD_GRPC),
    (_LINKERD, "backend filter RequestMirror"): Gap(_LINKERD_END, BROKEN, _LINKERD_HTTP),
    (_LINKERD, "backend filter URLRewrite"): Gap(_LINKERD_END, BROKEN, _LINKERD_HTTP),
    (_LINKERD, "backend filter ExtensionRef"): Gap(_LINKERD_END, BROKEN, _LINKERD_HTTP),
    (_LINKERD, "backend filter CORS"): Gap(_LINKERD_END, BROKEN, _LINKERD_HTTP),
    (_LINKERD, "backend filter ExternalAuth"): Gap(_LINKERD_END, BROKEN, _LINKERD_HTTP),
    (_LINKERD, "field timeouts"): Gap(_LINKERD_END, DROPPED, _LINKERD_RULE),
    (_LINKERD, "field retry"): Gap(_LINKERD_END, DROPPED, _LINKERD_RULE),
    (_LINKERD, "field sessionPersistence"): Gap(_LINKERD_END, DROPPED, _LINKERD_RULE),
    (_LINKERD, "mesh kind UDPRoute"): Gap(_LINKERD_END, REFUSED, _LINKERD_HTTP),
    (_LINKERD, "mesh kind TLSRoute"): Gap((24, 8, 3), REFUSED, "https://linkerd.io/2/features/gateway-api/"),
    (_LINKERD, "mesh kind TCPRoute"): Gap((24, 8, 3), REFUSED, "https://linkerd.io/2/features/gateway-api/"),
    (_LINKERD, "mesh kind GRPCRoute"): Gap((24, 2, 5), REFUSED, "https://linkerd.io/2/features/gateway-api/"),
    (_CILIUM, "filter ExtensionRef"): Gap(_CILIUM_END, DROPPED, _CILIUM_ROUTES),
    (_CILIUM, "filter ExternalAuth"): Gap((1, 20), DROPPED, _CILIUM_ROUTES),
    (_CILIUM, "filter CORS"): Gap((1, 20), DROPPED, _CILIUM_119),
    (_CILIUM, "backend filter RequestRedirect"): Gap(_CILIUM_END, DROPPED, _CILIUM_ROUTES),
    (_CILIUM, "backend filter RequestMirror"): Gap(_CILIUM_END, DROPPED, _CILIUM_ROUTES),
    (_CILIUM, "backend filter URLRewrite"): Gap(_CILIUM_END, DROPPED, _CILIUM_ROUTES),
    (_CILIUM, "backend filter CORS"): Gap(_CILIUM_END, DROPPED, _CILIUM_ROUTES),
    (_CILIUM, "backend filter ExternalAuth"): Gap(_CILIUM_END, DROPPED, _CILIUM_ROUTES),
    (_CILIUM, "backend filter ExtensionRef"): Gap(_CILIUM_END, DROPPED, _CILIUM_ROUTES),
    (_CILIUM, "share of RequestMirror"): Gap((1, 18), DROPPED, _CILIUM_117),
    (_CILIUM, "field sessionPersistence"): Gap(_CILIUM_END, DROPPED, _CILIUM_ROUTES),
    (_CILIUM, "kind TCPRoute"): Gap((1, 20), REFUSED, _CILIUM_119),
    (_CILIUM, "kind UDPRoute"): Gap((1, 20), REFUSED, _CILIUM_119),
    (_CILIUM, "mesh kind TLSRoute"): Gap(_CILIUM_END, REFUSED, _CILIUM_GAMMA),
    (_CILIUM, "mesh kind TCPRoute"): Gap(_CILIUM_END, REFUSED, _CILIUM_GAMMA),
    (_CILIUM, "mesh kind UDPRoute"): Gap(_CILIUM_END, REFUSED, _CILIUM_GAMMA),
    (_CILIUM, "consumer routes"): Gap(_CILIUM_END, REFUSED, _CILIUM_GAMMA),
    (_ISTIO, "listener UDP"): Gap(_ISTIO_END, REFUSED, _ISTIO_PARENTS),
    (_CILIUM, "listener TCP"): Gap((1, 20), DROPPED, _CILIUM_119),
    (_CILIUM, "listener UDP"): Gap((1, 20), DROPPED, _CILIUM_119),
    (_CILIUM, "ListenerSet"): Gap((1, 20), DROPPED, _CILIUM_119),
    (_CILIUM, "subjectAltNames"): Gap(_CILIUM_END, DROPPED, _CILIUM_FEATURES),
    (_ISTIO, "client certificates of tls.frontend"): Gap((1, 28), DROPPED, _ISTIO_TYPES),
    (_CILIUM, "client certificates of tls.frontend"): Gap((1, 20), DROPPED, _CILIUM_119),
}
"""Implementation and feature -> what is known to be missing."""


def gap(implementation: str, feature: str, release: tuple[int, ...]) -> Gap | None:
    """What is known to be missing; None where a feature is served, or nothing is known.

    Args:
        implementation: `istio`, `linkerd` or `cilium`.
        feature: As in the table.
        release: The release, as numbers; see `Catalogue.releases`.
    """
    found = _GAPS.get((implementation, feature))
    return found if found is not None and release < found.before else None
