"""Backend of a route is of a kind that the implementation does not send requests to.

## Why it matters
Istio and Cilium send requests to Services and to what stands for them in several clusters; Istio to hosts of
ServiceEntries too, by the kind `Hostname`. The share of any other backend is answered with 500. A Service named with
the group `core` or `v1` is one of these: its group is the empty text. A Service of type ExternalName has no addresses
of its own, and Cilium's gateways look no name up, so its share fails.

## Wrong
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: pay}
spec:
  parentRefs: [{name: public}]
  rules:
  - backendRefs:
    - {group: networking.istio.io, kind: ServiceEntry, name: pay, port: 443}
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: public}
spec:
  gatewayClassName: istio
  listeners: [{name: http, port: 80, protocol: HTTP}]
```

## Right
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: pay}
spec:
  parentRefs: [{name: public}]
  rules:
  - backendRefs:
    - {group: networking.istio.io, kind: Hostname, name: pay.example.com, port: 443}
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: public}
spec:
  gatewayClassName: istio
  listeners: [{name: http, port: 80, protocol: HTTP}]
```

## When it stays quiet
The route is attached to no Gateway of Istio or Cilium, or to one of another implementation too; backends of weight 0.
Istio sends requests to Services of type ExternalName.

## Fix safety
The group of a Service is mended; unsafe, since requests are sent to it then.
"""

from collections.abc import Iterator, Mapping

from service_mesh.mesh.gateway_classes import CILIUM, ISTIO
from service_mesh.mesh.route_references import ROUTES, Reference, backends
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Fix
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import SERVICE, Kind
from service_mesh.model.resource import Resource
from service_mesh.rules.gateway._implementations import IMPLEMENTATION_KINDS, implementations
from service_mesh.rules.rule import rule

_ELSEWHERE = frozenset({"ServiceImport", "InferencePool", "XBackend", "Backend"})
"""Kinds that some release of both takes, of several groups."""

_HOSTNAME = Kind("networking.istio.io", "Hostname")
_NAMES: Mapping[str, str] = {ISTIO: "Istio", CILIUM: "Cilium"}


@rule(
    "GW121",
    category=Category.REFERENCE,
    severity=Severity.ERROR,
    about=ROUTES,
    reads=(SERVICE, *IMPLEMENTATION_KINDS),
    needs=("backendRefs", "backendRef"),
    sources=(
        "istio/istio: pilot/pkg/config/kube/gateway/conversion.go",
        "cilium/cilium: operator/pkg/gateway-api/routechecks/route_checks.go",
        "https://github.com/cilium/cilium/issues/24495",
        "https://gateway-api.sigs.k8s.io/reference/spec/#backendobjectreference",
    ),
)
def backend_unsupported(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each backend of a kind, or a Service of a type, that gets no requests."""
    served_by = implementations(mesh, resource)
    if not served_by or not served_by <= _NAMES.keys():
        return
    for backend in backends(resource):
        weight = backend.node.get("weight")
        if not backend.name or (weight is not None and weight.number == 0):
            continue
        refusing = [_NAMES[name] for name in sorted(served_by) if not _takes(name, backend.kind)]
        if refusing:
            yield _unknown(backend, " and ".join(refusing))
        elif backend.kind == SERVICE and CILIUM in served_by:
            yield from _external(backend, mesh)


def _takes(name: str, kind: Kind) -> bool:
    return kind == SERVICE or kind.name in _ELSEWHERE or (name == ISTIO and kind == _HOSTNAME)


def _unknown(backend: Reference, who: str) -> Draft:
    group = backend.node.get("group")
    is_service = backend.kind.name == SERVICE.name and group is not None
    if group is not None and is_service:
        fix = Fix.replace(group, SERVICE.group, title="use the empty group of Services")
        message = f"the group of Services is empty, so {who} takes '{backend.kind}' for no Service and answers 500"
        return group.finding(message, fix=fix)
    node = backend.node.get("kind") or backend.node
    plural = "send" if " and " in who else "sends"
    return node.finding(f"{who} {plural} no requests to a backend of kind '{backend.kind}', so its share gets 500")


def _external(backend: Reference, mesh: MeshView) -> Iterator[Draft]:
    service = mesh.find(SERVICE, backend.namespace, backend.name, backend.node.resource.cluster)
    kind = service.get("spec.type") if service is not None else None
    if service is not None and kind is not None and kind.text == "ExternalName":
        message = f"Cilium finds no address for '{service.title}' of type ExternalName, so its share of requests fails"
        related = (kind.note("its type"),)
        yield backend.name_node.finding(message, related=related, severity=Severity.WARNING)
