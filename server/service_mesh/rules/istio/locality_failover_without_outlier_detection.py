"""Locality failover is set without outlier detection.

## Why it matters
Failover moves requests to another locality when endpoints are ejected, and outlier detection is what ejects them.
Without it requests stay where the endpoints fail; the webhook gives a warning only.

## Wrong
```yaml
apiVersion: networking.istio.io/v1
kind: DestinationRule
spec:
  host: reviews
  trafficPolicy:
    loadBalancer:
      localityLbSetting:
        failover:
        - {from: eu-west, to: eu-north}
```

## Right
```yaml
apiVersion: networking.istio.io/v1
kind: DestinationRule
spec:
  host: reviews
  trafficPolicy:
    loadBalancer:
      localityLbSetting:
        failover:
        - {from: eu-west, to: eu-north}
    outlierDetection:
      consecutive5xxErrors: 5
```

## When it stays quiet
The same policy has outlier detection, be it with defaults only; for a subset, the rule's own policy has it; locality
load balancing is switched off.

## Fix safety
Adding outlier detection with the proxy's defaults is offered; unsafe, because endpoints are ejected then.
"""

from collections.abc import Iterator

from service_mesh.mesh.destination_rules import traffic_policies
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.virtual_services import is_filled
from service_mesh.model.finding import Anchor, Draft
from service_mesh.model.fix import Fix, Insert
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import DESTINATION_RULE
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule


@rule(
    "IS116",
    category=Category.TRAFFIC,
    severity=Severity.WARNING,
    about=(DESTINATION_RULE,),
    needs=("localityLbSetting",),
    sources=(
        "istio/istio: pkg/config/validation/agent/validation.go",
        "https://istio.io/latest/docs/reference/config/networking/destination-rule/#LocalityLoadBalancerSetting",
    ),
    upstream=("IST0133",),
)
def locality_failover_without_outlier_detection(
    resource: Resource,
    mesh: MeshView,  # noqa: ARG001  # one signature for all rules
) -> Iterator[Draft]:
    """Report each failover list that nothing makes effective."""
    general = resource.get("spec.trafficPolicy.outlierDetection") is not None
    for policy in traffic_policies(resource):
        setting = policy.get("loadBalancer.localityLbSetting")
        if setting is None or policy.get("outlierDetection") is not None or (general and "subsets" in policy.path):
            continue
        field = _failover(setting)
        if field is not None:
            message = (
                f"'{field.path[-1]}' without 'outlierDetection' has no effect, because no endpoint is ever ejected"
            )
            values = {"consecutive5xxErrors": 5}
            fix = Fix("add 'outlierDetection'", False, (Insert(resource, policy.path, "outlierDetection", values),))
            yield field.finding(message, fix=fix, anchor=Anchor.KEY)


def _failover(setting: Node) -> Node | None:
    enabled = setting.get("enabled")
    if enabled is not None and enabled.value is False:
        return None
    fields = (setting.get(name) for name in ("failover", "failoverPriority"))
    return next((field for field in fields if field is not None and is_filled(field)), None)
