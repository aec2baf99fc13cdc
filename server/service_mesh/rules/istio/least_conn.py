"""Load balancer is named by a deprecated value.

## Why it matters
`LEAST_CONN` is the old name of `LEAST_REQUEST` and treated in the same way. New versions of the API may drop it, and
readers are led to think that connections are counted, while it is requests.

## Wrong
```yaml
apiVersion: networking.istio.io/v1
kind: DestinationRule
spec:
  host: reviews
  trafficPolicy:
    loadBalancer:
      simple: LEAST_CONN
```

## Right
```yaml
apiVersion: networking.istio.io/v1
kind: DestinationRule
spec:
  host: reviews
  trafficPolicy:
    loadBalancer:
      simple: LEAST_REQUEST
```

## When it stays quiet
Any other value, or none.

## Fix safety
Safe: both values produce the same proxy configuration.
"""

from collections.abc import Iterator

from service_mesh.mesh.destination_rules import traffic_policies
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Fix
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import DESTINATION_RULE
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule


@rule(
    "IS102",
    category=Category.HYGIENE,
    severity=Severity.INFO,
    about=(DESTINATION_RULE,),
    sources=(
        "istio/istio: pilot/pkg/networking/core/cluster_traffic_policy.go",
        "https://istio.io/latest/docs/reference/config/networking/destination-rule/#LoadBalancerSettings-SimpleLB",
    ),
)
def least_conn(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature for all rules
    """Report each `LEAST_CONN`."""
    for policy in traffic_policies(resource):
        simple = policy.get("loadBalancer.simple") if policy.text_at("loadBalancer.simple") == "LEAST_CONN" else None
        if simple is not None:
            message = "'LEAST_CONN' is a deprecated name and treated as 'LEAST_REQUEST'"
            yield simple.finding(message, fix=Fix.replace(simple, "LEAST_REQUEST", safe=True))
