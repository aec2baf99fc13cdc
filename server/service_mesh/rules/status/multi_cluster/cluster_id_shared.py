"""Joined clusters have the same name for Istio.

## Why it matters
istiod keeps endpoints by the name of their cluster and ignores a remote secret with its own: endpoints of one cluster
are lost, or taken for those of the other.

## Wrong
```text
cluster north: Secret istio-remote-secret-south, istiod  CLUSTER_ID: Kubernetes
cluster west:  Secret istio-remote-secret-south, istiod  CLUSTER_ID: Kubernetes
```

## Right
```text
cluster north: Secret istio-remote-secret-south, istiod  CLUSTER_ID: north
cluster west:  Secret istio-remote-secret-south, istiod  CLUSTER_ID: west
```

## When it stays quiet
The clusters were not read together, or one of them has no remote secret: two meshes may use the same name. The problem
is told once for a pair.

## Fix safety
No fix: another name has to go into the remote secrets of all clusters too.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model import kubectl
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import DEPLOYMENT
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule
from service_mesh.rules.status._words import told
from service_mesh.rules.status.multi_cluster._members import MEMBER_KINDS, members, remote_secrets


@rule(
    "ST507",
    category=Category.TRAFFIC,
    severity=Severity.ERROR,
    about=(DEPLOYMENT,),
    reads=MEMBER_KINDS,
    sources=(
        "istio/istio: pkg/kube/multicluster/secretcontroller.go",
        "istio/istio: pilot/pkg/model/endpointshards.go",
    ),
)
def cluster_id_shared(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report an istiod whose name for its cluster another joined cluster has too."""
    home = members(mesh).get(resource.cluster)
    if home is None or home.istiods[0].resource is not resource or not remote_secrets(mesh, resource.cluster):
        return
    twins = [one for name, one in members(mesh).items() if one.id == home.id and name > home.cluster]
    twin = next((one for one in twins if remote_secrets(mesh, one.cluster)), None)
    if twin is not None:
        message = f"istiod calls its cluster '{told(home.id)}', as that of cluster '{told(twin.cluster)}' does"
        related = (twin.id_node.note("has the same name"),)
        yield home.id_node.problem(message, kubectl.command("istioctl", "remote-clusters"), related=related)
