"""DENY rule about requests denies nothing in ambient mode.

## Why it matters
Without `targetRefs` ztunnel enforces the policy, and ztunnel sees connections, not requests. It takes the HTTP fields
out of the rule; what they leave empty never matches. `from` one source `to` some methods, the commonest way to write a
DENY, becomes a rule that matches nothing: the traffic that was to be refused flows. A sidecar does the opposite.

## Wrong
```yaml
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio.io/dataplane-mode: ambient}}
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: no-admin, namespace: shop}
spec:
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
metadata: {name: no-admin, namespace: shop}
spec:
  targetRefs:
  - {group: gateway.networking.k8s.io, kind: Gateway, name: waypoint}
  action: DENY
  rules:
  - to:
    - operation: {paths: [/admin/*]}
```

## When it stays quiet
The policy has targets. It selects nothing in ambient mode. A field about connections stands in the same source or
operation: then the rule is wider than written, which is another finding. It is a trial (`istio.io/dry-run`).

## Fix safety
`targetRefs` can be written where a waypoint is in front of the one service, or of all services of the namespace, that
the policy is for. Unsafe: requests are refused then.
"""

from collections.abc import Iterator

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


@rule(
    "AM106",
    category=Category.SECURITY,
    severity=Severity.ERROR,
    about=(AUTHORIZATION_POLICY,),
    where=somewhere_ambient,
    reads=REACH_KINDS,
    sources=(
        "istio/istio: pilot/pkg/serviceregistry/ambient/authorization.go",
        "istio/ztunnel: src/rbac.rs",
        "https://github.com/istio/istio/issues/61126",
    ),
    upstream=("KIA0109", "KIA0110", "KIA1317"),
)
def deny_lost_at_ztunnel(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each DENY rule of which nothing that matches is left at ztunnel."""
    if action_of(resource) != "DENY" or targets(resource) or dry_run(resource) is not None:
        return
    lost = [one for one in rules_at_ztunnel(resource) if one.effect is Effect.LOST]
    shown = reached(mesh, resource) if lost else ()
    for one in lost if shown else ():
        names = ", ".join(dict.fromkeys(f"'{_name(node.path[-1], node.text)}'" for node in one.dropped))
        message = f"denies nothing in ambient mode: ztunnel leaves out {names}, and nothing that matches remains"
        yield one.dropped[0].finding(message, fix=target_fix(mesh, resource), related=shown)


def _name(step: str | int, text: str) -> str:
    return text if step == "key" else str(step)
