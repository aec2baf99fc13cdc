"""EnvoyFilter acts beside other filters and has no priority.

## Why it matters
Inserting before or after a filter, replacing and removing one depend on what is there already. EnvoyFilters without a
priority are applied in the order in which they were created, so that the result differs from cluster to cluster, and
after one of them was deleted and created again. Where another patch for the same filter is limited to some versions
of the proxy, an upgrade changes the result too.

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
          filter:
            name: envoy.filters.network.http_connection_manager
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
The priority is set and not 0; the operation is `ADD`, `MERGE` or `INSERT_FIRST`; clusters, listeners and virtual hosts
are inserted, whose order does not matter, though Istio's analyzer complains of them; the insertion has a graver fault
(IS133, IS134); istiod passes over the operation or finds no place for it (IS131, IS136). It is told once for an object,
at its first such patch.

## Fix safety
A priority of 10 is offered: Istio recommends multiples of 10. It is unsafe, because the order may change.
"""

from collections.abc import Iterator, Mapping

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Fix, Insert, Replace
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import ENVOY_FILTER
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.istio._envoy_patches import Patch, is_ignored, patches
from service_mesh.rules.rule import rule

_INSERTS = ("INSERT_BEFORE", "INSERT_AFTER")


@rule(
    "IS130",
    category=Category.TRAFFIC,
    severity=Severity.WARNING,
    about=(ENVOY_FILTER,),
    sources=(
        "istio/istio: pkg/config/analysis/analyzers/envoyfilter/envoyfilter.go",
        "istio/api: networking/v1alpha3/envoy_filter.proto (priority)",
        "https://istio.io/latest/docs/reference/config/networking/envoy-filter/",
    ),
    upstream=("IST0151", "IST0155"),
)
def envoy_filter_without_priority(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report the first patch whose outcome hangs on the order of EnvoyFilters that have none."""
    priority = resource.get("spec.priority")
    if priority is not None and priority.value not in (None, 0):
        return
    patch = next((patch for patch in patches(resource) if _is_relative(patch)), None)
    if patch is None:
        return
    name = patch.value_name or patch.anchor_name
    other = mesh.index(_for_versions).get((resource.cluster, name)) if name else None
    message = f"outcome of '{patch.does}' hangs on the order in which EnvoyFilters were created"
    if other is not None and other.resource is not resource:
        message += f", and '{name}' is patched for some proxy versions only by '{other.resource.title}'"
        yield patch.operation.finding(message, fix=_fix(resource, priority), related=(other.note("is for versions"),))
    else:
        yield patch.operation.finding(message, fix=_fix(resource, priority))


def _is_relative(patch: Patch) -> bool:
    if is_ignored(patch) or patch.misplaced:
        return False
    if patch.does in _INSERTS:
        return patch.target == "HTTP_ROUTE" or (patch.is_on_filters and not _is_told_elsewhere(patch))
    if patch.does == "REPLACE":
        return patch.target in ("NETWORK_FILTER", "HTTP_FILTER")
    return patch.does == "REMOVE" and patch.target != "HTTP_ROUTE"


def _is_told_elsewhere(patch: Patch) -> bool:
    if patch.target != "HTTP_FILTER" or patch.anchor is not None or patch.is_for_waypoints:
        return False
    return patch.does == "INSERT_AFTER" or patch.node.get("match.listener") is None


def _for_versions(mesh: MeshView) -> Mapping[tuple[str, str], Node]:
    found: dict[tuple[str, str], Node] = {}
    for resource in mesh.of_kind(ENVOY_FILTER):
        for patch in patches(resource):
            name = patch.value_name or patch.anchor_name
            if name and patch.is_for_versions:
                found.setdefault((resource.cluster, name), patch.node)
    return found


def _fix(resource: Resource, priority: Node | None) -> Fix:
    if priority is None:
        return Fix("set the priority to 10", False, (Insert(resource, ("spec",), "priority", 10),))
    return Fix("set the priority to 10", False, (Replace(resource, priority.path, 10),))
