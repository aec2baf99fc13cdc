"""Canary releases a workload that does not exist.

## Why it matters
Flagger cannot read the pod template, so it makes neither the primary nor the Services: the Canary stays in
'Initializing', and nothing that is deployed under its name is ever analysed.

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
    name: shopp
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

## Right
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
```

## When it stays quiet
The Deployment, DaemonSet or Service is there. Where the namespace was not loaded as a whole, the finding is reported as
not checked; where the input has nothing of the kind in the cluster at all, it is only counted so. A target without a
name or of another kind is the schema check's part.

## Fix safety
Offered when exactly one workload of the namespace has a near name; unsafe, because the intent is guessed.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import CANARY, DAEMON_SET, DEPLOYMENT, SERVICE
from service_mesh.model.resource import Resource
from service_mesh.rules.delivery._absent import missing
from service_mesh.rules.delivery._canaries import DEPLOYER, target
from service_mesh.rules.rule import rule


@rule(
    "DL101",
    category=Category.REFERENCE,
    severity=Severity.ERROR,
    about=(CANARY,),
    needs=("targetRef",),
    reads=(DAEMON_SET, DEPLOYMENT, SERVICE),
    sources=(DEPLOYER, "https://docs.flagger.app/usage/how-it-works"),
)
def canary_target_missing(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report a `targetRef` that names nothing."""
    wanted, name = target(resource), resource.get("spec.targetRef.name")
    if wanted is None or name is None:
        return
    if mesh.find(wanted.kind, resource.namespace, wanted.name, resource.cluster) is None:
        message = f"{wanted.kind.name} '{wanted.name}' does not exist in namespace '{resource.namespace}'"
        yield missing(name, wanted.kind, resource.namespace, mesh, message)
