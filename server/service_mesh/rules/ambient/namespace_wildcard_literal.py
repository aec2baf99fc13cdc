"""Wildcard inside a namespace name is taken literally by ztunnel.

## Why it matters
A sidecar takes `*` anywhere in a namespace as a wildcard. ztunnel knows it at one end only: elsewhere the name is
compared as it stands and no namespace has it. A DENY refuses nobody then, an ALLOW lets nobody in.

## Wrong
```yaml
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio.io/dataplane-mode: ambient}}
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: no-tests, namespace: shop}
spec:
  action: DENY
  rules:
  - from:
    - source: {namespaces: ["team-*-test"]}
```

## Right
```yaml
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio.io/dataplane-mode: ambient}}
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: no-tests, namespace: shop}
spec:
  action: DENY
  rules:
  - from:
    - source: {namespaces: ["*-test"]}
```

## When it stays quiet
The wildcard stands at one end, or is the whole name. The policy has targets, or selects nothing in ambient mode.

## Fix safety
There is no fix: which namespaces are meant is not known.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import AUTHORIZATION_POLICY
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.istio.attachment import targets
from service_mesh.posture.istio.policy_parts import condition_texts, listed_texts
from service_mesh.posture.istio.ztunnel import action_of
from service_mesh.rules.ambient._reach import REACH_KINDS, reached, somewhere_ambient
from service_mesh.rules.rule import rule


@rule(
    "AM110",
    category=Category.SECURITY,
    severity=Severity.ERROR,
    about=(AUTHORIZATION_POLICY,),
    where=somewhere_ambient,
    needs=("namespaces", "notNamespaces", "when"),
    reads=REACH_KINDS,
    sources=(
        "istio/istio: pilot/pkg/serviceregistry/ambient/authorization.go",
        "istio/istio: pilot/pkg/security/authz/model/generator.go",
        "istio/ztunnel: src/rbac.rs",
    ),
)
def namespace_wildcard_literal(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each name of a namespace with a wildcard that ztunnel compares as it stands."""
    action = action_of(resource)
    if targets(resource) or action not in ("ALLOW", "DENY"):
        return
    odd = [node for node in _names(resource) if "*" in _middle(node.text)]
    shown = reached(mesh, resource) if odd else ()
    for node in odd if shown else ():
        negated = node.path[-2] in ("notNamespaces", "notValues")
        effect = "every namespace is meant then" if negated else "no namespace is meant then"
        opens = (action == "DENY") != negated
        message = f"ztunnel takes '*' inside '{node.text[:63]}' literally, and {effect}"
        yield node.finding(message, severity=None if opens else Severity.WARNING, related=shown)


def _names(policy: Resource) -> Iterator[Node]:
    yield from listed_texts(policy, "namespaces", "notNamespaces", where=_has_star)
    yield from condition_texts(policy, "source.namespace")


def _has_star(text: str) -> bool:
    return "*" in text


def _middle(pattern: str) -> str:
    """What is compared as it stands: without the one `*` that counts as a wildcard."""
    return pattern[1:] if pattern.startswith("*") else pattern.removesuffix("*")
