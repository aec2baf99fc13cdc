"""Rule about requests refuses more, or less, than it says in ambient mode.

## Why it matters
Without `targetRefs` ztunnel enforces the policy, and ztunnel knows connections only. An ALLOW rule with an HTTP field
is taken out as a whole, so what it was to let in is refused. A DENY rule loses the field and keeps the rest: with ports
and methods in one operation the port is closed for every method.

## Wrong
```yaml
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio.io/dataplane-mode: ambient}}
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: read, namespace: shop}
spec:
  action: ALLOW
  rules:
  - to:
    - operation: {methods: [GET]}
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
metadata: {name: read, namespace: shop}
spec:
  targetRefs:
  - {group: gateway.networking.k8s.io, kind: Gateway, name: waypoint}
  action: ALLOW
  rules:
  - to:
    - operation: {methods: [GET]}
```

## When it stays quiet
The policy has targets. It selects nothing in ambient mode. Nothing of a DENY rule is left, which is another finding. It
is a trial (`istio.io/dry-run`).

## Fix safety
`targetRefs` can be written where a waypoint is in front of the one service, or of all services of the namespace, that
the policy is for. Unsafe: other requests are let in and refused then.
"""

from collections.abc import Iterator, Mapping

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import AUTHORIZATION_POLICY
from service_mesh.model.resource import Resource
from service_mesh.posture.istio.attachment import targets
from service_mesh.posture.istio.ztunnel import Effect, action_of, dry_run, rules_at_ztunnel
from service_mesh.rules.ambient._reach import REACH_KINDS, reached, somewhere_ambient
from service_mesh.rules.ambient._targets import target_fix
from service_mesh.rules.rule import rule

_TOLD: Mapping[tuple[str, Effect], str] = {
    ("ALLOW", Effect.LOST): "ztunnel takes the whole rule out, so in ambient mode what it allows is refused",
    ("DENY", Effect.WIDENED): "ztunnel leaves this field out, so in ambient mode the rule denies more than it says",
    (
        "DENY",
        Effect.NARROWED,
    ): "ztunnel passes over this alternative, so in ambient mode the rule denies less than it says",
}


@rule(
    "AM107",
    category=Category.SECURITY,
    severity=Severity.WARNING,
    about=(AUTHORIZATION_POLICY,),
    where=somewhere_ambient,
    reads=REACH_KINDS,
    sources=(
        "istio/istio: pilot/pkg/serviceregistry/ambient/authorization.go",
        "istio/ztunnel: src/rbac.rs",
        "https://istio.io/latest/docs/ambient/usage/l4-policy/",
    ),
    upstream=("KIA0109", "KIA0110", "KIA1317"),
)
def rule_changed_at_ztunnel(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each rule that ztunnel enforces otherwise than written."""
    if targets(resource) or dry_run(resource) is not None:
        return
    shown, action = reached(mesh, resource), action_of(resource)
    for one in rules_at_ztunnel(resource) if shown else ():
        message = _TOLD.get((action, one.effect))
        if message is not None:
            yield one.dropped[0].finding(message, fix=target_fix(mesh, resource), related=shown)
