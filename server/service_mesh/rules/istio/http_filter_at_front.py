"""HTTP filter is inserted before nothing in particular.

## Why it matters
`INSERT_BEFORE` without a match of a listener puts the filter into every chain of HTTP filters of the context, without
a context into those of inbound, outbound and gateway traffic alike, so that it acts twice on a request. There it comes
in front of all others: it sees requests that authentication and authorization have not checked yet.

## Wrong
```yaml
apiVersion: networking.istio.io/v1alpha3
kind: EnvoyFilter
spec:
  workloadSelector: {labels: {app: shop}}
  configPatches:
  - applyTo: HTTP_FILTER
    match: {context: SIDECAR_INBOUND}
    patch:
      operation: INSERT_BEFORE
      value:
        name: envoy.filters.http.local_ratelimit
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit
          stat_prefix: http_local_rate_limiter
```

## Right
```yaml
apiVersion: networking.istio.io/v1alpha3
kind: EnvoyFilter
spec:
  priority: 10
  workloadSelector: {labels: {app: shop}}
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
        name: envoy.filters.http.local_ratelimit
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit
          stat_prefix: http_local_rate_limiter
```

## When it stays quiet
The operation is `INSERT_FIRST`, which says that the front is meant; the patch matches a listener or a filter chain,
which is the form of Istio's own examples, or has the match of waypoints.

## Fix safety
`INSERT_FIRST` is offered: it does the same and says so, therefore it is safe.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Fix
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import ENVOY_FILTER
from service_mesh.model.resource import Resource
from service_mesh.rules.istio._envoy_patches import Patch, patches
from service_mesh.rules.rule import rule


@rule(
    "IS133",
    category=Category.TRAFFIC,
    severity=Severity.WARNING,
    about=(ENVOY_FILTER,),
    sources=(
        "istio/istio: pilot/pkg/networking/core/envoyfilter/listener_patch.go",
        "istio/api: networking/v1alpha3/envoy_filter.proto (INSERT_BEFORE)",
        "https://istio.io/latest/docs/tasks/policy-enforcement/rate-limit/",
    ),
)
def http_filter_at_front(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report each HTTP filter that is inserted before no filter by name."""
    for patch in patches(resource):
        if patch.target != "HTTP_FILTER" or patch.does != "INSERT_BEFORE":
            continue
        if patch.node.get("match.listener") is None and not patch.is_for_waypoints:
            message = f"filter is inserted in front of all HTTP filters, authorization included, {_reach(patch)}"
            fix = Fix.replace(patch.operation, "INSERT_FIRST", safe=True)
            yield patch.operation.finding(message, fix=fix)


def _reach(patch: Patch) -> str:
    context = patch.node.get("match.context")
    if context is None or context.text in ("", "ANY"):
        return "of inbound, outbound and gateway listeners alike"
    return f"of every listener in the context '{context.text[:40]}'"
