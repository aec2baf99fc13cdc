"""Service of a Rollout selects pods that the Rollout does not make.

## Why it matters
The controller only adds the hash of a revision to the selector. Where the rest of it does not fit the labels of the
pods, it refuses the Rollout ('InvalidSpec'); otherwise the Service would have no endpoints.

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
      activeService: shop
---
apiVersion: v1
kind: Service
metadata: {name: shop, namespace: web}
spec:
  selector:
    app: shops
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
The label is one that the strategy's `canaryMetadata`, `stableMetadata`, `activeMetadata` or `previewMetadata` adds; the
template is that of an object that is not here.

## Fix safety
None is offered: whether the label or the selector is wrong only the author knows.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import DEPLOYMENT, ROLLOUT, SERVICE
from service_mesh.model.resource import Resource
from service_mesh.rules.delivery._fields import present
from service_mesh.rules.delivery._rollouts import REFERENCES, pod_labels
from service_mesh.rules.rule import rule

_HASH = "rollouts-pod-template-hash"
_PLACES = {
    "canary.canaryService": "canary.canaryMetadata",
    "canary.stableService": "canary.stableMetadata",
    "canary.pingPong.pingService": "",
    "canary.pingPong.pongService": "",
    "blueGreen.activeService": "blueGreen.activeMetadata",
    "blueGreen.previewService": "blueGreen.previewMetadata",
}


@rule(
    "DL133",
    category=Category.REFERENCE,
    severity=Severity.ERROR,
    about=(ROLLOUT,),
    needs=tuple(place.rpartition(".")[2] for place in _PLACES),
    reads=(DEPLOYMENT, SERVICE),
    sources=(REFERENCES,),
)
def rollout_service_selects_others(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each label of a Service's selector that the pods do not have, at the Service."""
    labels = pod_labels(mesh, resource)
    if labels is None:
        return
    told: set[str] = set()
    for place, extra in _PLACES.items():
        name = resource.get(f"spec.strategy.{place}")
        service = mesh.find(SERVICE, resource.namespace, name.text, resource.cluster) if name is not None else None
        if name is None or service is None or name.text in told:
            continue
        told.add(name.text)
        added = present(resource, f"spec.strategy.{extra}.labels") if extra else None
        known = {**labels, **(added.value if added is not None and isinstance(added.value, dict) else {})}
        for wanted in service.each("spec.selector{}"):
            key = str(wanted.path[-1])
            if key != _HASH and known.get(key) != wanted.value:
                message = f"pods of Rollout '{resource.name}' have no label '{key}' with value '{wanted.text}'"
                yield wanted.finding(message, related=(name.note("names this Service"),))
