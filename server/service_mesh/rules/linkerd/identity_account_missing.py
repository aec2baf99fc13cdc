"""Authorization names a service account or a namespace that does not exist.

## Why it matters
Identities are made of names alone, so nothing complains: the policy is accepted, and no client has the identity. An
account without a namespace is one of the policy's own namespace, where clients from elsewhere are not.

## Wrong
```yaml
apiVersion: v1
kind: Namespace
metadata:
  name: shop
  annotations: {linkerd.io/inject: enabled}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: web, namespace: shop}
---
apiVersion: policy.linkerd.io/v1alpha1
kind: MeshTLSAuthentication
metadata: {name: web, namespace: shop}
spec:
  identityRefs:
  - {kind: ServiceAccount, name: webs}
```

## Right
```yaml
apiVersion: v1
kind: Namespace
metadata:
  name: shop
  annotations: {linkerd.io/inject: enabled}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: web, namespace: shop}
---
apiVersion: policy.linkerd.io/v1alpha1
kind: MeshTLSAuthentication
metadata: {name: web, namespace: shop}
spec:
  identityRefs:
  - {kind: ServiceAccount, name: web}
```

## When it stays quiet
The account exists, is the `default` one, or a workload runs as it; identities by text that do not end as those of this
cluster do. Where the account may lie in what is not loaded, or in another cluster that this one is linked with, the
finding is reported as not checked; for identities by text nothing is said then.

## Fix safety
The only account of the namespace whose name is near is offered; unsafe, because it gets access.
"""

from collections.abc import Iterator, Mapping

from service_mesh.mesh.namespaces import namespace_names
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import WORKLOAD_KINDS, workloads
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Fix
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import (
    LINKERD_AUTHORIZATION_POLICY,
    LINKERD_LINK,
    MESH_TLS_AUTHENTICATION,
    NAMESPACE,
    SERVER_AUTHORIZATION,
    SERVICE_ACCOUNT,
)
from service_mesh.model.names import nearest
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.linkerd.identity import identity_suffix
from service_mesh.posture.linkerd.installation import INSTALLATION_KINDS
from service_mesh.posture.linkerd.references import refers_to
from service_mesh.rules.linkerd._policies import is_absent, is_linked
from service_mesh.rules.rule import rule


@rule(
    "LD151",
    category=Category.REFERENCE,
    severity=Severity.WARNING,
    about=(LINKERD_AUTHORIZATION_POLICY, MESH_TLS_AUTHENTICATION, SERVER_AUTHORIZATION),
    reads=(SERVICE_ACCOUNT, NAMESPACE, LINKERD_LINK, *INSTALLATION_KINDS, *WORKLOAD_KINDS),
    sources=(
        "linkerd/linkerd2: policy-controller/k8s/index/src/cluster_info.rs",
        "https://linkerd.io/2/reference/authorization-policy/#meshtlsauthentication",
    ),
)
def identity_account_missing(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each account or namespace that is named and not there."""
    for reference in _references(resource):
        name = reference.get("name")
        if name is None or not name.text:
            continue
        if refers_to(reference, NAMESPACE):
            yield from _namespace(mesh, name)
        elif resource.kind == SERVER_AUTHORIZATION or refers_to(reference, SERVICE_ACCOUNT):
            yield from _account(mesh, name, reference.text_at("namespace") or resource.namespace)
    suffix = identity_suffix(mesh, resource.cluster)
    for identity in (*resource.each("spec.identities[]"), *resource.each("spec.client.meshTLS.identities[]")):
        account, _, rest = identity.text.removesuffix(f".{suffix}").rpartition(".")
        if suffix is not None and identity.text.endswith(f".{suffix}") and account not in ("", "*"):
            yield from (draft for draft in _account(mesh, identity, rest, account) if not draft.partial)


def _references(resource: Resource) -> Iterator[Node]:
    for path in ("spec.requiredAuthenticationRefs[]", "spec.identityRefs[]", "spec.client.meshTLS.serviceAccounts[]"):
        yield from resource.each(path)


def _namespace(mesh: MeshView, name: Node) -> Iterator[Draft]:
    cluster = name.resource.cluster
    if name.text not in namespace_names(mesh, cluster) and mesh.find(NAMESPACE, "", name.text, cluster) is None:
        is_absent = mesh.is_whole or mesh.is_listed(NAMESPACE, cluster)
        yield name.finding(
            f"namespace '{name.text}' does not exist, so no client has the identity", partial=not is_absent
        )


def _account(mesh: MeshView, node: Node, namespace: str, account: str = "") -> Iterator[Draft]:
    """Tell of an account that is not there.

    Args:
        mesh: The objects.
        node: Where the account is named.
        namespace: Its namespace.
        account: Its name where the node says more than that.
    """
    name, cluster = account or node.text, node.resource.cluster
    known = mesh.index(_accounts).get((cluster, namespace), frozenset())
    if name == "default" or name in known:
        return
    message = f"service account '{namespace}/{name}' does not exist, so no client has the identity"
    near = nearest(name, known, unique=True) if not account else None
    fix = Fix.replace(node, near) if near is not None else None
    is_certain = is_absent(mesh, SERVICE_ACCOUNT, namespace, cluster) and not is_linked(mesh, cluster)
    yield node.finding(message, fix=fix, partial=not is_certain)


def _accounts(mesh: MeshView) -> Mapping[tuple[str, str], frozenset[str]]:
    """The accounts of each namespace that exist or that workloads run as."""
    found: dict[tuple[str, str], set[str]] = {}
    for one in mesh.of_kind(SERVICE_ACCOUNT):
        found.setdefault((one.cluster, one.namespace), set()).add(one.name)
    for workload in workloads(mesh):
        found.setdefault((workload.cluster, workload.namespace), set()).add(workload.service_account)
    return {place: frozenset(names) for place, names in found.items()}
