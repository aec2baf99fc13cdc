"""Remote cluster is named twice.

## Why it matters
istiod takes the first secret that names a cluster and ignores the others, so that new credentials in a second one are
not used. A secret for the cluster itself is ignored.

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
metadata: {name: istio-remote-secret-west, namespace: istio-system, labels: {istio/multiCluster: "true"}}
data: {west: UkVEQUNURUQ=}
---
apiVersion: v1
kind: Secret
metadata: {name: istio-remote-secret-west-2, namespace: istio-system, labels: {istio/multiCluster: "true"}}
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
---
apiVersion: v1
kind: Secret
metadata: {name: istio-remote-secret-south, namespace: istio-system, labels: {istio/multiCluster: "true"}}
data: {south: UkVEQUNURUQ=}
```

## When it stays quiet
The secrets are not in the namespace of istiod, which is reported by itself. A secret for the cluster itself is a note.

## Fix safety
No fix: which of the two is meant is not known.
"""

from collections.abc import Iterator, Mapping

from service_mesh.mesh.view import MeshView
from service_mesh.model import kubectl
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import SECRET
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule
from service_mesh.rules.status._words import told
from service_mesh.rules.status.multi_cluster._members import (
    MEMBER_KINDS,
    is_remote_secret,
    members,
    remote_names,
    remote_secrets,
)


@rule(
    "ST502",
    category=Category.OPERATIONS,
    severity=Severity.WARNING,
    about=(SECRET,),
    reads=MEMBER_KINDS,
    sources=("istio/istio: pkg/kube/multicluster/secretcontroller.go",),
)
def remote_cluster_repeated(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each key of a remote secret that another one names too, or that is the name of the cluster itself."""
    home = members(mesh).get(resource.cluster)
    if home is None or not is_remote_secret(resource) or resource.namespace not in home.namespaces:
        return
    command = kubectl.command("istioctl", "remote-clusters")
    first = _first_named(mesh, resource.cluster)
    for key in remote_names(resource):
        name = str(key.path[-1])
        if name == home.id:
            message = f"remote secret '{resource.name}' names the cluster '{told(name)}' that it is in, and is ignored"
            yield key.problem(message, command, severity=Severity.INFO)
        elif (other := first[name]) is not resource:
            message = (
                f"cluster '{told(name)}' is named by remote secret '{other.name}' too, and only one of the two counts"
            )
            yield key.problem(message, command, related=(other.root.note("names it too"),))


def _first_named(mesh: MeshView, cluster: str) -> Mapping[str, Resource]:
    return mesh.once(_by_name, cluster)


def _by_name(mesh: MeshView, cluster: str) -> Mapping[str, Resource]:
    places = members(mesh)[cluster].namespaces
    found: dict[str, Resource] = {}
    for secret in sorted(remote_secrets(mesh, cluster), key=_age):
        for key in remote_names(secret) if secret.namespace in places else ():
            found.setdefault(str(key.path[-1]), secret)
    return found


def _age(secret: Resource) -> tuple[str, str]:
    return secret.created_at, secret.name
