"""Server has an access policy that does not exist.

## Why it matters
The admission webhook refuses the object. Its CRD takes any text, so only the webhook says so. What is known: `deny`,
which is meant where nothing is written, `audit`, and the four of `all-` or `cluster-` with `authenticated` or
`unauthenticated`.

## Wrong
```yaml
apiVersion: policy.linkerd.io/v1beta3
kind: Server
metadata: {name: cart, namespace: shop}
spec:
  podSelector: {}
  port: 8080
  accessPolicy: allow
```

## Right
```yaml
apiVersion: policy.linkerd.io/v1beta3
kind: Server
metadata: {name: cart, namespace: shop}
spec:
  podSelector: {}
  port: 8080
  accessPolicy: all-authenticated
```

## When it stays quiet
A known value, or none. How well the policy suits is another question.

## Fix safety
The nearest known value is offered; unsafe, because it decides who may connect.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Fix
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import LINKERD_SERVER
from service_mesh.model.names import nearest
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule

_POLICIES = (
    "all-authenticated",
    "all-unauthenticated",
    "audit",
    "cluster-authenticated",
    "cluster-unauthenticated",
    "deny",
)


@rule(
    "LD109",
    category=Category.SCHEMA,
    severity=Severity.ERROR,
    about=(LINKERD_SERVER,),
    sources=(
        "linkerd/linkerd2: policy-controller/runtime/src/admission.rs",
        "linkerd/linkerd2: policy-controller/k8s/index/src/defaults.rs",
        "https://linkerd.io/2/reference/authorization-policy/#server",
    ),
)
def server_access_policy_unknown(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report an access policy that is none of the six."""
    policy = resource.get("spec.accessPolicy")
    if policy is not None and isinstance(policy.value, str) and policy.value not in _POLICIES:
        near = nearest(policy.value, _POLICIES, unique=True)
        message = f"access policy '{policy.value[:80]}' does not exist"
        yield policy.finding(message, fix=Fix.replace(policy, near) if near else None)
