"""Default inbound policy is one that does not exist.

## Why it matters
The annotation is passed over with a line in a log, and the policy of the cluster counts, which lets in everybody unless
Linkerd was installed otherwise. `config.linkerd.io/default-inbound-policy` takes `deny`, `audit` and the four of `all-`
or `cluster-` with `authenticated` or `unauthenticated`, in lower case; `audit` came with Linkerd 2.16.

## Wrong
```yaml
apiVersion: v1
kind: Namespace
metadata:
  name: shop
  annotations: {linkerd.io/inject: enabled, config.linkerd.io/default-inbound-policy: deny-all}
```

## Right
```yaml
apiVersion: v1
kind: Namespace
metadata:
  name: shop
  annotations: {linkerd.io/inject: enabled, config.linkerd.io/default-inbound-policy: deny}
```

## When it stays quiet
A known value; the annotation on an object where nobody reads it, which has a rule of its own.

## Fix safety
The nearest known value is offered; unsafe, because it decides who may connect.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import WORKLOAD_KINDS, workload_of
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Fix
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import NAMESPACE
from service_mesh.model.names import nearest
from service_mesh.model.resource import Resource
from service_mesh.posture.linkerd.policy import DEFAULT_POLICY, InboundPolicy, parsed_policy
from service_mesh.posture.linkerd.settings import annotation
from service_mesh.rules.linkerd._policies import MADE_OF_PODS
from service_mesh.rules.rule import rule

_POLICIES = tuple(policy.value for policy in InboundPolicy if policy is not InboundPolicy.UNKNOWN)


@rule(
    "LD155",
    category=Category.SECURITY,
    severity=Severity.WARNING,
    about=(NAMESPACE, *MADE_OF_PODS),
    reads=tuple(kind for kind in WORKLOAD_KINDS if kind not in MADE_OF_PODS),
    needs=("annotations",),
    sources=(
        "linkerd/linkerd2: policy-controller/k8s/index/src/defaults.rs",
        "linkerd/linkerd2: policy-controller/k8s/index/src/inbound/workload.rs",
        "linkerd/linkerd2: pkg/inject/inject.go",
        "https://linkerd.io/2/reference/authorization-policy/#default-policy",
    ),
)
def default_policy_unknown(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report an annotation whose value the release judged by does not know."""
    workload = None if resource.kind == NAMESPACE else workload_of(mesh, resource)
    if resource.kind != NAMESPACE and (workload is None or workload.resource is not resource):
        return
    node = annotation(workload.template if workload is not None else resource.root, DEFAULT_POLICY)
    if node is None or not isinstance(node.value, str) or parsed_policy(mesh, node.text) is not None:
        return
    near = nearest(node.text, _POLICIES, unique=True) or next((one for one in _POLICIES if one in node.text), None)
    fix = Fix.replace(node, near) if near is not None and near != node.text else None
    yield node.finding(f"default policy '{node.text[:60]}' does not exist, so that of the cluster counts", fix=fix)
