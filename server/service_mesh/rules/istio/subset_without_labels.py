"""Subset has no labels and so is the whole host.

## Why it matters
A subset without labels takes every endpoint of its host. If labels were meant, a route that sends a tenth of the
requests to `canary` spreads them over old and new pods alike.

## Wrong
```yaml
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: reviews, namespace: shop}
spec:
  host: reviews
  subsets:
  - name: canary
```

## Right
```yaml
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: reviews, namespace: shop}
spec:
  host: reviews
  subsets:
  - name: canary
    labels: {version: v2}
```

## When it stays quiet
The subset has a `trafficPolicy` of its own, which is what such a subset is good for. The host is a gateway's, such as
the egress gateway, where subsets keep apart what goes to different hosts outside. For hosts outside the cluster,
where endpoints rarely have labels, it is a remark.

## Fix safety
No fix is offered: the labels are not known.
"""

from collections.abc import Iterator

from service_mesh.mesh.destination_rules import rule_host
from service_mesh.mesh.installation import INSTALLATION_KINDS
from service_mesh.mesh.selection import workloads_of
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import WORKLOAD_KINDS
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.hosts import service_name
from service_mesh.model.kinds import DESTINATION_RULE, GATEWAY, SERVICE
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.istio.attachment import is_gateway_workload
from service_mesh.rules.rule import rule


@rule(
    "IS173",
    category=Category.TRAFFIC,
    severity=Severity.WARNING,
    about=(DESTINATION_RULE,),
    needs=("subsets",),
    reads=(SERVICE, GATEWAY, *WORKLOAD_KINDS, *INSTALLATION_KINDS),
    sources=(
        "kiali/kiali: business/checkers/destinationrules/no_dest_checker.go",
        "https://istio.io/latest/docs/reference/config/networking/destination-rule/#Subset",
    ),
    upstream=("KIA0209",),
)
def subset_without_labels(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each subset with neither labels nor a policy."""
    severity = None if service_name(rule_host(resource)) else Severity.INFO
    for subset in resource.each("spec.subsets[]"):
        name = subset.get("name")
        if name is not None and name.text and not _has(subset, "labels") and not _has(subset, "trafficPolicy"):
            if _is_gateway(mesh, resource):
                return
            message = f"subset '{name.text}' has no labels, so it is every endpoint of host '{rule_host(resource)}'"
            yield name.finding(message, severity=severity)


def _is_gateway(mesh: MeshView, rule_of_host: Resource) -> bool:
    named = service_name(rule_host(rule_of_host))
    service = mesh.find(SERVICE, named.namespace, named.name, rule_of_host.cluster) if named is not None else None
    behind = workloads_of(mesh, service) if service is not None else ()
    return bool(behind) and all(is_gateway_workload(mesh, workload) for workload in behind)


def _has(subset: Node, field: str) -> bool:
    found = subset.get(field)
    return found is not None and bool(found.value)
