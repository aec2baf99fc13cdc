"""HTTP filter is put behind the router.

## Why it matters
The router answers every request, so it has to be the last filter; Envoy refuses a listener in which it is not. Proxies
keep the listeners they had, and new pods never become ready. `ADD` appends to the list, and so does `INSERT_AFTER`
where it names no filter or the router itself.

## Wrong
```yaml
apiVersion: networking.istio.io/v1alpha3
kind: EnvoyFilter
spec:
  configPatches:
  - applyTo: HTTP_FILTER
    match:
      context: SIDECAR_INBOUND
      listener:
        filterChain:
          filter: {name: envoy.filters.network.http_connection_manager}
    patch:
      operation: ADD
      value:
        name: envoy.filters.http.lua
        typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua}
```

## Right
```yaml
apiVersion: networking.istio.io/v1alpha3
kind: EnvoyFilter
spec:
  configPatches:
  - applyTo: HTTP_FILTER
    match:
      context: SIDECAR_INBOUND
      listener:
        filterChain:
          filter: {name: envoy.filters.network.http_connection_manager}
    patch:
      operation: INSERT_FIRST
      value:
        name: envoy.filters.http.lua
        typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua}
```

## When it stays quiet
The filter is a router itself; a patch of the same object removes or replaces the router; the patch has a `filterClass`
or the match of waypoints; it names a network filter that holds no HTTP filters, so that nothing is added (IS136).

## Fix safety
There is no fix: which place was meant cannot be told.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import ENVOY_FILTER
from service_mesh.model.resource import Resource
from service_mesh.rules.istio._envoy_patches import ROUTER, Patch, patches
from service_mesh.rules.rule import rule

_HTTP = "HTTP_FILTER"


@rule(
    "IS134",
    category=Category.TRAFFIC,
    severity=Severity.ERROR,
    about=(ENVOY_FILTER,),
    sources=(
        "istio/istio: pilot/pkg/networking/core/envoyfilter/listener_patch.go",
        "envoyproxy/envoy: source/common/http/filter_chain_helper.h",
        "https://github.com/istio/api/pull/2253",
    ),
)
def http_filter_behind_router(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report each patch that leaves an HTTP filter behind the router."""
    found = [patch for patch in patches(resource) if patch.target == _HTTP]
    if any(patch.does in ("REMOVE", "REPLACE") and patch.anchor_name == ROUTER for patch in found):
        return
    for patch in found:
        if _is_last(patch) and not _is_router(patch):
            yield patch.operation.finding(f"'{patch.does}' puts the filter behind the router, which Envoy refuses")


def _is_last(patch: Patch) -> bool:
    if patch.is_for_waypoints or patch.misplaced or patch.node.get("patch.filterClass") is not None:
        return False
    if patch.does == "ADD":
        return True
    return patch.does == "INSERT_AFTER" and (patch.anchor is None or patch.anchor_name == ROUTER)


def _is_router(patch: Patch) -> bool:
    config = patch.node.get("patch.value.typed_config") or patch.node.get("patch.value.typedConfig")
    kind = config.key("@type") if config is not None else None
    return patch.value_name == ROUTER or (kind is not None and kind.text.endswith(".router.v3.Router"))
