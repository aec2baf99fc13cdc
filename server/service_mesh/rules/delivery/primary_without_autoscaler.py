"""Autoscaler of a Canary's workload is not handed over to Flagger.

## Why it matters
Flagger scales the workload down and sends the traffic to a copy, NAME-primary, that has an autoscaler only if
`autoscalerRef` names one to copy. Without it the pods that serve everybody stay at a fixed number, whatever the load.

## Wrong
```yaml
apiVersion: flagger.app/v1beta1
kind: Canary
metadata: {name: shop, namespace: web}
spec:
  provider: istio
  targetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: shop
  service: {port: 80}
  analysis:
    interval: 1m
    threshold: 5
    maxWeight: 50
    stepWeight: 10
    metrics:
    - {name: request-success-rate, thresholdRange: {min: 99}, interval: 1m}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: shop, namespace: web}
spec:
  selector: {matchLabels: {app: shop}}
  template:
    metadata: {labels: {app: shop}}
    spec:
      containers:
      - {name: app, image: "shop:1"}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: shop, namespace: web}
spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: shop
  minReplicas: 2
  maxReplicas: 4
```

## Right
```yaml
apiVersion: flagger.app/v1beta1
kind: Canary
metadata: {name: shop, namespace: web}
spec:
  provider: istio
  targetRef: {apiVersion: apps/v1, kind: Deployment, name: shop}
  autoscalerRef: {apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, name: shop}
  service: {port: 80}
  analysis:
    interval: 1m
    threshold: 5
    maxWeight: 50
    stepWeight: 10
    metrics:
    - {name: request-success-rate, thresholdRange: {min: 99}, interval: 1m}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: shop, namespace: web}
spec:
  selector: {matchLabels: {app: shop}}
  template:
    metadata: {labels: {app: shop}}
    spec:
      containers:
      - {name: app, image: "shop:1"}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: shop, namespace: web}
spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: shop
  minReplicas: 2
  maxReplicas: 4
```

## When it stays quiet
`autoscalerRef` is set, or another autoscaler scales NAME-primary.

## Fix safety
Offered: `autoscalerRef` names the autoscaler; unsafe, because the primary is scaled from then on.
"""

from collections.abc import Iterator, Mapping

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Anchor, Draft
from service_mesh.model.fix import Fix, Insert
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import CANARY, HORIZONTAL_POD_AUTOSCALER
from service_mesh.model.resource import Resource
from service_mesh.rules.delivery._canaries import target
from service_mesh.rules.delivery._fields import present, text
from service_mesh.rules.rule import rule


@rule(
    "DL125",
    category=Category.OPERATIONS,
    severity=Severity.WARNING,
    about=(CANARY,),
    needs=("targetRef",),
    reads=(HORIZONTAL_POD_AUTOSCALER,),
    sources=(
        "fluxcd/flagger: pkg/canary/hpa_reconciler.go",
        "https://docs.flagger.app/usage/how-it-works#canary-target",
    ),
)
def primary_without_autoscaler(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report a target with an autoscaler that the Canary does not name."""
    wanted, node = target(resource), resource.get("spec.targetRef")
    if wanted is None or node is None or present(resource, "spec.autoscalerRef") is not None:
        return
    place = resource.cluster, resource.namespace, wanted.kind.name
    known = mesh.index(_by_target)
    scaler = known.get((*place, wanted.name))
    if scaler is None or (*place, f"{wanted.name}-primary") in known:
        return
    value = {"apiVersion": scaler.api_version, "kind": scaler.kind.name, "name": scaler.name}
    edit = Insert(resource, ("spec",), "autoscalerRef", value)
    yield node.finding(
        f"{scaler.kind.name} '{scaler.name}' scales {wanted.kind.name} '{wanted.name}', and not its primary",
        fix=Fix(f"name '{scaler.name}' in 'autoscalerRef'", False, (edit,)),
        related=((scaler.get("spec.scaleTargetRef") or scaler.root).note("the autoscaler"),),
        anchor=Anchor.KEY,
    )


def _by_target(mesh: MeshView) -> Mapping[tuple[str, str, str, str], Resource]:
    """Cluster, namespace, kind and name of what is scaled -> the autoscaler."""
    found: dict[tuple[str, str, str, str], Resource] = {}
    for scaler in mesh.of_kind(HORIZONTAL_POD_AUTOSCALER):
        scaled = scaler.get("spec.scaleTargetRef")
        found[scaler.cluster, scaler.namespace, text(scaled, "kind"), text(scaled, "name")] = scaler
    return found
