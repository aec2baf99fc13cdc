"""Provider of a Canary belongs to a mesh that is not the one in use.

## Why it matters
Flagger writes the objects of its provider, and nothing here reads them: the weights rise, all requests go to the
primary, and the analysis finds no values for the metrics of the canary, so that each release is rolled back.

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
kind: Namespace
metadata:
  name: web
  annotations: {linkerd.io/inject: enabled}
```

## Right
```yaml
apiVersion: flagger.app/v1beta1
kind: Canary
metadata: {name: shop, namespace: web}
spec:
  provider: gatewayapi:v1
  targetRef: {apiVersion: apps/v1, kind: Deployment, name: shop}
  service: {port: 80, gatewayRefs: [{group: "", kind: Service, name: shop}]}
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
kind: Namespace
metadata:
  name: web
  annotations: {linkerd.io/inject: enabled}
```

## When it stays quiet
The mesh of the provider is in the input, or no mesh is; the provider is neither `istio` nor `linkerd`. What counts as a
sign of a mesh are its objects, and labels and annotations that ask for its proxy.

## Fix safety
None is offered: another provider needs other settings of the Canary.
"""

from collections.abc import Iterator

from service_mesh.mesh.implementations import READER_KINDS, meshes
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import CANARY
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule

_MESHES = {"istio": "Istio", "linkerd": "Linkerd"}


@rule(
    "DL107",
    category=Category.TRAFFIC,
    severity=Severity.WARNING,
    about=(CANARY,),
    needs=("provider",),
    reads=READER_KINDS,
    sources=("fluxcd/flagger: pkg/router/factory.go", "https://docs.flagger.app/usage/how-it-works"),
)
def canary_provider_foreign(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report the provider of one mesh where only another one is seen."""
    node = resource.get("spec.provider")
    wanted = _MESHES.get(node.text) if node is not None else None
    if node is None or wanted is None:
        return
    seen = meshes(mesh, resource.cluster)
    if seen and node.text not in seen:
        others = " and ".join(sorted(_MESHES.get(name, name.capitalize()) for name in seen))
        yield node.finding(f"provider '{node.text}' writes objects of {wanted}, and the input shows {others}")
