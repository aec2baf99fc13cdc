"""An Envoy listener for HTTP has no router.

## Why it matters
The filters of an HTTP connection manager end with the router, which sends requests on. Without it Envoy refuses the
listener or answers nothing, and Cilium has no place to put its own filter, so rules for requests are not enforced
either.

## Wrong
```yaml
apiVersion: cilium.io/v2
kind: CiliumEnvoyConfig
metadata: {name: cart, namespace: shop}
spec:
  resources:
  - "@type": type.googleapis.com/envoy.config.listener.v3.Listener
    name: cart
    filterChains:
    - filters:
      - name: envoy.filters.network.http_connection_manager
        typedConfig:
          "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
          statPrefix: cart
```

## Right
```yaml
apiVersion: cilium.io/v2
kind: CiliumEnvoyConfig
metadata: {name: cart, namespace: shop}
spec:
  resources:
  - "@type": type.googleapis.com/envoy.config.listener.v3.Listener
    name: cart
    filterChains:
    - filters:
      - name: envoy.filters.network.http_connection_manager
        typedConfig:
          "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
          statPrefix: cart
          httpFilters:
          - name: envoy.filters.http.router
            typedConfig:
              "@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router
```

## When it stays quiet
The router is there by its name or its type; filters of listeners for anything else than HTTP.

## Fix safety
Appending the router is offered where no filter is written, and unsafe: the listener starts to serve requests.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Fix, Insert
from service_mesh.model.grade import Category, Severity
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.cilium._envoy import ENVOY_CONFIGS, network_filters, type_of
from service_mesh.rules.rule import rule

_ROUTER = "envoy.filters.http.router"
_FILTER = {
    "name": _ROUTER,
    "typedConfig": {"@type": "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router"},
}


@rule(
    "CI151",
    category=Category.TRAFFIC,
    severity=Severity.WARNING,
    about=ENVOY_CONFIGS,
    needs=("filterChains", "filter_chains", "defaultFilterChain", "default_filter_chain"),
    sources=(
        "envoyproxy/envoy: source/common/http/filter_chain_helper.cc",
        "cilium/cilium: pkg/ciliumenvoyconfig/cec_resource_parser.go",
    ),
)
def envoy_router_missing(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report HTTP connection managers whose filters hold no router."""
    for manager in network_filters(resource):
        if type_of(manager) != "HttpConnectionManager":
            continue
        written = manager.get("httpFilters") or manager.get("http_filters")
        if not any(_is_router(one) for one in (written.items if written is not None else ())):
            fix = _fix(manager) if written is None else None
            message = "the HTTP filters hold no router, so no request is sent on"
            yield (written or manager).finding(message, fix=fix)


def _fix(manager: Node) -> Fix:
    edit = Insert(manager.resource, manager.path, "httpFilters", [_FILTER])
    return Fix("add the router", safe=False, edits=(edit,))


def _is_router(node: Node) -> bool:
    typed = node.get("typedConfig") or node.get("typed_config")
    return node.text_at("name") == _ROUTER or (typed is not None and type_of(typed) == "Router")
