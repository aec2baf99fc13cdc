"""Definitions of the Gateway API are not installed.

## Why it matters
Waypoints of ambient mode are Gateways, Linkerd asks for the definitions before it is installed, and Cilium's gateway
controller does not start without them. No mesh brings them along by itself; Istio with sidecars works without.

## Wrong
```yaml
apiVersion: v1
kind: Namespace
metadata: {name: kube-system}
```

## Right
```yaml
apiVersion: v1
kind: Namespace
metadata: {name: kube-system}
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: gateways.gateway.networking.k8s.io}
spec:
  group: gateway.networking.k8s.io
  names: {kind: Gateway, plural: gateways}
  scope: Namespaced
  versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]
```

## When it stays quiet
Definitions were not read as a whole, or one of the Gateway API is there. Where ztunnel runs it is a warning: ambient
mode is there, and waypoints cannot be made.

## Fix safety
No fix: which release is installed depends on the mesh.
"""

from collections.abc import Iterator

from service_mesh.mesh.components import COMPONENT_KINDS, components_in
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import CUSTOM_RESOURCE_DEFINITION, NAMESPACE
from service_mesh.model.kubectl import command
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule

_GROUP = ".gateway.networking.k8s.io"


@rule(
    "ST708",
    category=Category.OPERATIONS,
    severity=Severity.INFO,
    about=(NAMESPACE,),
    reads=(CUSTOM_RESOURCE_DEFINITION, *COMPONENT_KINDS),
    sources=(
        "https://istio.io/latest/docs/ambient/usage/waypoint/",
        "https://linkerd.io/2/features/gateway-api/",
        "https://docs.cilium.io/en/stable/network/servicemesh/gateway-api/gateway-api/",
    ),
)
def gateway_api_missing(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report the absence at the cluster's own namespace, or at ztunnel where ambient mode is there."""
    name = resource.get("metadata.name")
    if (
        resource.name != "kube-system"
        or name is None
        or not mesh.is_listed(CUSTOM_RESOURCE_DEFINITION, resource.cluster)
    ):
        return
    definitions = (one for one in mesh.of_kind(CUSTOM_RESOURCE_DEFINITION) if one.cluster == resource.cluster)
    if any(one.name.endswith(_GROUP) for one in definitions):
        return
    next_command = command("kubectl", "get", "customresourcedefinitions")
    ztunnel = next((one for one in components_in(mesh, resource.cluster) if one.role == "ztunnel"), None)
    if ztunnel is not None and ztunnel.image is not None:
        message = "the Gateway API is not installed, so ambient mode has no waypoints"
        yield ztunnel.image.problem(message, next_command, severity=Severity.WARNING)
    else:
        message = "the Gateway API is not installed, which Linkerd and waypoints of Istio need"
        yield name.problem(message, next_command)
