"""Service port does not say its protocol.

## Why it matters
The sidecar has to detect from the first bytes whether a connection is HTTP. Protocols in which the server speaks first
are delayed until the detection times out, HTTP routing and metrics depend on the detection, and gateways treat the port
as plain TCP or HTTP without being told.

## Wrong
```yaml
apiVersion: v1
kind: Namespace
metadata:
  name: shop
  labels: {istio-injection: enabled}
---
apiVersion: v1
kind: Service
metadata: {name: reviews, namespace: shop}
spec:
  ports:
  - name: web
    port: 9080
```

## Right
```yaml
apiVersion: v1
kind: Namespace
metadata:
  name: shop
  labels: {istio-injection: enabled}
---
apiVersion: v1
kind: Service
metadata: {name: reviews, namespace: shop}
spec:
  ports:
  - name: http-web
    port: 9080
```

## When it stays quiet
What is behind the service is known not to be in the mesh, or nothing of it is loaded and its Namespace is, without a
label that puts pods there; system namespaces; UDP; an `appProtocol` or a name that begins with a protocol; the ports
25, 53, 3306 and 27017, which are TCP by default; ExternalName services, which are reported for their own sake;
services that Istio makes for gateways and waypoints, and those of gateways, whose protocols the Gateway says; input
without anything of Istio's. Where membership in the mesh is not known, the finding is reported as not checked. An
unknown `appProtocol` hides the name and is a finding too.

## Fix safety
No fix is offered: the protocol is not known.
"""

from collections.abc import Iterator
from enum import Enum

from service_mesh.mesh.presence import PRESENCE_KINDS, has_istio
from service_mesh.mesh.selection import workloads_of
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import GATEWAY, SERVICE
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.istio.attachment import is_gateway_workload
from service_mesh.posture.istio.enrolment import ENROLMENT_KINDS, Enrolled, enrolment
from service_mesh.posture.istio.namespaces import namespace_enrolment
from service_mesh.posture.istio.protocols import has_known_protocol
from service_mesh.rules.rule import rule

_SYSTEM = frozenset({"kube-system", "kube-public", "kube-node-lease", "local-path-storage", "istio-system"})
_MANAGED = "gateway.istio.io/managed"


class _Member(Enum):
    """Whether a service is one of the mesh."""

    YES = "yes"
    NO = "no"
    MAYBE = "maybe"


@rule(
    "IS110",
    category=Category.HYGIENE,
    severity=Severity.INFO,
    about=(SERVICE,),
    reads=tuple(dict.fromkeys((*ENROLMENT_KINDS, GATEWAY, *PRESENCE_KINDS))),
    sources=(
        "istio/istio: pkg/config/kube/conversion.go",
        "https://istio.io/latest/docs/ops/configuration/traffic-management/protocol-selection/",
    ),
    upstream=("IST0118", "KIA0601", "KIA0602"),
)
def port_name_without_protocol(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each TCP port of a service in the mesh whose protocol has to be detected."""
    if resource.namespace in _SYSTEM or _is_external(resource) or _MANAGED in resource.labels:
        return
    silent = [port for port in resource.each("spec.ports[]") if not has_known_protocol(port) and _number(port)]
    member = _member(resource, mesh) if silent else _Member.NO
    if member is _Member.NO or (member is _Member.MAYBE and not has_istio(mesh)):
        return
    for port in silent:
        message = f"port {_number(port)} {_named(port)}, so its protocol is detected per connection"
        yield _shown(port).finding(message, partial=member is _Member.MAYBE)


def _member(resource: Resource, mesh: MeshView) -> _Member:
    behind = workloads_of(mesh, resource)
    if behind and all(is_gateway_workload(mesh, workload) for workload in behind):
        return _Member.NO
    modes = {enrolment(mesh, workload).mode for workload in behind}
    if not modes:
        modes = {namespace_enrolment(mesh, resource.namespace, resource.cluster).mode}
    if modes & {Enrolled.SIDECAR, Enrolled.AMBIENT}:
        return _Member.YES
    return _Member.MAYBE if Enrolled.UNKNOWN in modes else _Member.NO


def _named(port: Node) -> str:
    said, name = port.get("appProtocol"), port.get("name")
    if said is not None and said.text:
        return f"has the unknown 'appProtocol' '{said.text}'"
    if name is not None and name.text:
        return f"'{name.text}' does not say its protocol"
    return "without a name does not say its protocol"


def _shown(port: Node) -> Node:
    said, name = port.get("appProtocol"), port.get("name")
    if said is not None and said.text:
        return said
    return name if name is not None and name.text else port.get("port") or port


def _number(port: Node) -> int | float | None:
    number = port.get("port")
    return number.number if number is not None else None


def _is_external(service: Resource) -> bool:
    kind = service.get("spec.type")
    return kind is not None and kind.value == "ExternalName"
