"""AuthorizationPolicy with action AUDIT neither allows nor denies.

## Why it matters
AUDIT marks matching requests for a plugin that writes them down; without such a plugin it does nothing at all. It is
not a trial run of a DENY or an ALLOW.

## Wrong
```yaml
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: admin, namespace: shop}
spec:
  action: AUDIT
  rules:
  - to:
    - operation: {paths: [/admin*]}
```

## Right
```yaml
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata:
  name: admin
  namespace: shop
  annotations: {istio.io/dry-run: "true"}
spec:
  action: DENY
  rules:
  - to:
    - operation: {paths: [/admin*]}
```

## When it stays quiet
Any other action. It is info, because a plugin that audits cannot be seen in the objects.

## Fix safety
No fix is offered: whether a trial or an audit is meant is not known.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import AUTHORIZATION_POLICY
from service_mesh.model.resource import Resource
from service_mesh.rules.istio._authorization import action
from service_mesh.rules.rule import rule


@rule(
    "IS218",
    category=Category.SECURITY,
    severity=Severity.INFO,
    about=(AUTHORIZATION_POLICY,),
    sources=(
        "istio/istio: pilot/pkg/security/authz/builder/builder.go",
        "https://istio.io/latest/docs/reference/config/security/authorization-policy/#AuthorizationPolicy-Action",
        "https://istio.io/latest/docs/tasks/security/authorization/authz-dry-run/",
    ),
)
def audit_changes_nothing(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # no lookup is needed
    """Report the action AUDIT."""
    node = resource.get("spec.action")
    if node is not None and action(resource) == "AUDIT":
        yield node.finding("action AUDIT lets every request through and only marks it for a plugin that audits")
