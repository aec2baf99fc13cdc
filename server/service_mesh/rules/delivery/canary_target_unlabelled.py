"""Workload of a Canary has no label that Flagger tells its copies apart by.

## Why it matters
Flagger makes a copy of the workload, with '-primary' behind the value of one label of `selector.matchLabels`. It knows
`app`, `name` and `app.kubernetes.io/name`; without any of them it refuses the workload, and the Canary never leaves
'Initializing'.

## Wrong
```yaml
apiVersion: flagger.app/v1beta1
kind: Canary
metadata: {name: shop, namespace: web}
spec:
  provider: istio
  targetRef: {apiVersion: apps/v1, kind: Deployment, name: shop}
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
  selector:
    matchLabels:
      component: shop
  template:
    metadata: {labels: {component: shop}}
    spec:
      containers:
      - {name: app, image: "shop:1"}
```

## Right
```yaml
apiVersion: flagger.app/v1beta1
kind: Canary
metadata: {name: shop, namespace: web}
spec:
  provider: istio
  targetRef: {apiVersion: apps/v1, kind: Deployment, name: shop}
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
```

## When it stays quiet
The workload is not here; the Deployment of Flagger is here and its argument `-selector-labels` names a label that the
selector has.

## Fix safety
None is offered: the selector of a Deployment cannot be changed once it is in the cluster.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import CANARY, DAEMON_SET, DEPLOYMENT
from service_mesh.model.resource import Resource
from service_mesh.rules.delivery._canaries import DEPLOYER, known_labels, label_key, target
from service_mesh.rules.rule import rule


@rule(
    "DL102",
    category=Category.REFERENCE,
    severity=Severity.WARNING,
    about=(CANARY,),
    needs=("targetRef",),
    reads=(DAEMON_SET, DEPLOYMENT),
    sources=(DEPLOYER, "https://docs.flagger.app/faq#labels-selectors"),
)
def canary_target_unlabelled(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report a target whose selector has none of the labels."""
    wanted = target(resource)
    if wanted is None or wanted.kind not in (DEPLOYMENT, DAEMON_SET):
        return
    workload = mesh.find(wanted.kind, resource.namespace, wanted.name, resource.cluster)
    if workload is None or label_key(mesh, resource):
        return
    at = workload.get("spec.selector.matchLabels") or workload.get("spec.selector") or workload.root
    listed = ", ".join(f"'{key}'" for key in known_labels(mesh, resource.cluster))
    yield at.finding(
        f"the selector has none of the labels {listed}, so that Flagger refuses {wanted.kind.name} '{wanted.name}'",
        related=((resource.get("spec.targetRef") or resource.root).note("is to be released by this"),),
    )
