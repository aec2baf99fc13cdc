"""Manifests give the canary of a Rollout a weight of their own.

## Why it matters
Argo Rollouts writes the weights of the route while a release goes on. A weight for the canary in Git is sent there on
every apply, whatever step the release is at and also when there is none, and pods of a version that was rolled back get
traffic again.

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
    canary:
      canaryService: shop-canary
      stableService: shop-stable
      trafficRouting:
        istio:
          virtualService: {name: shop, routes: [primary]}
      steps:
      - setWeight: 25
      - pause: {}
---
apiVersion: v1
kind: Service
metadata: {name: shop-canary, namespace: web}
spec:
  selector: {app: shop}
  ports:
  - {name: http, port: 80}
---
apiVersion: v1
kind: Service
metadata: {name: shop-stable, namespace: web}
spec:
  selector: {app: shop}
  ports:
  - {name: http, port: 80}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: shop, namespace: web}
spec:
  hosts: [shop.example.com]
  http:
  - name: primary
    route:
    - destination: {host: shop-stable}
      weight: 90
    - destination: {host: shop-canary}
      weight: 10
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
    canary:
      canaryService: shop-canary
      stableService: shop-stable
      trafficRouting:
        istio:
          virtualService: {name: shop, routes: [primary]}
      steps:
      - setWeight: 25
      - pause: {}
---
apiVersion: v1
kind: Service
metadata: {name: shop-canary, namespace: web}
spec:
  selector: {app: shop}
  ports:
  - {name: http, port: 80}
---
apiVersion: v1
kind: Service
metadata: {name: shop-stable, namespace: web}
spec:
  selector: {app: shop}
  ports:
  - {name: http, port: 80}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: shop, namespace: web}
spec:
  hosts: [shop.example.com]
  http:
  - name: primary
    route:
    - destination: {host: shop-stable}
      weight: 100
    - destination: {host: shop-canary}
      weight: 0
```

## When it stays quiet
The weight is 0 or absent; the object came from a cluster, has an owner, or is marked for Flux to be left as it is; the
Rollout does not name the route.

## Fix safety
Offered: 0 for the canary and 100 for the other one, where there are two; unsafe, because traffic changes.
"""

from collections.abc import Iterator, Mapping

from service_mesh.mesh.presence import holds
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Fix, Replace
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import ROLLOUT, VIRTUAL_SERVICE
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.delivery._fields import is_left_alone, short_name, text, whole
from service_mesh.rules.delivery._rollouts import canary_strategy, subsets, virtual_services
from service_mesh.rules.rule import rule


@rule(
    "DL118",
    category=Category.CONFLICT,
    severity=Severity.WARNING,
    about=(VIRTUAL_SERVICE,),
    where=holds(ROLLOUT),
    needs=("weight",),
    reads=(ROLLOUT,),
    sources=(
        "argoproj/argo-rollouts: rollout/trafficrouting/istio/istio.go",
        "https://argo-rollouts.readthedocs.io/en/stable/features/traffic-management/istio/#integrating-with-gitops",
    ),
)
def rollout_weights_rendered(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report a weight above 0 on a destination that a Rollout owns as canary."""
    owner = mesh.index(_by_route).get((resource.cluster, resource.namespace, resource.name))
    if owner is None or is_left_alone(resource):
        return
    rollout, entry = owner
    names = {node.text for node in entry.each("routes[]")}
    for route in resource.each("spec.http[]"):
        if names and text(route, "name") not in names:
            continue
        for destination in route.each("route[]"):
            weight, number = destination.get("weight"), whole(destination.get("weight"))
            if weight is not None and number is not None and number > 0 and _is_canary(destination, rollout):
                message = f"each apply sends {number} percent to the canary of Rollout '{rollout.name}'"
                yield weight.finding(
                    f"{message}, whatever step it is at", fix=_fix(route, weight), related=(entry.note("owns it"),)
                )


def _is_canary(destination: Node, rollout: Resource) -> bool:
    subset, service = subsets(rollout)[0], text(canary_strategy(rollout), "canaryService")
    if subset and text(destination, "destination.subset") == subset:
        return True
    return bool(service) and short_name(text(destination, "destination.host")) == service


def _fix(route: Node, weight: Node) -> Fix | None:
    others = [node for node in route.each("route[].weight") if node.path != weight.path]
    if len(others) != 1:
        return None
    edits = (Replace(weight.resource, weight.path, 0), Replace(weight.resource, others[0].path, 100))
    return Fix("give the canary weight 0", False, edits)


def _by_route(mesh: MeshView) -> Mapping[tuple[str, str, str], tuple[Resource, Node]]:
    """Cluster, namespace and name of each VirtualService that a Rollout owns -> the Rollout and where it names it."""
    found: dict[tuple[str, str, str], tuple[Resource, Node]] = {}
    for rollout in mesh.of_kind(ROLLOUT):
        for entry in virtual_services(rollout):
            name, namespace = (*text(entry, "name").split("."), "")[:2]
            found.setdefault((rollout.cluster, namespace or rollout.namespace, name), (rollout, entry))
    return found
