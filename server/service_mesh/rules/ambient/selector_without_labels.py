"""Empty selector attaches a policy to nothing in ambient mode.

## Why it matters
To a sidecar `selector: {}` is the same as none. istiod makes a policy for chosen workloads of it, with no labels to
choose by, and attaches it to no workload: ztunnel enforces nothing.

## Wrong
```yaml
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio.io/dataplane-mode: ambient}}
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: closed, namespace: shop}
spec:
  selector: {}
  action: DENY
  rules:
  - {}
```

## Right
```yaml
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio.io/dataplane-mode: ambient}}
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: closed, namespace: shop}
spec:
  action: DENY
  rules:
  - {}
```

## When it stays quiet
The selector is absent or has labels; nothing in reach is in ambient mode; the action is one that ztunnel does not know.

## Fix safety
The empty selector can be removed. Unsafe: the policy is enforced for the whole namespace then.
"""

from collections.abc import Iterator

from service_mesh.mesh.selection import policy_selector
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Fix
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import AUTHORIZATION_POLICY
from service_mesh.model.resource import Resource
from service_mesh.posture.istio.attachment import targets
from service_mesh.posture.istio.ztunnel import action_of, dry_run
from service_mesh.rules.ambient._reach import REACH_KINDS, reached
from service_mesh.rules.rule import rule


@rule(
    "AM109",
    category=Category.SECURITY,
    severity=Severity.ERROR,
    about=(AUTHORIZATION_POLICY,),
    reads=REACH_KINDS,
    sources=(
        "istio/istio: pilot/pkg/serviceregistry/ambient/authorization.go",
        "istio/istio: pilot/pkg/serviceregistry/ambient/workloads.go",
    ),
)
def selector_without_labels(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report the empty selector of a policy for something in ambient mode."""
    selector = resource.get("spec.selector")
    if selector is None or not isinstance(selector.value, dict) or not policy_selector(resource).is_empty:
        return
    if targets(resource) or action_of(resource) not in ("ALLOW", "DENY") or dry_run(resource) is not None:
        return
    shown = reached(mesh, resource, attached=False)
    if shown:
        message = "a selector without labels attaches the policy to no workload in ambient mode"
        yield selector.finding(message, fix=Fix.remove(selector, title="remove the empty selector"), related=shown)
