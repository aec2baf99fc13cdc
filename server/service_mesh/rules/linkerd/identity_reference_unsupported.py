"""Reference to identities in a MeshTLSAuthentication is one that Linkerd does not take.

## Why it matters
The admission webhook refuses the object. `identityRefs` name ServiceAccounts, or Namespaces for every ServiceAccount in
them. A Namespace lies in no namespace, so `namespace` beside it is refused; the namespace is its `name`. Every
reference has a name: the CRD lets it be left out, the controller then cannot read the object.

## Wrong
```yaml
apiVersion: policy.linkerd.io/v1alpha1
kind: MeshTLSAuthentication
metadata: {name: web, namespace: shop}
spec:
  identityRefs:
  - {kind: Namespace, name: web, namespace: web}
```

## Right
```yaml
apiVersion: policy.linkerd.io/v1alpha1
kind: MeshTLSAuthentication
metadata: {name: web, namespace: shop}
spec:
  identityRefs:
  - {kind: Namespace, name: web}
```

## When it stays quiet
ServiceAccounts with or without a namespace, Namespaces without one; a reference without a kind, which is the schema's
business.

## Fix safety
Removing `namespace` is offered. It is unsafe: the object comes into force, and whoever has one of its identities can
call where a policy asks for it.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Anchor, Draft
from service_mesh.model.fix import Fix
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import MESH_TLS_AUTHENTICATION, NAMESPACE, SERVICE_ACCOUNT
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.linkerd._references import refers_to, shown
from service_mesh.rules.rule import rule


@rule(
    "LD105",
    category=Category.SCHEMA,
    severity=Severity.ERROR,
    about=(MESH_TLS_AUTHENTICATION,),
    sources=(
        "linkerd/linkerd2: policy-controller/runtime/src/admission.rs",
        "linkerd/linkerd2: policy-controller/k8s/api/src/policy/target_ref.rs",
        "https://linkerd.io/2/reference/authorization-policy/#meshtlsauthentication",
    ),
)
def identity_reference_unsupported(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report each reference of another kind, each without a name, and each Namespace with a namespace."""
    for reference in resource.each("spec.identityRefs[]"):
        kind, name = reference.get("kind"), reference.get("name")
        if kind is None or not kind.text:
            continue
        if not refers_to(reference, NAMESPACE) and not refers_to(reference, SERVICE_ACCOUNT):
            yield kind.finding(f"'{shown(reference)}' is neither a ServiceAccount nor a Namespace")
        elif name is None or name.value is None:
            yield kind.finding(f"'{shown(reference)}' is referred to without a name")
        elif refers_to(reference, NAMESPACE):
            yield from _placed(reference)


def _placed(reference: Node) -> Iterator[Draft]:
    namespace = reference.get("namespace")
    if namespace is not None and namespace.value is not None:
        fix = Fix.remove(namespace)
        message = f"a Namespace lies in no namespace, so it cannot be in '{namespace.value}'"
        yield namespace.finding(message, fix=fix, anchor=Anchor.KEY)
