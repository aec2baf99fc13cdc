"""Two services lead to one port of a workload and disagree about it.

## Why it matters
The sidecar treats a port in one way, that of the service it comes upon first; the rest is dropped. If one service says
HTTP and the other TCP, either plain TCP is parsed as HTTP and broken, or routes, metrics and policies for HTTP are
missing, and which of the two it is changes with the age of the services.

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
  selector: {app: reviews}
  ports:
  - {name: http, port: 9080}
---
apiVersion: v1
kind: Service
metadata: {name: reviews-raw, namespace: shop}
spec:
  selector: {app: reviews}
  ports:
  - {name: tcp, port: 9080}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: reviews, namespace: shop}
spec:
  selector:
    matchLabels: {app: reviews}
  template:
    metadata:
      labels: {app: reviews}
    spec:
      containers:
      - {name: reviews, image: example.com/reviews:1}
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
  selector: {app: reviews}
  ports:
  - {name: http, port: 9080}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: reviews, namespace: shop}
spec:
  selector:
    matchLabels: {app: reviews}
  template:
    metadata:
      labels: {app: reviews}
    spec:
      containers:
      - {name: reviews, image: example.com/reviews:1}
```

## When it stays quiet
The workload runs no sidecar. TCP and UDP beside each other, one port of one service, and a service that leaves the
protocol to detection are no disagreement. Services that agree about the protocol and differ only in their own port are
a remark: traffic flows, and only one of them appears in the server's metrics. Every kind of pod template is looked at.
Where it is not known whether a sidecar runs, the finding is reported as not checked.

## Fix safety
No fix is offered: which protocol is right is not known.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from service_mesh.mesh.ports import port_number, target_number
from service_mesh.mesh.selection import services_of
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import Workload, workload_of
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import SERVICE, WORKLOADS
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.istio.enrolment import ENROLMENT_KINDS, Enrolled, enrolment
from service_mesh.posture.istio.protocols import HTTP, NO_TCP, protocol_of
from service_mesh.rules.rule import rule

_MOST = 20
"""Services of one workload that are compared."""


@dataclass(frozen=True, slots=True)
class _Claim:
    """A service's port that leads to a port of the workload."""

    service: Resource
    port: Node

    @property
    def is_http(self) -> bool | None:
        """Whether requests are routed; None where the protocol is detected."""
        protocol = protocol_of(self.port)
        return protocol in HTTP if protocol else None


@rule(
    "IS160",
    category=Category.CONFLICT,
    severity=Severity.ERROR,
    about=tuple(sorted(WORKLOADS)),
    reads=(SERVICE, *(kind for kind in ENROLMENT_KINDS if kind not in WORKLOADS)),
    sources=(
        "istio/istio: pilot/pkg/networking/core/listener_inbound.go",
        "istio/istio: pkg/config/analysis/analyzers/deployment/services.go",
        "https://istio.io/latest/docs/ops/deployment/application-requirements/",
    ),
    upstream=("IST0116", "IST0137"),
)
def target_port_shared(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each port of a workload that several services describe differently."""
    workload = workload_of(mesh, resource)
    if workload is None or workload.resource is not resource:
        return
    services = services_of(mesh, workload)[:_MOST]
    mode = enrolment(mesh, workload).mode
    if len(services) > 1 and mode in (Enrolled.SIDECAR, Enrolled.UNKNOWN):
        for target, claims in _claims(services, workload).items():
            draft = _judged(workload, target, claims, partial=mode is Enrolled.UNKNOWN)
            if draft is not None:
                yield draft


def _claims(services: tuple[Resource, ...], workload: Workload) -> dict[int, list[_Claim]]:
    found: dict[int, list[_Claim]] = {}
    for service in services:
        for port in service.each("spec.ports[]"):
            target = target_number(port, workload)
            if target is not None and protocol_of(port) not in NO_TCP:
                found.setdefault(target, []).append(_Claim(service, port))
    return found


def _judged(workload: Workload, target: int, claims: list[_Claim], *, partial: bool) -> Draft | None:
    first = claims[0]
    others = [claim for claim in claims if claim.service is not first.service]
    rival = next((c for c in others if None not in (c.is_http, first.is_http) and c.is_http != first.is_http), None)
    if rival is not None:
        what = f"{_said(first)} and {_said(rival)}: only the one that the sidecar comes upon first counts"
        return _draft(workload, target, first, rival, what, severity=None, partial=partial)
    other = next((c for c in others if port_number(c.port) != port_number(first.port)), None)
    if other is None:
        return None
    what = f"{_reached(first)} and {_reached(other)}, and only one of them shows in the server's metrics"
    return _draft(workload, target, first, other, what, severity=Severity.INFO, partial=partial)


def _draft(
    workload: Workload,
    target: int,
    first: _Claim,
    second: _Claim,
    what: str,
    *,
    severity: Severity | None,
    partial: bool,
) -> Draft:
    notes = tuple(claim.port.note("leads to the port") for claim in (first, second))
    message = f"port {target} is {what}"
    return workload.labels_node.finding(message, related=notes, severity=severity, partial=partial)


def _said(claim: _Claim) -> str:
    return f"'{protocol_of(claim.port)}' for '{claim.service.title}'"


def _reached(claim: _Claim) -> str:
    return f"reached by port {port_number(claim.port)} of '{claim.service.title}'"
