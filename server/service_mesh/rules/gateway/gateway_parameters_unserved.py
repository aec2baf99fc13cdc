"""Gateway or GatewayClass refers to parameters that its implementation cannot use.

## Why it matters
Which objects may hold parameters is up to the implementation. Istio takes a ConfigMap of the Gateway's own namespace,
at the Gateway, and reads nothing at the GatewayClass. Cilium takes a CiliumGatewayClassConfig at the GatewayClass. A
reference to something else makes the Gateway or the whole class invalid, or is passed over, so that replicas, labels
and the type of the Service stay as they are by default.

## Wrong
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: public, namespace: shop}
spec:
  gatewayClassName: istio
  listeners: [{name: http, port: 80, protocol: HTTP}]
  infrastructure:
    parametersRef: {group: apps, kind: Deployment, name: public}
```

## Right
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: public, namespace: shop}
spec:
  gatewayClassName: istio
  listeners: [{name: http, port: 80, protocol: HTTP}]
  infrastructure:
    parametersRef: {group: "", kind: ConfigMap, name: public}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: public, namespace: shop}
data: {deployment: "spec: {replicas: 3}"}
```

## When it stays quiet
Other implementations, and releases of Istio before 1.26 and of Cilium before 1.18, which took other parameters. A
ConfigMap in a namespace that was not loaded as a whole is reported as not checked, and so is one where the input has no
ConfigMap at all.

## Fix safety
There is no fix: what holds the parameters is not known.
"""

from collections.abc import Iterator, Mapping

from service_mesh.mesh.gateway_classes import ISTIO, implementation
from service_mesh.mesh.known_names import is_surely_absent
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import CONFIG_MAP, GATEWAY_API_GATEWAY, GATEWAY_CLASS, Kind
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule

_ISTIO_SINCE, _CILIUM_SINCE = (1, 26), (1, 18)
_CILIUM_CONTROLLER = "io.cilium/gateway-controller"
_CILIUM_PARAMETERS = Kind("cilium.io", "CiliumGatewayClassConfig")
_ISTIO_CONTROLLERS = ("istio.io/gateway-controller", "istio.io/mesh-controller", "istio.io/eastwest-controller")
_EXPECTED: Mapping[str, str] = {"name": "a name", "namespace": "a namespace"}


@rule(
    "GW137",
    category=Category.REFERENCE,
    severity=Severity.ERROR,
    about=(GATEWAY_API_GATEWAY, GATEWAY_CLASS),
    reads=(CONFIG_MAP, GATEWAY_CLASS),
    needs=("infrastructure", "parametersRef"),
    sources=(
        "istio/istio: pilot/pkg/config/kube/gateway/gateway_collection.go (validateParametersRef)",
        "istio/istio: pilot/pkg/config/kube/gateway/gatewayclass_collection.go",
        "cilium/cilium: operator/pkg/gateway-api/gatewayclass_reconcile.go",
    ),
)
def gateway_parameters_unserved(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report parameters that are passed over, and those that make the object invalid."""
    if resource.kind == GATEWAY_CLASS:
        yield from _of_class(resource, mesh)
        return
    named = resource.get("spec.infrastructure.parametersRef")
    if named is not None and implementation(mesh, resource) == ISTIO and mesh.release("istio") >= _ISTIO_SINCE:
        yield from _of_gateway(named, mesh)


def _of_gateway(named: Node, mesh: MeshView) -> Iterator[Draft]:
    kind, name, gateway = _kind(named), named.get("name"), named.resource
    if kind != CONFIG_MAP:
        place = named.get("kind") or named
        yield place.finding(f"Istio takes a ConfigMap for parameters and no '{kind}', so the Gateway is not accepted")
    elif name is not None and mesh.find(CONFIG_MAP, gateway.namespace, name.text, gateway.cluster) is None:
        known = is_surely_absent(mesh, CONFIG_MAP, gateway.namespace, gateway.cluster)
        message = f"ConfigMap '{gateway.namespace}/{name.text}' does not exist, so the Gateway is not accepted"
        yield name.finding(message, partial=not known)


def _of_class(found: Resource, mesh: MeshView) -> Iterator[Draft]:
    named, controller = found.get("spec.parametersRef"), found.get("spec.controllerName")
    if named is None or controller is None:
        return
    place = named.get("kind") or named
    if controller.text in _ISTIO_CONTROLLERS:
        message = "Istio reads no parameters of a GatewayClass, so these have no effect"
        yield place.finding(message, severity=Severity.WARNING)
    elif controller.text == _CILIUM_CONTROLLER and mesh.release("cilium") >= _CILIUM_SINCE:
        if _kind(named) != _CILIUM_PARAMETERS:
            message = f"Cilium takes a '{_CILIUM_PARAMETERS.name}' for parameters and no '{_kind(named)}'"
            yield place.finding(f"{message}, so the class is not accepted and no Gateway of it is served")
        for field, what in _EXPECTED.items():
            if (held := named.get(field)) is None or not held.text:
                message = f"Cilium wants {what} here, so the class is not accepted and no Gateway of it is served"
                yield named.finding(message)


def _kind(named: Node) -> Kind:
    group, kind = named.get("group"), named.get("kind")
    return Kind(group.text if group is not None else "", kind.text if kind is not None else "")
