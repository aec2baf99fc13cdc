"""Release is steered by TrafficSplit, whose project is archived.

## Why it matters
The Service Mesh Interface was archived in 2023. Linkerd reads TrafficSplit only with the extension linkerd-smi, which
is deprecated and whose last release is of 2024; Open Service Mesh is archived as well. Where the extension is missing
the weights change nothing, and the canary is judged without traffic.

## Wrong
```yaml
apiVersion: flagger.app/v1beta1
kind: Canary
metadata: {name: shop, namespace: web}
spec:
  provider: osm
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
```

## When it stays quiet
Every other provider; the provider `linkerd`, and the SMI router where the input shows Linkerd: a rule of Linkerd speaks
of both (LD189). A Canary without `provider`, whatever Flagger itself is set to.

## Fix safety
None is offered: the Gateway API needs `gatewayRefs`, and Argo Rollouts a plugin and a route.
"""

from collections.abc import Iterator

from service_mesh.mesh.implementations import LINKERD, READER_KINDS, meshes
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Anchor, Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import CANARY, ROLLOUT
from service_mesh.model.resource import Resource
from service_mesh.rules.delivery._fields import present
from service_mesh.rules.delivery._rollouts import routing
from service_mesh.rules.rule import rule

_READERS = "which is archived and read by a deprecated extension of Linkerd alone"
_PROVIDERS = ("osm", "smi:v1alpha1", "smi:v1alpha2", "smi:v1alpha3")


@rule(
    "DL108",
    category=Category.OPERATIONS,
    severity=Severity.WARNING,
    about=(CANARY, ROLLOUT),
    needs=("provider", "smi"),
    reads=tuple(kind for kind in READER_KINDS if kind != ROLLOUT),
    sources=(
        "fluxcd/flagger: pkg/router/factory.go",
        "linkerd/linkerd-smi: README.md",
        "https://linkerd.io/2/tasks/flagger/",
        "https://argo-rollouts.readthedocs.io/en/stable/features/traffic-management/smi/",
    ),
)
def traffic_split_discontinued(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report the providers that write TrafficSplit."""
    node = resource.get("spec.provider")
    if resource.kind == CANARY and node is not None and node.text in _PROVIDERS:
        yield node.finding(f"provider '{node.text}' writes TrafficSplit, {_READERS}")
    smi = present(routing(resource), "smi") if resource.kind == ROLLOUT else None
    if smi is not None and LINKERD not in meshes(mesh, resource.cluster):
        yield smi.finding(f"'smi' writes TrafficSplit, {_READERS}", anchor=Anchor.KEY)
