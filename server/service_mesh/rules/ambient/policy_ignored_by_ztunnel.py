"""Policy is one that ztunnel does not enforce at all.

## Why it matters
ztunnel knows ALLOW and DENY. istiod does not send it policies with the actions CUSTOM and AUDIT, nor trials
(`istio.io/dry-run`) unless told to: requests that an external authorizer was to decide about are let in, and a trial
logs nothing.

## Wrong
```yaml
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio.io/dataplane-mode: ambient}}
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: ask, namespace: shop}
spec:
  action: CUSTOM
  provider: {name: opa}
  rules:
  - {}
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
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: ask, namespace: shop}
spec:
  targetRefs:
  - {group: gateway.networking.k8s.io, kind: Gateway, name: waypoint}
  action: CUSTOM
  provider: {name: opa}
  rules:
  - {}
```

## When it stays quiet
The policy has targets. It selects nothing in ambient mode. istiod runs with
`AMBIENT_ENABLE_DRY_RUN_AUTHORIZATION_POLICY`, for trials.

## Fix safety
`targetRefs` can be written where a waypoint is in front of the one service, or of all services of the namespace, that
the policy is for. Unsafe: the policy is enforced then.
"""

from collections.abc import Iterator

from service_mesh.mesh.mesh_config import mesh_config
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import AUTHORIZATION_POLICY
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.istio.attachment import targets
from service_mesh.posture.istio.ztunnel import DRY_RUN, action_of, dry_run
from service_mesh.rules.ambient._reach import REACH_KINDS, reached
from service_mesh.rules.ambient._targets import target_fix
from service_mesh.rules.rule import rule

_FLAG = "AMBIENT_ENABLE_DRY_RUN_AUTHORIZATION_POLICY"


@rule(
    "AM108",
    category=Category.SECURITY,
    severity=Severity.ERROR,
    about=(AUTHORIZATION_POLICY,),
    reads=REACH_KINDS,
    sources=(
        "istio/istio: pilot/pkg/serviceregistry/ambient/authorization.go",
        "istio/istio: pilot/pkg/features/ambient.go",
        "https://istio.io/latest/docs/ambient/usage/l4-policy/",
    ),
    upstream=("KIA0109", "KIA0110", "KIA1317"),
)
def policy_ignored_by_ztunnel(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report the action or the annotation for which istiod keeps a policy from ztunnel."""
    told = None if targets(resource) else _told(mesh, resource)
    shown = reached(mesh, resource) if told is not None else ()
    if told is not None and shown:
        node, message, severity = told
        yield node.finding(message, severity=severity, fix=target_fix(mesh, resource), related=shown)


def _told(mesh: MeshView, policy: Resource) -> tuple[Node, str, Severity | None] | None:
    action, trial = policy.get("spec.action"), dry_run(policy)
    name = action_of(policy)
    if action is not None and name == "CUSTOM":
        return action, "no external authorizer is asked in ambient mode: ztunnel does not get CUSTOM policies", None
    if action is not None and name == "AUDIT":
        return action, "nothing is audited in ambient mode: ztunnel does not get AUDIT policies", Severity.WARNING
    if trial is not None and not mesh_config(mesh, policy.cluster).flag(_FLAG, default=False):
        message = f"'{DRY_RUN}' keeps the policy from ztunnel, so in ambient mode it is neither enforced nor logged"
        return trial, message, Severity.WARNING
    return None
