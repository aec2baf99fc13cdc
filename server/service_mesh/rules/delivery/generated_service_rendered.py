"""Manifests hold a Service that Flagger writes itself.

## Why it matters
Flagger makes the Services NAME, NAME-primary and NAME-canary and writes their selectors and ports. A Service of the
same name in Git is overwritten, and each time Git is applied again it is put back: NAME then points at the workload
that Flagger scaled to zero, and requests fail until the next turn.

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
  selector: {matchLabels: {app: shop}}
  template:
    metadata: {labels: {app: shop}}
    spec:
      containers:
      - {name: app, image: "shop:1"}
---
apiVersion: v1
kind: Service
metadata: {name: shop, namespace: web}
spec:
  selector:
    app: shop
  ports:
  - {name: http, port: 80}
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
The selector is the one that Flagger writes; the object came from a cluster, has an owner, or is marked for Flux to be
left as it is (`kustomize.toolkit.fluxcd.io/ssa: IfNotPresent` or `Ignore`, `reconcile: disabled`); the Canary's target
is a Service, which Flagger does not make.

## Fix safety
None is offered: the Service has to leave Git, and a cluster in which it was applied keeps it.
"""

from collections.abc import Iterator, Mapping

from service_mesh.mesh.presence import holds
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import CANARY, DEPLOYMENT, SERVICE
from service_mesh.model.resource import Resource
from service_mesh.rules.delivery._canaries import label_key, matched_labels, service_names, target
from service_mesh.rules.delivery._fields import is_left_alone, text
from service_mesh.rules.rule import rule


@rule(
    "DL104",
    category=Category.CONFLICT,
    severity=Severity.WARNING,
    about=(SERVICE,),
    where=holds(CANARY),
    reads=(CANARY, DEPLOYMENT),
    sources=("fluxcd/flagger: pkg/router/kubernetes_default.go", "https://docs.flagger.app/usage/how-it-works"),
)
def generated_service_rendered(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report a Service with the name of one of the three, whose selector or ports are others."""
    made = mesh.index(_made).get((resource.cluster, resource.namespace, resource.name))
    if made is None or is_left_alone(resource):
        return
    canary, role = made
    at = resource.get("spec.selector") or resource.get("spec") or resource.root
    if role != "canary" and not _is_at(resource, f"{_value(mesh, canary)}-primary"):
        key = next(iter(at.each("{}")), at)
        message = f"Flagger points Service '{resource.name}' at the primary of Canary '{canary.name}'"
    elif role == "canary" and not _is_at(resource, _value(mesh, canary)):
        key = at
        message = f"Flagger points Service '{resource.name}' at the workload of Canary '{canary.name}'"
    else:
        return
    related = ((canary.get("spec.targetRef.name") or canary.root).note("the Canary"),)
    yield key.finding(f"{message}, which each apply of this undoes", related=related)


def _is_at(service: Resource, value: str) -> bool:
    """Whether the selector names the pods that Flagger selects."""
    return any(node.text == value for node in service.each("spec.selector{}"))


def _value(mesh: MeshView, canary: Resource) -> str:
    label = matched_labels(mesh, canary).get(label_key(mesh, canary))
    return label if isinstance(label, str) else text(canary, "spec.targetRef.name")


def _made(mesh: MeshView) -> Mapping[tuple[str, str, str], tuple[Resource, str]]:
    """Cluster, namespace and name of each Service that Flagger makes -> its Canary and what the Service is for."""
    found: dict[tuple[str, str, str], tuple[Resource, str]] = {}
    for canary in mesh.of_kind(CANARY):
        names, wanted = service_names(canary), target(canary)
        if names is not None and wanted is not None and wanted.kind != SERVICE:
            for role, name in names._asdict().items():
                found.setdefault((canary.cluster, canary.namespace, name), (canary, role))
    return found
