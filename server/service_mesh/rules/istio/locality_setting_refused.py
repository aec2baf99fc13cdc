"""Locality settings contradict themselves, and istiod refuses the object.

## Why it matters
istiod's webhook rejects the object; where the webhook is off or the object is older, the setting is dropped and
requests go to every region alike, or the wrong half of the setting counts.

## Wrong
```yaml
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: reviews, namespace: shop}
spec:
  host: reviews
  trafficPolicy:
    outlierDetection: {consecutive5xxErrors: 5}
    loadBalancer:
      localityLbSetting:
        failover:
        - {from: eu-west/zone-a, to: eu-central}
```

## Right
```yaml
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: reviews, namespace: shop}
spec:
  host: reviews
  trafficPolicy:
    outlierDetection: {consecutive5xxErrors: 5}
    loadBalancer:
      localityLbSetting:
        failover:
        - {from: eu-west, to: eu-central}
```

## When it stays quiet
Only one of `distribute` and `failover` is set, `failoverPriority` beside the latter names no part of a locality, every
failover names two different regions without `/` and `*`, and the weights of each `distribute` entry are percentages
that add up to 100.

## Fix safety
No fix is offered: which half was meant is not known.
"""

from collections.abc import Iterator

from service_mesh.mesh.destination_rules import traffic_policies
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.virtual_services import is_filled
from service_mesh.model.finding import Anchor, Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import DESTINATION_RULE
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule

_ALL = 100
_REGIONAL = frozenset({"topology.kubernetes.io/region", "topology.kubernetes.io/zone", "topology.istio.io/subzone"})


@rule(
    "IS157",
    category=Category.TRAFFIC,
    severity=Severity.ERROR,
    about=(DESTINATION_RULE,),
    sources=(
        "istio/istio: pkg/config/validation/agent/validation.go",
        "https://istio.io/latest/docs/reference/config/networking/destination-rule/#LocalityLoadBalancerSetting",
    ),
    upstream=("IST0106",),
)
def locality_setting_refused(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature for all rules
    """Report settings that exclude each other, odd regions and weights that do not add up."""
    for policy in traffic_policies(resource):
        setting = policy.get("loadBalancer.localityLbSetting")
        if setting is not None:
            yield from _exclusive(setting)
            yield from _priority(setting)
            yield from (draft for entry in setting.each("failover[]") for draft in _failover(entry))
            yield from (draft for entry in setting.each("distribute[]") for draft in _distribute(entry))


def _exclusive(setting: Node) -> Iterator[Draft]:
    distribute, failover = setting.get("distribute"), setting.get("failover")
    if distribute is not None and failover is not None and is_filled(distribute) and is_filled(failover):
        message = "'distribute' and 'failover' exclude each other, and the object is refused"
        yield failover.finding(message, related=(distribute.note("is set too"),), anchor=Anchor.KEY)


def _priority(setting: Node) -> Iterator[Draft]:
    failover = setting.get("failover")
    if failover is not None and is_filled(failover):
        for label in setting.each("failoverPriority[]"):
            if label.text in _REGIONAL:
                message = f"'{label.text}' in 'failoverPriority' and 'failover' exclude each other"
                yield label.finding(message, related=(failover.note("is set too"),))


def _failover(entry: Node) -> Iterator[Draft]:
    source, target = entry.get("from"), entry.get("to")
    for region in (source, target):
        if region is not None and ("/" in region.text or "*" in region.text):
            yield region.finding(f"'{region.text}' is no region: failover is between whole regions")
    if source is not None and target is not None and source.text and source.text == target.text:
        yield target.finding(f"region '{target.text}' fails over to itself")


def _distribute(entry: Node) -> Iterator[Draft]:
    to = entry.get("to")
    if to is None or not isinstance(to.value, dict) or not to.value:
        return
    weights = [weight.number for weight in to.each("{}")]
    if all(isinstance(weight, int) for weight in weights) and sum(w for w in weights if w is not None) != _ALL:
        message = f"weights add up to {sum(w for w in weights if w is not None)} instead of 100"
        yield to.finding(message, anchor=Anchor.KEY)
