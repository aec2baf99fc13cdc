"""A small mesh of Istio for decision tables: a client and a server with a sidecar, in ambient mode and outside."""

from collections.abc import Mapping
from types import MappingProxyType

from service_mesh.mesh.view import MeshView
from tests.posture.istio.meshes import NAMESPACES, service
from tests.posture.tables.asking import manifest
from tests.support.scene import deployment, scene

__all__ = [
    "ALLOW_CART",
    "NO_RELEASES",
    "WAYPOINT",
    "authorization",
    "before",
    "destination",
    "mesh",
    "peers",
    "settings",
]

NO_RELEASES: Mapping[str, tuple[int, ...]] = MappingProxyType({})
ALLOW_CART = "rules: [{from: [{source: {principals: [cluster.local/ns/shop/sa/cart]}}]}]"

WAYPOINT = manifest(
    "gateway.networking.k8s.io/v1/Gateway",
    "calm/way",
    "gatewayClassName: istio-waypoint, listeners: [{name: mesh, port: 15008, protocol: HBONE}]",
)
"""A waypoint in `calm`, that services there may use."""

_HOMES = ("shop", "calm", "bare")
_PODS = [f"{home}/{name}" for home in _HOMES for name in ("cart", "web")]


def mesh(*documents: str, releases: Mapping[str, tuple[int, ...]] = NO_RELEASES, services: bool = True) -> MeshView:
    """`cart` and `web` in `shop` (sidecars), `calm` (ambient) and `bare` (no mesh), each `web` behind a Service.

    Args:
        documents: More objects.
        releases: Releases of the meshes.
        services: Whether there are those Services: port 80 to 8080, of an unnamed protocol.
    """
    pods = [
        deployment(f"{home}/{name}", pod=f"serviceAccountName: {name}") for home in _HOMES for name in ("cart", "web")
    ]
    fronts = [service(f"{home}/web") for home in _HOMES] if services else []
    return scene(NAMESPACES, *pods, *fronts, *documents, releases=releases)


def before(title: str) -> str:
    """A workload and its Service, of HTTP, that uses the waypoint."""
    labels = "istio.io/use-waypoint: way"
    return f"{deployment(title)}---\n{service(title, name='http', labels=labels)}"


def authorization(title: str, spec: str, metadata: str = "") -> str:
    return manifest("security.istio.io/v1/AuthorizationPolicy", title, spec, metadata)


def peers(title: str, mode: str = "", more: str = "", metadata: str = "") -> str:
    """A PeerAuthentication; `more` is the rest of its spec."""
    spec = ", ".join(filter(None, (f"mtls: {{mode: {mode}}}" if mode else "", more)))
    return manifest("security.istio.io/v1/PeerAuthentication", title, spec, metadata)


def destination(title: str, host: str, policy: str, more: str = "") -> str:
    """A DestinationRule with a traffic policy; `more` is the rest of its spec."""
    spec = ", ".join(filter(None, (f"host: '{host}', trafficPolicy: {{{policy}}}", more)))
    return manifest("networking.istio.io/v1/DestinationRule", title, spec)


def settings(text: str) -> str:
    """The mesh configuration, written as the inside of a flow map."""
    return manifest("v1/ConfigMap", "istio-system/istio", f'mesh: "{{{text}}}"')
