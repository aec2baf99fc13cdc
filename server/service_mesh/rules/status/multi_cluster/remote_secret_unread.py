"""Remote secret is not read.

## Why it matters
istiod looks for the secrets that let it read other clusters in its own namespace only. Services and pods of that
cluster are unknown to this one, so that nothing is sent there.

## Wrong
```yaml
apiVersion: apps/v1
kind: Deployment
metadata: {name: istiod, namespace: istio-system, labels: {app: istiod}}
spec:
  selector: {matchLabels: {app: istiod}}
  template:
    metadata: {labels: {app: istiod}}
    spec:
      containers:
      - name: discovery
        image: "example.com/pilot:1.31.2"
        env: [{name: CLUSTER_ID, value: north}]
---
apiVersion: v1
kind: Secret
metadata: {name: istio-remote-secret-west, namespace: default, labels: {istio/multiCluster: "true"}}
data: {west: UkVEQUNURUQ=}
```

## Right
```yaml
apiVersion: apps/v1
kind: Deployment
metadata: {name: istiod, namespace: istio-system, labels: {app: istiod}}
spec:
  selector: {matchLabels: {app: istiod}}
  template:
    metadata: {labels: {app: istiod}}
    spec:
      containers:
      - name: discovery
        image: "example.com/pilot:1.31.2"
        env: [{name: CLUSTER_ID, value: north}]
---
apiVersion: v1
kind: Secret
metadata: {name: istio-remote-secret-west, namespace: istio-system, labels: {istio/multiCluster: "true"}}
data: {west: UkVEQUNURUQ=}
```

## When it stays quiet
The cluster has no istiod of its own. What a secret holds is never looked at, only the names of its keys.

## Fix safety
No fix: whether the cluster is meant to be a part of the mesh is not known.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model import kubectl
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import SECRET
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule
from service_mesh.rules.status.multi_cluster._members import MEMBER_KINDS, is_remote_secret, members, remote_names


@rule(
    "ST501",
    category=Category.OPERATIONS,
    severity=Severity.ERROR,
    about=(SECRET,),
    reads=MEMBER_KINDS,
    sources=("istio/istio: pkg/kube/multicluster/secretcontroller.go",),
)
def remote_secret_unread(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report a remote secret that no istiod looks at, or that names no cluster."""
    home = members(mesh).get(resource.cluster)
    if home is None or not is_remote_secret(resource):
        return
    command = kubectl.command("istioctl", "remote-clusters")
    if resource.namespace not in home.namespaces:
        place = " or ".join(f"'{name}'" for name in sorted(home.namespaces))
        message = f"remote secret '{resource.name}' is not in namespace {place}, where istiod looks for it"
        yield (resource.get("metadata.namespace") or resource.root).problem(message, command)
    elif not any(True for _ in remote_names(resource)):
        message = f"remote secret '{resource.name}' names no cluster"
        yield (resource.get("data") or resource.root).problem(message, command)
