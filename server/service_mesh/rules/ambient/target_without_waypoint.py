"""Policy targets something that no waypoint is in front of.

## Why it matters
A policy with `targetRefs` is enforced by the waypoint that serves its target, and by nothing else: sidecars and ztunnel
pass over it. Where no `istio.io/use-waypoint` sends the traffic through a waypoint, the policy is enforced nowhere.

## Wrong
```yaml
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio.io/dataplane-mode: ambient}}
---
apiVersion: v1
kind: Service
metadata: {name: cart, namespace: shop}
spec:
  ports:
  - {name: http, port: 80}
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: cart, namespace: shop}
spec:
  targetRefs:
  - {group: "", kind: Service, name: cart}
  action: DENY
  rules:
  - to:
    - operation: {paths: [/admin/*]}
```

## Right
```yaml
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio.io/dataplane-mode: ambient, istio.io/use-waypoint: waypoint}}
---
apiVersion: v1
kind: Service
metadata: {name: cart, namespace: shop}
spec:
  ports:
  - {name: http, port: 80}
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: cart, namespace: shop}
spec:
  targetRefs:
  - {group: "", kind: Service, name: cart}
  action: DENY
  rules:
  - to:
    - operation: {paths: [/admin/*]}
```

## When it stays quiet
A label of the target or of its namespace chooses a waypoint; whether that one exists is told at the label. The target
does not exist, which is told at the target. A Gateway that is no waypoint. If the namespace of the target is not
loaded, and for a waypoint if not everything is said to be loaded, the finding is reported as not checked.

## Fix safety
The label `istio.io/use-waypoint` can be added to a Service where its namespace has exactly one waypoint. Unsafe:
traffic takes another way, and policies are enforced.
"""

from collections.abc import Iterator

from service_mesh.mesh.namespaces import namespace_named
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import workloads
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Fix, Insert
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import (
    AUTHORIZATION_POLICY,
    GATEWAY_API_GATEWAY,
    NAMESPACE,
    REQUEST_AUTHENTICATION,
    SERVICE,
    SERVICE_ENTRY,
    TELEMETRY,
    WASM_PLUGIN,
    Kind,
)
from service_mesh.model.resource import Resource
from service_mesh.posture.istio.attachment import Target, targets
from service_mesh.posture.istio.waypoints import (
    WAYPOINT_KINDS,
    is_waypoint,
    namespace_waypoint,
    service_waypoint,
    waypoints,
    workload_waypoint,
)
from service_mesh.rules.rule import rule

_SERVED = (SERVICE, SERVICE_ENTRY)


@rule(
    "AM112",
    category=Category.SECURITY,
    severity=Severity.ERROR,
    about=(AUTHORIZATION_POLICY, REQUEST_AUTHENTICATION, TELEMETRY, WASM_PLUGIN),
    reads=WAYPOINT_KINDS,
    sources=(
        "istio/istio: pilot/pkg/model/policyattachment.go",
        "istio/istio: pilot/pkg/serviceregistry/ambient/waypoints.go",
        "https://istio.io/latest/docs/ambient/usage/waypoint/",
    ),
    upstream=("KIA0109", "KIA1110", "KIA1111", "KIA1112", "KIA1317"),
)
def target_without_waypoint(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each target of a policy that no waypoint serves."""
    for target in targets(resource):
        kind = Kind("", target.kind.name) if target.kind.group == "core" else target.kind
        found = mesh.find(kind, resource.namespace, target.name, resource.cluster) if kind in _READ else None
        if found is None or target.namespace != resource.namespace:
            continue
        if kind in _SERVED and service_waypoint(mesh, found) is None:
            yield _unserved(target, found, mesh)
        elif kind == GATEWAY_API_GATEWAY and is_waypoint(mesh, found) and found.key not in mesh.index(_used):
            message = f"no label sends traffic through waypoint '{found.name}', so it enforces nothing"
            yield target.node.finding(message, severity=Severity.WARNING, partial=not mesh.is_whole)


_READ = (*_SERVED, GATEWAY_API_GATEWAY)


def _unserved(target: Target, found: Resource, mesh: MeshView) -> Draft:
    known = waypoints(mesh, found.namespace, found.cluster)
    return target.node.finding(
        f"no waypoint is in front of {found.kind.name} '{found.name}', so the policy is enforced nowhere",
        fix=_labelled(found, known[0].name) if len(known) == 1 else None,
        severity=None
        if target.node.resource.kind in (AUTHORIZATION_POLICY, REQUEST_AUTHENTICATION)
        else Severity.WARNING,
        related=((found.get("metadata.labels") or found.root).note("chooses no waypoint"),),
        partial=namespace_named(mesh, found.namespace, found.cluster) is None,
    )


def _labelled(service: Resource, waypoint: str) -> Fix | None:
    labels, metadata = service.get("metadata.labels"), service.get("metadata")
    if metadata is None or (labels is not None and "istio.io/use-waypoint" in service.labels):
        return None
    title = f"use waypoint '{waypoint}'"
    if labels is not None and isinstance(labels.value, dict):
        return Fix(title, False, (Insert(service, labels.path, "istio.io/use-waypoint", waypoint),))
    return Fix(title, False, (Insert(service, metadata.path, "labels", {"istio.io/use-waypoint": waypoint}),))


def _used(mesh: MeshView) -> frozenset[object]:
    """Keys of the waypoints that some label chooses."""
    mesh.mark_read(*WAYPOINT_KINDS)
    uses = [namespace_waypoint(mesh, namespace) for namespace in mesh.of_kind(NAMESPACE)]
    uses += [service_waypoint(mesh, service) for kind in _SERVED for service in mesh.of_kind(kind)]
    uses += [workload_waypoint(mesh, workload) for workload in workloads(mesh)]
    return frozenset(use.gateway.key for use in uses if use is not None and use.gateway is not None)
