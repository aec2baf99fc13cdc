"""Outlier detection is set through a field that istiod no longer reads.

## Why it matters
`consecutiveErrors` is still part of the CRD, so the API server takes it, but istiod never passes it on. The ejection
threshold that is written has no effect and the proxy's own default of 5 errors applies.

## Wrong
```yaml
apiVersion: networking.istio.io/v1
kind: DestinationRule
spec:
  host: reviews
  trafficPolicy:
    outlierDetection:
      consecutiveErrors: 1
      interval: 10s
```

## Right
```yaml
apiVersion: networking.istio.io/v1
kind: DestinationRule
spec:
  host: reviews
  trafficPolicy:
    outlierDetection:
      consecutive5xxErrors: 1
      interval: 10s
```

## When it stays quiet
The field is absent or null. All four places of a traffic policy are looked at: the rule, its ports, its subsets and
their ports.

## Fix safety
Renaming is unsafe: the detection starts to work, and the field once counted gateway errors (502, 503, 504) while
`consecutive5xxErrors` counts every 5xx answer. Where one of the two fields that count is set already, the old one is
removed, which changes nothing and is safe.
"""

from collections.abc import Iterator

from service_mesh.mesh.destination_rules import traffic_policies
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Anchor, Draft
from service_mesh.model.fix import Fix
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import DESTINATION_RULE
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule

_READ = ("consecutive5xxErrors", "consecutiveGatewayErrors")


@rule(
    "IS101",
    category=Category.TRAFFIC,
    severity=Severity.ERROR,
    about=(DESTINATION_RULE,),
    needs=("consecutiveErrors",),
    sources=(
        "istio/istio: pilot/pkg/networking/core/cluster_traffic_policy.go",
        "https://istio.io/latest/docs/reference/config/networking/destination-rule/#OutlierDetection",
    ),
    upstream=("IST0133",),
)
def outlier_consecutive_errors(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report each `consecutiveErrors`."""
    for policy in traffic_policies(resource):
        field = policy.get("outlierDetection.consecutiveErrors")
        if field is not None and field.value is not None:
            message = "'consecutiveErrors' is accepted and ignored, so the default of 5 consecutive errors applies"
            yield field.finding(message, fix=_fix(field), anchor=Anchor.KEY)


def _fix(field: Node) -> Fix:
    if any(field.parent().get(name) is not None for name in _READ):
        return Fix.remove(field, safe=True)
    return Fix.rename(field, "consecutive5xxErrors")
