"""RequestAuthentication checks no token in ambient mode.

## Why it matters
ztunnel sees no requests, and a waypoint takes only what targets it or what it serves. Without `targetRefs` nobody
checks tokens for workloads in ambient mode: invalid ones are let in, and rules about `requestPrincipals` never match.

## Wrong
```yaml
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio.io/dataplane-mode: ambient}}
---
apiVersion: security.istio.io/v1
kind: RequestAuthentication
metadata: {name: users, namespace: shop}
spec:
  jwtRules:
  - {issuer: "https://id.example.com", jwksUri: "https://id.example.com/keys"}
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
kind: RequestAuthentication
metadata: {name: users, namespace: shop}
spec:
  targetRefs:
  - {group: gateway.networking.k8s.io, kind: Gateway, name: waypoint}
  jwtRules:
  - {issuer: "https://id.example.com", jwksUri: "https://id.example.com/keys"}
```

## When it stays quiet
The object has targets, or nothing it selects is in ambient mode. In the root namespace it counts for gateways, so it is
reported there only with labels that choose workloads in ambient mode.

## Fix safety
`targetRefs` can be written where a waypoint is in front of the one service, or of all services of the namespace, that
the object is for. Unsafe: requests with invalid tokens are refused then.
"""

from collections.abc import Iterator

from service_mesh.mesh.selection import policy_selector
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import REQUEST_AUTHENTICATION
from service_mesh.model.resource import Resource
from service_mesh.posture.istio.attachment import namespace_of_scope, targets
from service_mesh.rules.ambient._reach import REACH_KINDS, reached, somewhere_ambient
from service_mesh.rules.ambient._targets import target_fix
from service_mesh.rules.rule import rule


@rule(
    "AM116",
    category=Category.SECURITY,
    severity=Severity.ERROR,
    about=(REQUEST_AUTHENTICATION,),
    where=somewhere_ambient,
    reads=REACH_KINDS,
    sources=(
        "istio/istio: pilot/pkg/model/policyattachment.go",
        "https://istio.io/latest/docs/ambient/usage/l7-features/",
        "kiali/kiali: business/checkers/ambient_policy_checker.go",
    ),
    upstream=("KIA1110", "KIA1115"),
)
def tokens_not_checked_in_ambient(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report an object without targets for something in ambient mode."""
    rules = resource.get("spec.jwtRules")
    is_wide = namespace_of_scope(mesh, resource) is None and policy_selector(resource).is_empty
    if rules is None or not rules.items or targets(resource) or is_wide:
        return
    shown = reached(mesh, resource, attached=False)
    if shown:
        message = (
            "no token is checked in ambient mode: ztunnel sees no requests, and a waypoint takes only 'targetRefs'"
        )
        yield (resource.get("spec.selector") or rules).finding(message, fix=target_fix(mesh, resource), related=shown)
