"""Link of Linkerd has no service mirror that follows it.

## Why it matters
A Link by itself does nothing. A controller of its own watches the other cluster; since 2.18 the chart of the
multicluster extension makes one for each entry of `controllers`. Without it Services are neither mirrored nor kept up
to date, and nobody probes the gateway.

## Wrong
```yaml
apiVersion: multicluster.linkerd.io/v1alpha3
kind: Link
metadata: {name: east, namespace: linkerd-multicluster}
spec: {targetClusterName: east, gatewayAddress: 203.0.113.20, clusterCredentialsSecret: cluster-credentials-east}
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
Deployments were not listed. A controller that is there and does not run is said by the rules about readiness.

## Fix safety
No fix: the controller belongs to the values of the extension's chart.
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
    "ST511",
    category=Category.OPERATIONS,
    severity=Severity.ERROR,
    about=(LINKERD_LINK,),
    reads=(DEPLOYMENT,),
    sources=("linkerd/linkerd2: multicluster/cmd/check.go",),
    upstream=("l5d-multicluster-service-mirror-running",),
)
def link_without_controller(link: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report a Link to a cluster that no Deployment mirrors."""
    name, place = link.get("spec.targetClusterName"), target(link)
    if name is None or place is None or not mesh.is_listed(DEPLOYMENT, link.cluster):
        return
    if not controllers(mesh, place):
        next_command = command("kubectl", "get", "deployments", "-A", "-l", f"{CLUSTER}={name.text}")
        yield name.problem(f"no service mirror follows the link to '{name.text}'", next_command)
