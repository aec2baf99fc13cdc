"""Rollout takes its template from a workload that is not there, or that runs as well.

## Why it matters
With `workloadRef` the Rollout makes the pods and the Deployment is only read. A Deployment that is not there leaves it
without a template; a template of its own beside it is refused; and a Deployment that keeps its replicas runs a second
set of pods behind the same Services, which no step of the release reaches.

## Wrong
```yaml
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: {name: shop, namespace: web}
spec:
  workloadRef:
    apiVersion: apps/v1
    kind: Deployment
    name: shop
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
  replicas: 2
  selector: {matchLabels: {app: shop}}
  template:
    metadata: {labels: {app: shop}}
    spec:
      containers:
      - {name: app, image: "shop:1"}
```

## Right
```yaml
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: {name: shop, namespace: web}
spec:
  workloadRef:
    apiVersion: apps/v1
    kind: Deployment
    name: shop
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
```

## When it stays quiet
`scaleDown` is `onsuccess` or `progressively`, by which the Rollout scales the Deployment down itself. Where the
namespace was not loaded as a whole, a Deployment that is missing is reported as not checked.

## Fix safety
Offered for a name that is near; unsafe. For the replicas none is offered: without the Rollout in place they are what
serves.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Anchor, Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import DEPLOYMENT, ROLLOUT
from service_mesh.model.resource import Resource
from service_mesh.rules.delivery._absent import missing
from service_mesh.rules.delivery._fields import filled, present, text, whole
from service_mesh.rules.delivery._rollouts import VALIDATION
from service_mesh.rules.rule import rule


@rule(
    "DL138",
    category=Category.REFERENCE,
    severity=Severity.ERROR,
    about=(ROLLOUT,),
    needs=("workloadRef",),
    reads=(DEPLOYMENT,),
    sources=(
        VALIDATION,
        "argoproj/argo-rollouts: rollout/templateref.go",
        "https://argo-rollouts.readthedocs.io/en/stable/migrating/",
    ),
)
def workload_ref_unusable(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report a reference to nothing, one beside a template, and one to a Deployment that runs."""
    reference, template = present(resource, "spec.workloadRef"), filled(resource, "spec.template")
    if reference is None:
        return
    if template is not None and not resource.is_from_cluster:
        message = "'template' stands beside 'workloadRef', which the controller refuses"
        yield template.finding(message, related=(reference.note("the reference"),), anchor=Anchor.KEY)
    name = reference.get("name")
    if name is None or not name.text or text(reference, "kind") != DEPLOYMENT.name:
        return
    found = mesh.find(DEPLOYMENT, resource.namespace, name.text, resource.cluster)
    if found is None:
        message = f"Deployment '{name.text}' does not exist in namespace '{resource.namespace}'"
        yield missing(name, DEPLOYMENT, resource.namespace, mesh, message)
    elif text(reference, "scaleDown") not in ("onsuccess", "progressively"):
        asked = present(found, "spec.replicas")
        replicas = 1 if asked is None else whole(asked)
        if replicas is not None and replicas > 0:
            pods = "1 pod" if replicas == 1 else f"{replicas} pods"
            yield name.finding(
                f"Deployment '{name.text}' runs {pods} of its own beside those of Rollout '{resource.name}'",
                related=((asked or found.get("metadata.name") or found.root).note("how many"),),
                severity=Severity.WARNING,
            )
