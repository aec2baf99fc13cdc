"""ALLOW policy leaves out the waypoint that the traffic comes from.

## Why it matters
Behind a waypoint the connection to the pod comes from the waypoint, with the waypoint's identity. A policy without
`targetRefs` is enforced there, at the pod's ztunnel: where it lists the clients and not the waypoint, everything that
takes the intended way is refused, and only what bypasses the waypoint gets in.

## Wrong
```yaml
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio.io/dataplane-mode: ambient, istio.io/use-waypoint: waypoint}}
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: waypoint, namespace: shop}
spec:
  gatewayClassName: istio-waypoint
  listeners:
  - {name: mesh, port: 15008, protocol: HBONE}
---
apiVersion: v1
kind: Service
metadata: {name: cart, namespace: shop}
spec:
  selector: {app: cart}
  ports:
  - {name: http, port: 80}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: cart, namespace: shop}
spec:
  selector: {matchLabels: {app: cart}}
  template:
    metadata: {labels: {app: cart}}
    spec: {containers: [{name: cart, image: example.com/cart:1}]}
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: cart, namespace: shop}
spec:
  selector: {matchLabels: {app: cart}}
  rules:
  - from:
    - source: {principals: [cluster.local/ns/shop/sa/web]}
```

## Right
```yaml
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio.io/dataplane-mode: ambient, istio.io/use-waypoint: waypoint}}
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: waypoint, namespace: shop}
spec:
  gatewayClassName: istio-waypoint
  listeners:
  - {name: mesh, port: 15008, protocol: HBONE}
---
apiVersion: v1
kind: Service
metadata: {name: cart, namespace: shop}
spec:
  selector: {app: cart}
  ports:
  - {name: http, port: 80}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: cart, namespace: shop}
spec:
  selector: {matchLabels: {app: cart}}
  template:
    metadata: {labels: {app: cart}}
    spec: {containers: [{name: cart, image: example.com/cart:1}]}
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: cart, namespace: shop}
spec:
  selector: {matchLabels: {app: cart}}
  rules:
  - from:
    - source: {principals: [cluster.local/ns/shop/sa/waypoint]}
```

## When it stays quiet
A rule of any ALLOW policy for these pods lets the waypoint in. The waypoint is not loaded or does not serve the pods.
The policy has no rules: it closes on purpose, and others open. istiod adds such a rule itself
(`PILOT_AUTO_ALLOW_WAYPOINT_POLICY`).

## Fix safety
There is no fix: whether clients are to be named at the waypoint instead is a decision.
"""

from collections.abc import Iterator

from service_mesh.mesh.mesh_config import mesh_config
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import Workload
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import AUTHORIZATION_POLICY
from service_mesh.model.resource import Resource
from service_mesh.posture.istio.attachment import policies_selecting, targets
from service_mesh.posture.istio.waypoints import WaypointUse
from service_mesh.posture.istio.ztunnel import Effect, action_of, dry_run, rules_at_ztunnel
from service_mesh.rules.ambient._identity import Identity, may_admit
from service_mesh.rules.ambient._reach import (
    REACH_KINDS,
    reached,
    reached_workloads,
    somewhere_ambient,
    waypoint_before,
)
from service_mesh.rules.rule import rule

_FLAG = "PILOT_AUTO_ALLOW_WAYPOINT_POLICY"
_ACCOUNT = "gateway.istio.io/service-account"
_MOST = 200
"""Workloads that are looked at for one policy."""


@rule(
    "AM111",
    category=Category.TRAFFIC,
    severity=Severity.WARNING,
    about=(AUTHORIZATION_POLICY,),
    where=somewhere_ambient,
    reads=REACH_KINDS,
    sources=(
        "https://istio.io/latest/docs/ambient/usage/l4-policy/#considerations-when-using-waypoints",
        "istio/ztunnel: src/proxy/inbound.rs",
        "istio/istio: pilot/pkg/features/ambient.go",
    ),
)
def allow_without_waypoint(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report the rules of a policy where no ALLOW policy for the same pods lets their waypoint in."""
    rules = resource.get("spec.rules")
    if rules is None or not _is_enforced_allow(resource) or not rules.items or not reached(mesh, resource):
        return
    if mesh_config(mesh, resource.cluster).flag(_FLAG, default=False):
        return
    for workload in reached_workloads(mesh, resource)[:_MOST]:
        use = waypoint_before(mesh, workload)
        if use is not None and not mesh.once(_is_let_in, (workload, use)):
            message = (
                f"waypoint '{use.namespace}/{use.name}' is not let in, "
                f"so what reaches '{workload.title}' through it is refused"
            )
            yield rules.finding(message, related=(use.node.note("sends the traffic through the waypoint"),))
            return


def _is_enforced_allow(policy: Resource) -> bool:
    return action_of(policy) == "ALLOW" and not targets(policy) and dry_run(policy) is None


def _is_let_in(mesh: MeshView, asked: tuple[Workload, WaypointUse]) -> bool:
    workload, use = asked
    domain = mesh_config(mesh, workload.cluster).trust_domain
    account = use.gateway.annotations.get(_ACCOUNT) if use.gateway is not None else None
    caller = Identity(domain, use.namespace, account if isinstance(account, str) and account else use.name)
    return any(
        may_admit(one.node, caller)
        for policy in policies_selecting(mesh, AUTHORIZATION_POLICY, workload)
        if _is_enforced_allow(policy)
        for one in rules_at_ztunnel(policy)
        if one.effect is Effect.KEPT
    )
