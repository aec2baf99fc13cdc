"""Extension providers of a mesh as they are written: names, kinds and the services they call."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from service_mesh.model.node import Node
from service_mesh.rules.istio._mesh_settings import Settings

__all__ = ["BUILT_IN", "PROVIDER_KINDS", "Provider", "providers"]

PROVIDER_KINDS: Mapping[str, bool] = {
    "envoyExtAuthzHttp": True,
    "envoyExtAuthzGrpc": True,
    "zipkin": True,
    "lightstep": True,
    "datadog": True,
    "skywalking": True,
    "opentelemetry": True,
    "opencensus": True,
    "envoyHttpAls": True,
    "envoyTcpAls": True,
    "envoyOtelAls": True,
    "sds": True,
    "stackdriver": False,
    "prometheus": False,
    "envoyFileAccessLog": False,
}
"""Kind of a provider -> whether it calls a service (istio/api: mesh/v1alpha1/config.proto)."""

BUILT_IN: Mapping[str, str] = {
    "prometheus": "prometheus",
    "stackdriver": "stackdriver",
    "envoy": "envoyFileAccessLog",
}
"""Name -> kind of the providers that every mesh has (istio/istio: pkg/config/mesh/mesh.go, DefaultMeshConfig)."""


@dataclass(frozen=True, slots=True)
class Provider:
    """An extension provider.

    Attributes:
        item: The entry of the list.
        name: Its name; empty where it has none.
        kinds: The settings of each kind that it is said to be; one, if it is right.
    """

    item: Node
    name: str
    kinds: tuple[Node, ...]


def providers(settings: Settings) -> Iterator[Provider]:
    """The providers that a mesh configuration lists."""
    for item in settings.root.each("extensionProviders[]"):
        if isinstance(item.value, dict):
            name = item.value.get("name")
            kinds = tuple(field for field in item.each("{}") if field.path[-1] in PROVIDER_KINDS)
            yield Provider(item, name if isinstance(name, str) else "", kinds)
