"""AuthorizationPolicy names a source namespace that does not exist.

## Why it matters
No client has an identity of that namespace: an ALLOW lets nobody in by it, a DENY stops nobody, and in `notNamespaces`
it excepts nobody. A renamed or misspelt namespace shows as refused traffic or, worse, as a hole.

## Wrong
```yaml
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: cart, namespace: shop}
spec:
  rules:
  - from:
    - source: {namespaces: [chekout]}
---
apiVersion: v1
kind: Namespace
metadata: {name: checkout}
```

## Right
```yaml
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: cart, namespace: shop}
spec:
  rules:
  - from:
    - source: {namespaces: [checkout]}
---
apiVersion: v1
kind: Namespace
metadata: {name: checkout}
```

## When it stays quiet
A namespace counts as existing if its object is loaded, if any object lives in it, in any cluster, or if every cluster
has it (`default`, `kube-system`) or Istio lives in it. A pattern with `*` needs one namespace that it matches; in a
DENY it may wait for namespaces to come, and is a remark. Unless everything is said to be loaded, the finding is
reported as not checked.

## Fix safety
Offered when exactly one namespace has a near name; unsafe, because it changes who gets in.
"""

from collections.abc import Iterator

from service_mesh.mesh.installation import INSTALLATION_KINDS
from service_mesh.mesh.mesh_config import root_namespace
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Fix
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import AUTHORIZATION_POLICY, NAMESPACE
from service_mesh.model.names import nearest
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.istio._authorization import action, condition_texts, listed_texts, matches_anywhere
from service_mesh.rules.rule import rule

_ALWAYS = frozenset({"default", "kube-system", "kube-public", "kube-node-lease"})


@rule(
    "IS201",
    category=Category.REFERENCE,
    severity=Severity.WARNING,
    about=(AUTHORIZATION_POLICY,),
    needs=("namespaces", "notNamespaces", "when"),
    reads=(NAMESPACE, *INSTALLATION_KINDS),
    sources=(
        "istio/istio: pkg/config/analysis/analyzers/authz/authorizationpolicies.go",
        "kiali/kiali: business/checkers/authorization/namespace_method_checker.go",
        "https://istio.io/latest/docs/reference/config/security/authorization-policy/#Source",
    ),
    upstream=("IST0101", "KIA0101"),
)
def source_namespace_unknown(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each namespace of a source or condition that does not exist."""
    for node in _named(resource):
        if mesh.once(_is_known, (node.text, resource.cluster)):
            continue
        near = nearest(node.text, mesh.index(_known), unique=True) if "*" not in node.text else None
        fix = Fix.replace(node, near) if near else None
        waits = "*" in node.text and action(resource) == "DENY" and not _is_exception(node)
        severity = Severity.INFO if waits else None
        yield node.finding(_message(node), fix=fix, severity=severity, partial=not mesh.is_whole)


def _is_known(mesh: MeshView, asked: tuple[str, str]) -> bool:
    text, cluster = asked
    known, root = mesh.index(_known), root_namespace(mesh, cluster)
    if "*" not in text:
        return text in known or text == root
    return any(matches_anywhere(text, name) for name in (root, *known))


def _named(policy: Resource) -> Iterator[Node]:
    yield from listed_texts(policy, "namespaces", "notNamespaces")
    yield from condition_texts(policy, "source.namespace")


def _message(node: Node) -> str:
    what = "no namespace matches" if "*" in node.text else "there is no namespace"
    so = "nobody is excepted by it" if _is_exception(node) else "no client matches it"
    return f"{what} '{node.text}', so {so}"


def _is_exception(node: Node) -> bool:
    return str(node.path[-2]).startswith("not")


def _known(mesh: MeshView) -> frozenset[str]:
    return frozenset(name for _, name in mesh.present_namespaces()) | _ALWAYS
