"""Several service mirrors follow one Link of Linkerd.

## Why it matters
Each of them writes the same Services and their endpoints. They undo each other's changes, most often after an upgrade
to the controllers of the extension's chart while the former one of `linkerd multicluster link` was left.

## Wrong
```yaml
apiVersion: multicluster.linkerd.io/v1alpha3
kind: Link
metadata: {name: east, namespace: linkerd-multicluster}
spec: {targetClusterName: east, gatewayAddress: 203.0.113.20, clusterCredentialsSecret: cluster-credentials-east}
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: controller-east
  namespace: linkerd-multicluster
  labels: {linkerd.io/extension: multicluster, component: controller, mirror.linkerd.io/cluster-name: east}
spec:
  selector: {matchLabels: {component: controller}}
  template:
    metadata: {labels: {component: controller}}
    spec: {containers: [{name: controller, image: controller}]}
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: linkerd-service-mirror-east
  namespace: linkerd-multicluster
  labels: {linkerd.io/extension: multicluster, component: controller, mirror.linkerd.io/cluster-name: east}
spec:
  selector: {matchLabels: {component: controller}}
  template:
    metadata: {labels: {component: controller}}
    spec: {containers: [{name: controller, image: controller}]}
```

## Right
```yaml
apiVersion: multicluster.linkerd.io/v1alpha3
kind: Link
metadata: {name: east, namespace: linkerd-multicluster}
spec: {targetClusterName: east, gatewayAddress: 203.0.113.20, clusterCredentialsSecret: cluster-credentials-east}
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: controller-east
  namespace: linkerd-multicluster
  labels: {linkerd.io/extension: multicluster, component: controller, mirror.linkerd.io/cluster-name: east}
spec:
  selector: {matchLabels: {component: controller}}
  template:
    metadata: {labels: {component: controller}}
    spec: {containers: [{name: controller, image: controller}]}
```

## When it stays quiet
Only one Deployment carries the label of the target cluster.

## Fix safety
No fix: which of them is to go is known to whoever installed them.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import DEPLOYMENT, LINKERD_LINK
from service_mesh.model.kubectl import command
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule
from service_mesh.rules.status.multi_cluster._linkerd import CLUSTER, controllers, target


@rule(
    "ST519",
    category=Category.CONFLICT,
    severity=Severity.WARNING,
    about=(LINKERD_LINK,),
    reads=(DEPLOYMENT,),
    sources=("linkerd/linkerd2: multicluster/cmd/check.go",),
    upstream=("l5d-multicluster-service-mirror-running", "l5d-multicluster-managed-controllers"),
)
def link_with_several_controllers(link: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report a Link that more than one Deployment follows."""
    name, place = link.get("spec.targetClusterName"), target(link)
    found = controllers(mesh, place) if place is not None else ()
    if name is not None and len(found) > 1:
        notes = tuple(one.root.note("follows it") for one in found[:3])
        next_command = command("kubectl", "get", "deployments", "-A", "-l", f"{CLUSTER}={name.text}")
        yield name.problem(
            f"{len(found)} service mirrors follow the link to '{name.text}'", next_command, related=notes
        )
