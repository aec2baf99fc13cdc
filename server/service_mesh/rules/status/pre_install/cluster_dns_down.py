"""No pod of the cluster's DNS is ready.

## Why it matters
Control planes are reached by the names of their Services, and so is everything that proxies connect to: without DNS a
mesh comes up and stays without configuration.

## Wrong
```yaml
apiVersion: apps/v1
kind: Deployment
metadata: {name: coredns, namespace: kube-system, labels: {k8s-app: kube-dns}}
spec:
  replicas: 2
  selector: {matchLabels: {k8s-app: kube-dns}}
  template:
    metadata: {labels: {k8s-app: kube-dns}}
    spec: {containers: [{name: coredns, image: "registry.k8s.io/coredns/coredns:v1.13.1"}]}
status: {replicas: 2, unavailableReplicas: 2}
```

## Right
```yaml
apiVersion: apps/v1
kind: Deployment
metadata: {name: coredns, namespace: kube-system, labels: {k8s-app: kube-dns}}
spec:
  replicas: 2
  selector: {matchLabels: {k8s-app: kube-dns}}
  template:
    metadata: {labels: {k8s-app: kube-dns}}
    spec: {containers: [{name: coredns, image: "registry.k8s.io/coredns/coredns:v1.13.1"}]}
status: {replicas: 2, readyReplicas: 2}
```

## When it stays quiet
One pod is ready, the Deployment is scaled to zero, or it is not there: some providers answer for names outside of the
cluster.

## Fix safety
No fix: why its pods are not ready is seen on them.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import DEPLOYMENT
from service_mesh.model.kubectl import describe
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule

_LABEL = ("k8s-app", "kube-dns")


@rule(
    "ST706",
    category=Category.OPERATIONS,
    severity=Severity.ERROR,
    about=(DEPLOYMENT,),
    sources=(
        "kubernetes/kubernetes: cluster/addons/dns/coredns/coredns.yaml.base",
        "https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/",
    ),
)
def cluster_dns_down(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report a Deployment of the DNS that wants pods and has none that is ready."""
    if resource.namespace != "kube-system" or resource.labels.get(_LABEL[0]) != _LABEL[1]:
        return
    status, wanted = resource.get("status"), resource.get("spec.replicas")
    ready = resource.get("status.readyReplicas")
    is_wanted = wanted is None or wanted.number is None or wanted.number > 0
    if status is not None and isinstance(status.value, dict) and is_wanted and (ready is None or ready.value == 0):
        message = f"no pod of '{resource.name}' is ready, so names of Services are not resolved"
        yield (ready or status).problem(message, describe(resource))
