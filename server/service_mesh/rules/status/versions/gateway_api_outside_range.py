"""Definitions of the Gateway API are of a release that the mesh does not take.

## Why it matters
A mesh reads the kinds of the Gateway API in the versions it was built for. Linkerd ignores routes with fields that it
does not know, and Cilium does not start its controller where a version that it needs is not served. The API server
takes the objects all the same.

## Wrong
```yaml
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: httproutes.gateway.networking.k8s.io
  annotations: {gateway.networking.k8s.io/bundle-version: v1.6.1}
spec:
  group: gateway.networking.k8s.io
  names: {kind: HTTPRoute, plural: httproutes}
  scope: Namespaced
  versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: linkerd-destination, namespace: linkerd}
spec:
  selector: {matchLabels: {linkerd.io/control-plane-component: destination}}
  template:
    metadata: {labels: {linkerd.io/control-plane-component: destination}}
    spec: {containers: [{name: destination, image: "cr.l5d.io/linkerd/controller:edge-26.6.3"}]}
```

## Right
```yaml
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: httproutes.gateway.networking.k8s.io
  annotations: {gateway.networking.k8s.io/bundle-version: v1.5.1}
spec:
  group: gateway.networking.k8s.io
  names: {kind: HTTPRoute, plural: httproutes}
  scope: Namespaced
  versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: linkerd-destination, namespace: linkerd}
spec:
  selector: {matchLabels: {linkerd.io/control-plane-component: destination}}
  template:
    metadata: {labels: {linkerd.io/control-plane-component: destination}}
    spec: {containers: [{name: destination, image: "cr.l5d.io/linkerd/controller:edge-26.6.3"}]}
```

## When it stays quiet
The data has no range for the release of the mesh, or Cilium's support for the Gateway API is off. Patch releases are
not compared. Of definitions of several releases the one that most are of counts; the others are told of by ST412.
What Istio does with definitions that are too old is told of by IS258.

## Fix safety
No fix: definitions are installed as a whole, and every mesh of the cluster has to take them.
"""

from collections.abc import Iterator

from service_mesh.catalog.support import release_of
from service_mesh.mesh.cilium_config import CONFIG_KINDS, cilium_config
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import CUSTOM_RESOURCE_DEFINITION
from service_mesh.model.kubectl import get_yaml
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule
from service_mesh.rules.status.versions._gateway_definitions import definitions, main_release
from service_mesh.rules.status.versions._running import Running, control_planes


@rule(
    "ST411",
    category=Category.OPERATIONS,
    severity=Severity.WARNING,
    about=(CUSTOM_RESOURCE_DEFINITION,),
    reads=CONFIG_KINDS,
    sources=(
        "https://linkerd.io/2/features/gateway-api/",
        "https://docs.cilium.io/en/stable/network/servicemesh/gateway-api/gateway-api/",
    ),
)
def gateway_api_outside_range(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report the first definition of the release that most are of, once for each mesh that does not take it."""
    found = definitions(mesh, resource.cluster)
    main = main_release(found) if found else None
    if main is None or main.resource is not resource:
        return
    number = ".".join(map(str, main.rank[:2]))
    for running in control_planes(mesh, resource.cluster):
        release = release_of(running.project, running.number)
        taken = release.gateway_api if release is not None else None
        if taken is not None and not taken.holds(number) and _is_asked(mesh, running):
            message = f"definitions are of the Gateway API {number}, and '{running.name}' takes {taken}"
            yield main.release.problem(message, get_yaml(resource), related=(running.image.note("runs here"),))


def _is_asked(mesh: MeshView, running: Running) -> bool:
    """Whether a mesh reads the Gateway API at all: Linkerd always does."""
    if running.project != "cilium":
        return True
    config = cilium_config(mesh, running.image.resource.cluster)
    return config is not None and config.is_on("enable-gateway-api")
