"""Filter of a Linkerd HTTPRoute has a type and not the settings of that type.

## Why it matters
The admission webhook cannot read the route and refuses it. Every filter holds the field that is named after its type;
the CRD of the group `policy.linkerd.io` does not ask for it.

## Wrong
```yaml
apiVersion: policy.linkerd.io/v1beta3
kind: HTTPRoute
metadata: {name: cart, namespace: shop}
spec:
  parentRefs:
  - {group: policy.linkerd.io, kind: Server, name: cart}
  rules:
  - filters:
    - type: RequestHeaderModifier
```

## Right
```yaml
apiVersion: policy.linkerd.io/v1beta3
kind: HTTPRoute
metadata: {name: cart, namespace: shop}
spec:
  parentRefs:
  - {group: policy.linkerd.io, kind: Server, name: cart}
  rules:
  - filters:
    - type: RequestHeaderModifier
      requestHeaderModifier:
        remove: [x-debug]
```

## When it stays quiet
The field is there; HTTPRoutes of the Gateway API, whose CRD asks for it; types that the CRD does not know, which the
schema rules report.

## Fix safety
None is offered: what is to be changed is not known.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import LINKERD_HTTP_ROUTE
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule

_SETTINGS = {
    "RequestHeaderModifier": "requestHeaderModifier",
    "ResponseHeaderModifier": "responseHeaderModifier",
    "RequestRedirect": "requestRedirect",
}


@rule(
    "LD120",
    category=Category.SCHEMA,
    severity=Severity.ERROR,
    about=(LINKERD_HTTP_ROUTE,),
    sources=("linkerd/linkerd2: policy-controller/k8s/api/src/policy/httproute.rs",),
)
def route_filter_without_settings(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report each filter that lacks the field of its type."""
    for kind in resource.each("spec.rules[].filters[].type"):
        wanted = _SETTINGS.get(kind.text)
        settings = None if wanted is None else kind.parent().get(wanted)
        if wanted is not None and (settings is None or settings.value is None):
            yield kind.finding(f"filter '{kind.text}' has no '{wanted}'")
