"""WorkloadGroup names a service account that is not there.

## Why it matters
Machines of the group join with a token of that account. Without it no token can be made, the proxy gets no certificate
and the machine never joins.

## Wrong
```yaml
apiVersion: networking.istio.io/v1
kind: WorkloadGroup
metadata: {name: vm, namespace: shop}
spec:
  metadata: {labels: {app: vm}}
  template: {serviceAccount: vn}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: vm, namespace: shop}
```

## Right
```yaml
apiVersion: networking.istio.io/v1
kind: WorkloadGroup
metadata: {name: vm, namespace: shop}
spec:
  metadata: {labels: {app: vm}}
  template: {serviceAccount: vm}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: vm, namespace: shop}
```

## When it stays quiet
The account is there, or is `default`, which Kubernetes makes itself; none is named. Kiali asks only for accounts that
some pod runs as, which machines need not share. If the namespace was not loaded as a whole, or without any
ServiceAccount, the finding is reported as not checked.

## Fix safety
Offered when exactly one account has a near name; unsafe, because the identity of the machines changes.
"""

from collections.abc import Iterator, Mapping

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Fix
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import SERVICE_ACCOUNT, WORKLOAD_GROUP
from service_mesh.model.names import nearest
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule


@rule(
    "IS240",
    category=Category.REFERENCE,
    severity=Severity.WARNING,
    about=(WORKLOAD_GROUP,),
    reads=(SERVICE_ACCOUNT,),
    sources=(
        "https://istio.io/latest/docs/reference/config/networking/workload-group/",
        "https://istio.io/latest/docs/setup/install/virtual-machine/",
        "kiali/kiali: business/checkers/workloadgroups/service_accounts_checker.go",
    ),
    upstream=("KIA1701",),
)
def workload_group_account_missing(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report the account of a group's template that its namespace does not have."""
    account = resource.get("spec.template.serviceAccount")
    if account is None or account.text in ("", "default"):
        return
    known = mesh.index(_accounts).get((resource.cluster, resource.namespace), ())
    if account.text in known:
        return
    near = nearest(account.text, known, unique=True)
    yield account.finding(
        f"service account '{account.text}' does not exist in namespace '{resource.namespace}'",
        fix=Fix.replace(account, near, title=f"rename to '{near}'") if near else None,
        partial=not mesh.is_complete(resource.namespace, resource.cluster) or not (known or mesh.is_whole),
    )


def _accounts(mesh: MeshView) -> Mapping[tuple[str, str], tuple[str, ...]]:
    found: dict[tuple[str, str], list[str]] = {}
    for account in mesh.of_kind(SERVICE_ACCOUNT):
        found.setdefault((account.cluster, account.namespace), []).append(account.name)
    return {key: tuple(names) for key, names in found.items()}
