"""EnvoyFilter replaces or removes a filter and does not say which.

## Why it matters
istiod passes over `REPLACE` and `REMOVE` in a list of filters unless the match names one: a `subFilter` for
`HTTP_FILTER`, a `filter` for `NETWORK_FILTER`, a `listenerFilter` for `LISTENER_FILTER`. Nothing is replaced or
removed.

## Wrong
```yaml
apiVersion: networking.istio.io/v1alpha3
kind: EnvoyFilter
spec:
  priority: 10
  configPatches:
  - applyTo: HTTP_FILTER
    match:
      context: GATEWAY
      listener:
        filterChain:
          filter: {name: envoy.filters.network.http_connection_manager}
    patch:
      operation: REMOVE
```

## Right
```yaml
apiVersion: networking.istio.io/v1alpha3
kind: EnvoyFilter
spec:
  priority: 10
  configPatches:
  - applyTo: HTTP_FILTER
    match:
      context: GATEWAY
      listener:
        filterChain:
          filter:
            name: envoy.filters.network.http_connection_manager
            subFilter: {name: envoy.filters.http.cors}
    patch:
      operation: REMOVE
```

## When it stays quiet
The patch has the match of waypoints, which names filters in another way; it names a network filter that holds no HTTP
filters (IS136).

## Fix safety
There is no fix: which filter was meant cannot be told.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import ENVOY_FILTER
from service_mesh.model.resource import Resource
from service_mesh.rules.istio._envoy_patches import patches
from service_mesh.rules.rule import rule

_ASKED = {"HTTP_FILTER": "subFilter", "NETWORK_FILTER": "filter", "LISTENER_FILTER": "listenerFilter"}


@rule(
    "IS132",
    category=Category.TRAFFIC,
    severity=Severity.ERROR,
    about=(ENVOY_FILTER,),
    sources=("istio/istio: pilot/pkg/networking/core/envoyfilter/listener_patch.go",),
)
def envoy_filter_names_no_filter(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report each patch that replaces or removes a filter and names none."""
    for patch in patches(resource):
        is_lost = patch.does in ("REPLACE", "REMOVE") and patch.is_on_filters and patch.anchor is None
        if is_lost and not patch.is_for_waypoints and not patch.misplaced:
            yield patch.operation.finding(f"'{patch.does}' has no effect, since no '{_ASKED[patch.target]}' is matched")
