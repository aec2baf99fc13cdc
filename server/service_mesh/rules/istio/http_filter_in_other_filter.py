"""HTTP filter is looked for in a network filter that holds none.

## Why it matters
HTTP filters live in the network filter `envoy.filters.network.http_connection_manager`. istiod compares the name in
`match.listener.filterChain.filter` with that one exactly: with another name, or with none beside a `subFilter`, the
patch fits nowhere and is passed over without a word.

## Wrong
```yaml
apiVersion: networking.istio.io/v1alpha3
kind: EnvoyFilter
spec:
  priority: 10
  configPatches:
  - applyTo: HTTP_FILTER
    match:
      context: SIDECAR_INBOUND
      listener:
        filterChain:
          filter:
            name: envoy.http.connection_manager
            subFilter: {name: envoy.filters.http.router}
    patch:
      operation: INSERT_BEFORE
      value:
        name: envoy.filters.http.lua
        typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua}
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
      context: SIDECAR_INBOUND
      listener:
        filterChain:
          filter:
            name: envoy.filters.network.http_connection_manager
            subFilter: {name: envoy.filters.http.router}
    patch:
      operation: INSERT_BEFORE
      value:
        name: envoy.filters.http.lua
        typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua}
```

## When it stays quiet
The match names no network filter at all: then every connection manager is meant. The name is the old
`envoy.http_connection_manager`, which some releases still take. The patch has the match of waypoints.

## Fix safety
The right name is offered. It is unsafe, because the patch takes effect then.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Anchor, Draft
from service_mesh.model.fix import Fix, Insert
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import ENVOY_FILTER
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.istio._envoy_patches import CONNECTION_MANAGER, patches
from service_mesh.rules.rule import rule


@rule(
    "IS136",
    category=Category.TRAFFIC,
    severity=Severity.ERROR,
    about=(ENVOY_FILTER,),
    sources=(
        "istio/istio: pilot/pkg/networking/core/envoyfilter/listener_patch.go (networkFilterMatch)",
        "istio/api: networking/v1alpha3/envoy_filter.proto (FilterMatch)",
    ),
)
def http_filter_in_other_filter(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report each patch for HTTP filters whose match fits no connection manager."""
    for patch in patches(resource):
        found = patch.misplaced
        if found is None:
            continue
        fix = _fix(found)
        if isinstance(found.value, dict):
            message = "the filter that is matched has no name, so the patch fits nowhere"
            yield found.finding(message, fix=fix, anchor=Anchor.KEY)
        else:
            yield found.finding(f"'{found.text[:80]}' holds no HTTP filters, so the patch fits nowhere", fix=fix)


def _fix(found: Node) -> Fix:
    if isinstance(found.value, dict):
        edit = Insert(found.resource, found.path, "name", CONNECTION_MANAGER)
        return Fix(f"name '{CONNECTION_MANAGER}'", False, (edit,))
    return Fix.replace(found, CONNECTION_MANAGER)
