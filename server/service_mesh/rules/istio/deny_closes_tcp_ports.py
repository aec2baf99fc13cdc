"""DENY by what only HTTP has closes the TCP ports of its workloads.

## Why it matters
On a port that is not HTTP the sidecar knows no methods, paths or tokens. It drops them from a DENY and applies the
rest, so that `methods: [DELETE]` on a database refuses every connection. istiod's webhook accepts the policy with a
warning.

## Wrong
```yaml
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: no-delete, namespace: shop}
spec:
  selector:
    matchLabels: {app: db}
  action: DENY
  rules:
  - to:
    - operation: {methods: [DELETE]}
---
apiVersion: v1
kind: Namespace
metadata:
  name: shop
  labels: {istio-injection: enabled}
---
apiVersion: v1
kind: Service
metadata: {name: db, namespace: shop}
spec:
  selector: {app: db}
  ports:
  - {name: tcp-db, port: 5432}
---
apiVersion: v1
kind: Pod
metadata:
  name: db
  namespace: shop
  labels: {app: db}
spec:
  containers:
  - {name: db, image: db}
```

## Right
```yaml
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: no-delete, namespace: shop}
spec:
  selector:
    matchLabels: {app: db}
  action: DENY
  rules:
  - to:
    - operation: {methods: [DELETE], ports: ["8080"]}
---
apiVersion: v1
kind: Namespace
metadata:
  name: shop
  labels: {istio-injection: enabled}
---
apiVersion: v1
kind: Service
metadata: {name: db, namespace: shop}
spec:
  selector: {app: db}
  ports:
  - {name: tcp-db, port: 5432}
---
apiVersion: v1
kind: Pod
metadata:
  name: db
  namespace: shop
  labels: {app: db}
spec:
  containers:
  - {name: db, image: db}
```

## When it stays quiet
No service port of a selected workload with a sidecar is declared as something else than HTTP; every operation names
ports. It is a trial (`istio.io/dry-run`). In ambient mode the outcome is another one, and other rules tell it.

## Fix safety
No fix is offered: which ports are meant has to be said.
"""

from collections.abc import Iterator
from typing import NamedTuple

from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import Workload
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import AUTHORIZATION_POLICY, SERVICE
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.istio.attachment import ATTACHMENT_KINDS, Point, point_of, selected_by, targets
from service_mesh.rules.istio._authorization import action, conditions, is_dry_run, operations, rules
from service_mesh.rules.istio._http_only import filled, http_fields, is_tcp, offered_ports, shown_fields
from service_mesh.rules.rule import rule

_PORTS = ("ports", "notPorts")
_MOST = 50
"""Workloads that are looked at for a TCP port."""


class _Closed(NamedTuple):
    """A port that is declared as no HTTP, and what it leads to."""

    port: Node
    workload: Workload


@rule(
    "IS211",
    category=Category.SECURITY,
    severity=Severity.WARNING,
    about=(AUTHORIZATION_POLICY,),
    reads=tuple(dict.fromkeys((SERVICE, *ATTACHMENT_KINDS))),
    sources=(
        "istio/istio: pilot/pkg/security/authz/model/model.go",
        "istio/istio: pkg/config/validation/validation.go",
        "https://istio.io/latest/docs/tasks/security/authorization/authz-tcp/",
    ),
    upstream=("IST0133",),
)
def deny_closes_tcp_ports(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each rule of a DENY of which nothing that limits it to ports or to HTTP is left on a TCP port."""
    if action(resource) != "DENY" or targets(resource) or is_dry_run(resource):
        return
    wide = [fields for fields in map(_vanishing, rules(resource)) if fields]
    closed = next(_closed(resource, mesh), None) if wide else None
    if closed is None:
        return
    number = closed.port.get("port")
    for fields in wide:
        message = (
            f"port {number.value if number else ''} of '{closed.workload.title}' is not HTTP, where the rule goes "
            f"without {shown_fields(fields)} and refuses connections"
        )
        yield fields[0].finding(message, related=(closed.port.note("is declared as something else than HTTP"),))


def _vanishing(rule_node: Node) -> list[Node]:
    """What vanishes from a rule on a TCP port, if nothing else says for which ports the rule is."""
    return [] if _is_limited(rule_node) else http_fields(rule_node)


def _is_limited(rule_node: Node) -> bool:
    """Whether a rule names its ports in every operation, or in a condition."""
    if any(key == "destination.port" for key, _ in conditions(rule_node)):
        return True
    found = list(operations(rule_node))
    return bool(found) and all(any(True for _ in filled(operation, _PORTS)) for operation in found)


def _closed(policy: Resource, mesh: MeshView) -> Iterator[_Closed]:
    for workload in selected_by(mesh, policy)[:_MOST]:
        if point_of(mesh, workload) is Point.SIDECAR:
            yield from (_Closed(port, workload) for port in offered_ports(mesh, workload) if is_tcp(port))
