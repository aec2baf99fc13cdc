"""Progressive delivery shifts traffic by TrafficSplit, which Linkerd has given up.

## Why it matters
Flagger's provider `linkerd` and the SMI router of Argo Rollouts make TrafficSplits. Those need the extension
linkerd-smi, deprecated and to be removed; without it the steps go by and no request is shifted. In Linkerd both tools
shift traffic by routes of the Gateway API.

## Wrong
```yaml
apiVersion: flagger.app/v1beta1
kind: Canary
metadata: {name: cart, namespace: shop}
spec:
  provider: linkerd
  targetRef: {apiVersion: apps/v1, kind: Deployment, name: cart}
  service: {port: 80}
  analysis: {interval: 1m, threshold: 5, stepWeight: 10, maxWeight: 50}
```

## Right
```yaml
apiVersion: flagger.app/v1beta1
kind: Canary
metadata: {name: cart, namespace: shop}
spec:
  provider: gatewayapi:v1
  targetRef: {apiVersion: apps/v1, kind: Deployment, name: cart}
  service:
    port: 80
    gatewayRefs: [{group: "", kind: Service, name: cart, namespace: shop, port: 80}]
  analysis: {interval: 1m, threshold: 5, stepWeight: 10, maxWeight: 50}
```

## When it stays quiet
Other providers, and an SMI router where nothing in the input says that Linkerd is the mesh. It is a note: whether the
extension is installed is not known.

## Fix safety
None is offered: routes of the Gateway API need a reference to the Service and metrics of their own.
"""

from collections.abc import Iterator

from service_mesh.mesh.implementations import LINKERD, READER_KINDS, meshes
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import ROLLOUT, Kind
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule

_CANARY = Kind("flagger.app", "Canary")


@rule(
    "LD189",
    category=Category.OPERATIONS,
    severity=Severity.INFO,
    about=(_CANARY, ROLLOUT),
    reads=tuple(kind for kind in READER_KINDS if kind != ROLLOUT),
    sources=(
        "fluxcd/flagger: docs/gitbook/tutorials/linkerd-progressive-delivery.md",
        "https://linkerd.io/2/tasks/linkerd-smi/",
    ),
)
def delivery_over_traffic_split(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report the provider or router that makes TrafficSplits."""
    provider = resource.get("spec.provider")
    if resource.kind == _CANARY and provider is not None and provider.text in ("linkerd", "smi:v1alpha2:linkerd"):
        yield provider.finding(f"provider '{provider.text}' makes TrafficSplits, which Linkerd alone does not read")
    router = resource.get("spec.strategy.canary.trafficRouting.smi")
    if resource.kind == ROLLOUT and router is not None and LINKERD in meshes(mesh, resource.cluster):
        yield router.finding("the SMI router makes TrafficSplits, which Linkerd alone does not read")
