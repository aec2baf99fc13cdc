"""Service that another cluster exports is not mirrored here.

## Why it matters
It is selected for this Link, and the service mirror could not make its counterpart: the namespace does not exist, the
name is taken, or the Service has a form that cannot be mirrored. Clients here do not find it.

## Wrong
```yaml
apiVersion: multicluster.linkerd.io/v1alpha3
kind: Link
metadata: {name: east, namespace: linkerd-multicluster}
spec: {targetClusterName: east, gatewayAddress: 203.0.113.20, clusterCredentialsSecret: cluster-credentials-east}
status:
  mirrorServices:
  - controllerName: linkerd.io/service-mirror
    remoteRef: {group: core, kind: Service, name: catalog, namespace: shop}
    conditions:
    - type: Mirrored
      status: "False"
      reason: MissingNamespace
      message: ""
      lastTransitionTime: "2026-11-20T09:00:00Z"
```

## Right
```yaml
apiVersion: multicluster.linkerd.io/v1alpha3
kind: Link
metadata: {name: east, namespace: linkerd-multicluster}
spec: {targetClusterName: east, gatewayAddress: 203.0.113.20, clusterCredentialsSecret: cluster-credentials-east}
status:
  mirrorServices:
  - controllerName: linkerd.io/service-mirror
    remoteRef: {group: core, kind: Service, name: catalog, namespace: shop}
    conditions:
    - type: Mirrored
      status: "True"
      reason: Mirrored
      message: ""
      lastTransitionTime: "2026-11-20T09:00:00Z"
```

## When it stays quiet
The Link has no status, as before 2.18. Services are said one by one, with the reason that the service mirror gives.

## Fix safety
No fix: the reason tells which of the two clusters is to be changed.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import LINKERD_LINK
from service_mesh.model.kubectl import get_yaml
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule

_MOST = 20
_LISTS = ("status.mirrorServices[]", "status.federatedServices[]")


@rule(
    "ST517",
    category=Category.TRAFFIC,
    severity=Severity.WARNING,
    about=(LINKERD_LINK,),
    sources=("linkerd/linkerd2: multicluster/service-mirror/cluster_watcher.go",),
)
def remote_service_not_mirrored(link: Resource, _mesh: MeshView) -> Iterator[Draft]:
    """Report each Service whose condition `Mirrored` is false, the first twenty of them."""
    found = [(entry, one) for path in _LISTS for entry in link.each(path) for one in entry.each("conditions[]")]
    failed = [(entry, one) for entry, one in found if one.text_at("type") == "Mirrored" and _is_false(one)]
    for entry, one in failed[:_MOST]:
        place = f"{entry.text_at('remoteRef.namespace')}/{entry.text_at('remoteRef.name')}"
        message = f"'{place}' of the linked cluster is not mirrored, '{one.text_at('reason')}'{_said(one)}"
        yield (one.get("status") or one).problem(message, get_yaml(link))


def _is_false(condition: Node) -> bool:
    return condition.text_at("status") == "False"


def _said(condition: Node) -> str:
    text = condition.text_at("message").strip()
    return f": {text[:160]}" if text else ""
