"""Rollout names a Service that does not exist.

## Why it matters
The controller refuses the Rollout ('InvalidSpec') until the Service is there, so that no pod is made and no change is
rolled out.

## Wrong
```yaml
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: {name: shop, namespace: web}
spec:
  selector: {matchLabels: {app: shop}}
  template:
    metadata: {labels: {app: shop}}
    spec:
      containers:
      - {name: app, image: "shop:1"}
  strategy:
    blueGreen:
      activeService: shopp
---
apiVersion: v1
kind: Service
metadata: {name: shop, namespace: web}
spec:
  selector: {app: shop}
  ports:
  - {name: http, port: 80}
```

## Right
```yaml
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: {name: shop, namespace: web}
spec:
  selector: {matchLabels: {app: shop}}
  template:
    metadata: {labels: {app: shop}}
    spec:
      containers:
      - {name: app, image: "shop:1"}
  strategy:
    blueGreen:
      activeService: shop
---
apiVersion: v1
kind: Service
metadata: {name: shop, namespace: web}
spec:
  selector: {app: shop}
  ports:
  - {name: http, port: 80}
```

## When it stays quiet
The Service is there. Where the namespace was not loaded as a whole, the finding is reported as not checked.

## Fix safety
Offered when exactly one Service of the namespace has a near name; unsafe, because the intent is guessed.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import ROLLOUT, SERVICE
from service_mesh.model.resource import Resource
from service_mesh.rules.delivery._absent import missing
from service_mesh.rules.delivery._rollouts import REFERENCES
from service_mesh.rules.rule import rule

_PLACES = (
    "spec.strategy.canary.canaryService",
    "spec.strategy.canary.stableService",
    "spec.strategy.canary.pingPong.pingService",
    "spec.strategy.canary.pingPong.pongService",
    "spec.strategy.canary.trafficRouting.alb.rootService",
    "spec.strategy.blueGreen.activeService",
    "spec.strategy.blueGreen.previewService",
)


@rule(
    "DL132",
    category=Category.REFERENCE,
    severity=Severity.ERROR,
    about=(ROLLOUT,),
    needs=tuple(place.rpartition(".")[2] for place in _PLACES),
    reads=(SERVICE,),
    sources=("argoproj/argo-rollouts: rollout/controller.go", REFERENCES),
)
def rollout_service_missing(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each name of a Service that is not there, once."""
    told: set[str] = set()
    for place in _PLACES:
        name = resource.get(place)
        if name is None or not name.text or name.text in told:
            continue
        if mesh.find(SERVICE, resource.namespace, name.text, resource.cluster) is None:
            told.add(name.text)
            message = f"Service '{name.text}' does not exist in namespace '{resource.namespace}'"
            yield missing(name, SERVICE, resource.namespace, mesh, message)
