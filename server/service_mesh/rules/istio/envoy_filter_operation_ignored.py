"""EnvoyFilter asks for an operation that its target does not have.

## Why it matters
istiod passes over such a patch without a word: what was to be added, removed or replaced stays as it is.

## Wrong
```yaml
apiVersion: networking.istio.io/v1alpha3
kind: EnvoyFilter
spec:
  configPatches:
  - applyTo: ROUTE_CONFIGURATION
    match: {context: GATEWAY}
    patch:
      operation: ADD
      value: {request_headers_to_remove: [x-debug]}
```

## Right
```yaml
apiVersion: networking.istio.io/v1alpha3
kind: EnvoyFilter
spec:
  configPatches:
  - applyTo: ROUTE_CONFIGURATION
    match: {context: GATEWAY}
    patch:
      operation: MERGE
      value: {request_headers_to_remove: [x-debug]}
```

## When it stays quiet
`REPLACE` on `VIRTUAL_HOST` and `LISTENER_FILTER`, which the documentation does not name but istiod carries out;
insertions where order does not matter, which count as `ADD`. `ADD` and `REMOVE` on `HTTP_ROUTE` are a warning: the
documentation says that they are ignored, istiod carries them out, and neither can be relied on.

## Fix safety
There is no fix: which other operation has the wanted effect depends on the value.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import ENVOY_FILTER
from service_mesh.model.resource import Resource
from service_mesh.rules.istio._envoy_patches import is_ignored, patches
from service_mesh.rules.rule import rule

_ROUTE = "HTTP_ROUTE"


@rule(
    "IS131",
    category=Category.TRAFFIC,
    severity=Severity.ERROR,
    about=(ENVOY_FILTER,),
    sources=(
        "istio/istio: pilot/pkg/networking/core/envoyfilter/rc_patch.go",
        "istio/istio: pilot/pkg/networking/core/envoyfilter/listener_patch.go",
        "istio/istio: pilot/pkg/networking/core/envoyfilter/cluster_patch.go",
        "istio/istio: pilot/pkg/model/envoyfilter.go",
        "istio/api: networking/v1alpha3/envoy_filter.proto (Operation)",
        "https://github.com/istio/istio/issues/59495",
    ),
    upstream=("IST0152", "IST0153", "IST0154"),
)
def envoy_filter_operation_ignored(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report each patch whose operation istiod does not carry out, or is documented not to."""
    for patch in patches(resource):
        if is_ignored(patch):
            yield patch.operation.finding(f"'{patch.does}' is ignored where the patch applies to '{patch.target}'")
        elif patch.target == _ROUTE and patch.does in ("ADD", "REMOVE"):
            message = f"'{patch.does}' is documented to be ignored for '{_ROUTE}', though istiod carries it out"
            yield patch.operation.finding(message, severity=Severity.WARNING)
