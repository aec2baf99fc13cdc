"""Security policy targets something that it cannot be attached to.

## Why it matters
Policies attach by name to a Gateway, a Service, a ServiceEntry or the class of waypoints, each since a certain release.
Another kind is refused by istiod's webhook; a class outside the root namespace and a name that does not exist are
accepted and enforced nowhere.

## Wrong
```yaml
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: cart, namespace: shop}
spec:
  targetRefs:
  - {group: apps, kind: Deployment, name: cart}
  rules:
  - to:
    - operation: {methods: [GET]}
```

## Right
```yaml
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: cart, namespace: shop}
spec:
  targetRefs:
  - {group: "", kind: Service, name: cart}
  rules:
  - to:
    - operation: {methods: [GET]}
---
apiVersion: v1
kind: Service
metadata: {name: cart, namespace: shop}
spec:
  ports:
  - {name: http, port: 80}
```

## When it stays quiet
Kinds that the judged release of Istio takes: Gateway, Service from 1.22, ServiceEntry from 1.24, GatewayClass from
1.26; in 1.23 and 1.24 the definition itself refuses other ones. A group that is left out is the core group. In a
namespace that is not loaded as a whole, a missing name is reported as not checked.

## Fix safety
Offered for the group of a Gateway that is left out or wrong, and when exactly one object of the kind has a near name;
unsafe, because the policy starts to work.
"""

import re
from collections.abc import Iterator

from service_mesh.mesh.installation import INSTALLATION_KINDS
from service_mesh.mesh.mesh_config import root_namespace
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Fix, Insert
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import (
    AUTHORIZATION_POLICY,
    GATEWAY_API_GATEWAY,
    GATEWAY_CLASS,
    REQUEST_AUTHENTICATION,
    SERVICE,
    SERVICE_ENTRY,
    Kind,
)
from service_mesh.model.names import nearest
from service_mesh.model.resource import Resource
from service_mesh.posture.istio.attachment import Target, targets
from service_mesh.rules.rule import rule

_SINCE = {GATEWAY_API_GATEWAY: (1, 20), SERVICE: (1, 22), SERVICE_ENTRY: (1, 24), GATEWAY_CLASS: (1, 26)}
_LISTS_SINCE = (1, 22)
"""The release since which `targetRefs` is a field; before, the field itself is a fault."""
_BY_DEFINITION = ((1, 23), (1, 25))
"""From which release until before which the definition itself refuses other kinds."""

_CORE = ("", "core")
_KIND = re.compile(r"[a-zA-Z](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?")
"""The form of a kind; what has another one is refused by the definition already."""


@rule(
    "IS222",
    category=Category.REFERENCE,
    severity=Severity.ERROR,
    about=(AUTHORIZATION_POLICY, REQUEST_AUTHENTICATION),
    reads=(SERVICE, SERVICE_ENTRY, GATEWAY_API_GATEWAY, *INSTALLATION_KINDS),
    sources=(
        "istio/istio: pkg/config/validation/validation.go",
        "istio/istio: pilot/pkg/model/policyattachment.go",
        "https://istio.io/latest/docs/reference/config/type/workload-selector/#PolicyTargetReference",
    ),
    upstream=("IST0106",),
)
def policy_target_unusable(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each target of a kind that is not taken, in the wrong place, or that does not exist."""
    if mesh.release("istio") < _LISTS_SINCE and resource.get("spec.targetRefs") is not None:
        return
    for target in targets(resource):
        if _KIND.fullmatch(target.kind.name) is None or not target.name:
            continue
        kind = Kind("", target.kind.name) if target.kind.group in _CORE else target.kind
        if kind not in _SINCE or mesh.release("istio") < _SINCE[kind]:
            if not _BY_DEFINITION[0] <= mesh.release("istio") < _BY_DEFINITION[1]:
                yield _of_kind(target, kind)
        elif kind == GATEWAY_CLASS:
            yield from _of_class(target, resource, mesh)
        elif mesh.find(kind, resource.namespace, target.name, resource.cluster) is None:
            yield _of_name(target, kind, mesh)


def _of_kind(target: Target, kind: Kind) -> Draft:
    group = target.node.get("group")
    fix = None
    if kind.name == GATEWAY_API_GATEWAY.name:
        wanted, title = GATEWAY_API_GATEWAY.group, f"name the group '{GATEWAY_API_GATEWAY.group}'"
        if group is not None:
            fix = Fix.replace(group, wanted, title=title)
        else:
            fix = Fix(title, False, (Insert(target.node.resource, target.node.path, "group", wanted),))
    shown = f"'{kind.name}' of group '{kind.group}'" if kind.group else f"'{kind.name}' of the core group"
    if kind in _SINCE:
        release = ".".join(map(str, _SINCE[kind]))
        return target.node.finding(f"policies attach to a {shown} from Istio {release} on only")
    return (target.node.get("kind") or target.node).finding(f"policies do not attach to a {shown}", fix=fix)


def _of_class(target: Target, policy: Resource, mesh: MeshView) -> Iterator[Draft]:
    root = root_namespace(mesh, policy.cluster)
    if policy.namespace != root:
        message = f"a policy for a GatewayClass counts in the root namespace '{root}' only"
        yield target.node.finding(message, severity=Severity.WARNING)


def _of_name(target: Target, kind: Kind, mesh: MeshView) -> Draft:
    policy, node = target.node.resource, target.node.get("name") or target.node
    place = policy.cluster, policy.namespace
    known = (one.name for one in mesh.of_kind(kind) if (one.cluster, one.namespace) == place)
    near = nearest(target.name, known, unique=True)
    message = f"namespace '{policy.namespace}' has no {kind.name} '{target.name}', so the policy is enforced nowhere"
    fix = Fix.replace(node, near) if near else None
    partial = not mesh.is_complete(policy.namespace, policy.cluster)
    return node.finding(message, fix=fix, severity=Severity.WARNING, partial=partial)
