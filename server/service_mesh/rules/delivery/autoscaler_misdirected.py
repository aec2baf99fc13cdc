"""Autoscaler scales another object than the one that makes the pods.

## Why it matters
With a Rollout the number of pods is the Rollout's. An autoscaler that names the Deployment of the same name finds none,
or scales up a Deployment that a Rollout only takes its template from: the pods that serve stay as many as they are.

## Wrong
```yaml
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: {name: shop, namespace: web}
spec:
  workloadRef: {apiVersion: apps/v1, kind: Deployment, name: shop}
  strategy:
    canary:
      steps:
      - setWeight: 25
      - pause: {}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: shop, namespace: web}
spec:
  replicas: 0
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
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: {name: shop, namespace: web}
spec:
  workloadRef: {apiVersion: apps/v1, kind: Deployment, name: shop}
  strategy:
    canary:
      steps:
      - setWeight: 25
      - pause: {}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: shop, namespace: web}
spec:
  replicas: 0
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
    apiVersion: argoproj.io/v1alpha1
    kind: Rollout
    name: shop
  minReplicas: 2
  maxReplicas: 4
```

## When it stays quiet
No Rollout has the name or refers to the Deployment; a Deployment of the name is there beside a Rollout that has a
template of its own. Where the namespace was not loaded as a whole, a Deployment that is missing is reported as not
checked.

## Fix safety
Offered: the autoscaler names the Rollout; unsafe, because it is scaled from then on.
"""

from collections.abc import Iterator, Mapping

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Fix, Replace
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import DEPLOYMENT, HORIZONTAL_POD_AUTOSCALER, ROLLOUT
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.delivery._fields import text
from service_mesh.rules.rule import rule


@rule(
    "DL124",
    category=Category.OPERATIONS,
    severity=Severity.WARNING,
    about=(HORIZONTAL_POD_AUTOSCALER,),
    needs=("scaleTargetRef",),
    reads=(DEPLOYMENT, ROLLOUT),
    sources=(
        "argoproj/argo-rollouts: docs/features/hpa-support.md",
        "https://argo-rollouts.readthedocs.io/en/stable/features/hpa-support/",
    ),
)
def autoscaler_misdirected(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report an autoscaler of a Deployment where a Rollout makes the pods."""
    scaled = resource.get("spec.scaleTargetRef")
    name = scaled.get("name") if scaled is not None else None
    if scaled is None or name is None or not name.text or text(scaled, "kind") != DEPLOYMENT.name:
        return
    place = resource.cluster, resource.namespace, name.text
    rollout = mesh.index(_by_template).get(place)
    if rollout is not None:
        message = f"Deployment '{name.text}' is only the template of Rollout '{rollout.name}'"
        yield name.finding(f"{message}, which this does not scale", fix=_fix(scaled, rollout))
        return
    twin = mesh.find(ROLLOUT, resource.namespace, name.text, resource.cluster)
    if twin is not None and mesh.find(DEPLOYMENT, resource.namespace, name.text, resource.cluster) is None:
        message = f"'{name.text}' is a Rollout and no Deployment, so that nothing is scaled"
        known = mesh.is_complete(resource.namespace, resource.cluster)
        yield name.finding(message, fix=_fix(scaled, twin), partial=not known)


def _fix(scaled: Node, rollout: Resource) -> Fix | None:
    api, kind, name = scaled.get("apiVersion"), scaled.get("kind"), scaled.get("name")
    if api is None or kind is None or name is None:
        return None
    told = ((api, rollout.api_version), (kind, rollout.kind.name), (name, rollout.name))
    edits = tuple(Replace(node.resource, node.path, value) for node, value in told if node.value != value)
    return Fix(f"scale Rollout '{rollout.name}'", False, edits)


def _by_template(mesh: MeshView) -> Mapping[tuple[str, str, str], Resource]:
    """Cluster, namespace and name of each Deployment that is a Rollout's template -> the Rollout."""
    found: dict[tuple[str, str, str], Resource] = {}
    for rollout in mesh.of_kind(ROLLOUT):
        if text(rollout, "spec.workloadRef.kind") == DEPLOYMENT.name:
            found[rollout.cluster, rollout.namespace, text(rollout, "spec.workloadRef.name")] = rollout
    return found
