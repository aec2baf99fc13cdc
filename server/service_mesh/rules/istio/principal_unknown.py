"""AuthorizationPolicy names an identity that nobody has.

## Why it matters
A principal is compared with the identity in the client's certificate: trust domain, namespace and service account. One
wrong part, and an ALLOW refuses the client that it was written for while a DENY lets it in.

## Wrong
```yaml
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: cart, namespace: shop}
spec:
  rules:
  - from:
    - source: {principals: [cluster.local/ns/shop/sa/frontent]}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: frontend, namespace: shop}
```

## Right
```yaml
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: cart, namespace: shop}
spec:
  rules:
  - from:
    - source: {principals: [cluster.local/ns/shop/sa/frontend]}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: frontend, namespace: shop}
```

## When it stays quiet
An account exists if its object is loaded or a loaded workload runs as it; every namespace has `default`. A pattern
needs one account that it matches. `cluster.local` always stands for the mesh's own trust domain, and its aliases count.
An account that only another cluster has is info: clusters of one mesh share identities. Names with slashes that are no
identities of the mesh, such as those of foreign certificates, are left alone. In a namespace that is not loaded as a
whole, and for a trust domain where the mesh configuration is not loaded, the finding is reported as not checked;
accounts are only counted so where the input has neither an account nor a workload or gateway of the cluster.

## Fix safety
Offered for a leading `spiffe://` and when exactly one account of the namespace has a near name; unsafe, because it
changes who gets in.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from service_mesh.mesh.installation import INSTALLATION_KINDS
from service_mesh.mesh.known_names import holds_any
from service_mesh.mesh.mesh_config import MeshConfig, mesh_config
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import WORKLOAD_KINDS, workloads
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Fix
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import AUTHORIZATION_POLICY, GATEWAY_API_GATEWAY, NAMESPACE, SERVICE_ACCOUNT
from service_mesh.model.names import nearest
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.istio._authorization import condition_texts, covers_value, listed_texts
from service_mesh.rules.rule import rule

_SCHEME = "spiffe://"
_FORM = "domain/ns/namespace/sa/account"
_OWN_DOMAIN = "cluster.local"
_DEFAULT_ACCOUNT = "default"

_HAVING_ACCOUNTS = (SERVICE_ACCOUNT, GATEWAY_API_GATEWAY, *WORKLOAD_KINDS)

Accounts = Mapping[str, Mapping[str, frozenset[str]]]
"""Names of accounts by cluster and namespace."""


class _Identity(NamedTuple):
    """An identity as a policy names it; an empty domain stands for every one."""

    domain: str
    namespace: str
    account: str


@rule(
    "IS205",
    category=Category.REFERENCE,
    severity=Severity.WARNING,
    about=(AUTHORIZATION_POLICY,),
    needs=("principals", "notPrincipals", "serviceAccounts", "notServiceAccounts", "when"),
    reads=tuple(dict.fromkeys((SERVICE_ACCOUNT, NAMESPACE, GATEWAY_API_GATEWAY, *WORKLOAD_KINDS, *INSTALLATION_KINDS))),
    sources=(
        "istio/istio: pilot/pkg/security/trustdomain/bundle.go",
        "istio/istio: pilot/pkg/config/kube/gateway/deploymentcontroller.go",
        "kiali/kiali: business/checkers/authorization/principals_checker.go",
        "https://istio.io/latest/docs/reference/config/security/authorization-policy/#Source",
    ),
    upstream=("KIA0106", "KIA0107", "KIA0108"),
)
def principal_unknown(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each principal and service account that no workload can have."""
    for node in _principals(resource):
        if node.text.startswith(_SCHEME):
            fix = Fix.replace(node, node.text.removeprefix(_SCHEME), title=f"remove '{_SCHEME}'")
            yield node.finding(f"principals are compared without '{_SCHEME}', so '{node.text}' is nobody's", fix=fix)
            continue
        if "/" not in node.text and "*" not in node.text:
            yield node.finding(f"'{node.text}' is nobody's: identities have the form '{_FORM}'")
            continue
        identity = _read(node.text)
        if identity is not None:
            yield from _judged(mesh, node, identity)
    for node in _accounts(resource):
        namespace, slash, account = node.text.rpartition("/")
        if account and "*" not in node.text and "/" not in namespace:
            yield from _judged(mesh, node, _Identity("", namespace if slash else resource.namespace, account))


def _principals(policy: Resource) -> Iterator[Node]:
    yield from listed_texts(policy, "principals", "notPrincipals")
    yield from condition_texts(policy, "source.principal")


def _accounts(policy: Resource) -> Iterator[Node]:
    yield from listed_texts(policy, "serviceAccounts", "notServiceAccounts")
    yield from condition_texts(policy, "source.serviceAccount")


def _read(text: str) -> _Identity | None:
    """The parts of a principal; None for forms that are no identity of the mesh, or too open to be judged."""
    domain, found, rest = text.partition("/ns/")
    namespace, slash, tail = rest.partition("/")
    if not found or not slash or not domain or not namespace or "*" in namespace:
        return None
    if tail == "*" or tail == "sa/*":
        return _Identity("" if domain == "*" else domain, namespace, "*")
    account = tail.removeprefix("sa/")
    if not tail.startswith("sa/") or not account or "/" in account or "*" in account[:-1]:
        return None
    return _Identity("" if domain == "*" else domain, namespace, account)


def _judged(mesh: MeshView, node: Node, identity: _Identity) -> Iterator[Draft]:
    cluster = node.resource.cluster
    config, domains = mesh.once(_domains, cluster)
    accounts = mesh.index(_known)
    if identity.domain in domains and identity.account in accounts.get(cluster, {}).get(identity.namespace, ()):
        return  # nearly all are found at once
    if "*" not in identity.domain[1:] and not any(covers_value(identity.domain or "*", domain) for domain in domains):
        verb = "does not match" if "*" in identity.domain else "is not"
        message = f"'{identity.domain}' {verb} the trust domain of the mesh, which is '{config.trust_domain}'"
        yield node.finding(message, partial=not config.is_known)
        return
    if _has(accounts.get(cluster, {}), identity):
        return
    where = f"namespace '{identity.namespace}'"
    if any(_has(known, identity) for known in accounts.values()):
        message = f"{where} has the service account '{identity.account}' in another cluster only"
        yield node.finding(message, severity=Severity.INFO)
        return
    partial = not mesh.is_complete(identity.namespace, cluster)
    tacit = not holds_any(mesh, _HAVING_ACCOUNTS, cluster)
    message = f"{where} has no service account '{identity.account}', so nobody has the identity '{node.text}'"
    yield node.finding(message, fix=_fix(node, identity, accounts.get(cluster, {})), partial=partial, tacit=tacit)


def _domains(mesh: MeshView, cluster: str) -> tuple[MeshConfig, frozenset[str]]:
    """The trust domains of a cluster, and where they are written."""
    config = mesh_config(mesh, cluster)
    return config, frozenset((config.trust_domain, *config.trust_domain_aliases, _OWN_DOMAIN))


def _has(accounts: Mapping[str, frozenset[str]], identity: _Identity) -> bool:
    return any(covers_value(identity.account, name) for name in accounts.get(identity.namespace, ()))


def _fix(node: Node, identity: _Identity, accounts: Mapping[str, frozenset[str]]) -> Fix | None:
    known = accounts.get(identity.namespace, frozenset()) - {_DEFAULT_ACCOUNT}
    near = nearest(identity.account, known, unique=True) if "*" not in identity.account else None
    if near is None:
        return None
    return Fix.replace(node, node.text.removesuffix(identity.account) + near, title=f"rename to '{near}'")


def _known(mesh: MeshView) -> Accounts:
    found: dict[str, dict[str, set[str]]] = {}
    for cluster, namespace in mesh.present_namespaces():
        found.setdefault(cluster, {}).setdefault(namespace, set()).add(_DEFAULT_ACCOUNT)
    for account in mesh.of_kind(SERVICE_ACCOUNT):
        found.setdefault(account.cluster, {}).setdefault(account.namespace, set()).add(account.name)
    for gateway in mesh.of_kind(GATEWAY_API_GATEWAY):
        # istiod makes the account together with the gateway: named after it, a waypoint's without the class.
        kind = gateway.get("spec.gatewayClassName")
        names = {gateway.name, f"{gateway.name}-{kind.text if kind is not None else ''}"}
        found.setdefault(gateway.cluster, {}).setdefault(gateway.namespace, set()).update(names)
    for workload in workloads(mesh):
        found.setdefault(workload.cluster, {}).setdefault(workload.namespace, set()).add(workload.service_account)
    return {cluster: {name: frozenset(names) for name, names in by.items()} for cluster, by in found.items()}
