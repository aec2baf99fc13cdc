"""Two Canaries release the same workload.

## Why it matters
Each of them scales the workload up and down, copies it and writes the routes by its own schedule. Flagger logs that bad
things will happen and goes on; which of the two decides is chance.

## Wrong
```yaml
apiVersion: flagger.app/v1beta1
kind: Canary
metadata: {name: first, namespace: web}
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
apiVersion: flagger.app/v1beta1
kind: Canary
metadata: {name: second, namespace: web}
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
```

## Right
```yaml
apiVersion: flagger.app/v1beta1
kind: Canary
metadata: {name: first, namespace: web}
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
---
apiVersion: flagger.app/v1beta1
kind: Canary
metadata: {name: second, namespace: web}
spec:
  provider: istio
  targetRef: {apiVersion: apps/v1, kind: Deployment, name: cart}
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
metadata: {name: cart, namespace: web}
spec:
  selector: {matchLabels: {app: cart}}
  template:
    metadata: {labels: {app: cart}}
    spec:
      containers:
      - {name: app, image: "shop:1"}
```

## When it stays quiet
The Canaries are in different namespaces, or `suspend` is set for one of them.

## Fix safety
None is offered: which Canary should stay only their author knows.
"""

from collections.abc import Iterator, Mapping

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import CANARY
from service_mesh.model.resource import Resource
from service_mesh.rules.delivery._canaries import SCHEDULER
from service_mesh.rules.delivery._fields import is_true, text
from service_mesh.rules.rule import rule


@rule(
    "DL103",
    category=Category.CONFLICT,
    severity=Severity.ERROR,
    about=(CANARY,),
    needs=("targetRef",),
    sources=(SCHEDULER,),
)
def canary_targets_shared(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report a Canary whose target another one has too."""
    name = resource.get("spec.targetRef.name")
    if name is None or not name.text or is_true(resource, "spec.suspend"):
        return
    others = mesh.index(_by_target).get((resource.cluster, resource.namespace, name.text), ())
    other = next((one for one in others if one is not resource), None)
    if other is not None:
        at = other.get("spec.targetRef.name") or other.root
        message = f"'{name.text}' is also the target of Canary '{other.name}'"
        yield name.finding(message, related=(at.note("the other one"),))


def _by_target(mesh: MeshView) -> Mapping[tuple[str, str, str], list[Resource]]:
    found: dict[tuple[str, str, str], list[Resource]] = {}
    for canary in mesh.of_kind(CANARY):
        if not is_true(canary, "spec.suspend"):
            key = canary.cluster, canary.namespace, text(canary, "spec.targetRef.name")
            found.setdefault(key, []).append(canary)
    return found
