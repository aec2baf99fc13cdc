"""Namespace of istiod names another network than the east-west gateway.

## Why it matters
The label says which network the pods of the cluster are in. Without it they count as reachable from everywhere, and
other clusters send to them directly instead of through the gateway.

## Wrong
```yaml
apiVersion: v1
kind: Namespace
metadata: {name: istio-system}
---
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
kind: Service
metadata:
  name: istio-eastwestgateway
  namespace: istio-system
  creationTimestamp: "2026-10-01T08:00:00Z"
  labels: {istio: eastwestgateway, topology.istio.io/network: north}
spec:
  type: LoadBalancer
  ports:
  - {name: tls, port: 15443}
status: {loadBalancer: {ingress: [{ip: 203.0.113.20}]}}
```

## Right
```yaml
apiVersion: v1
kind: Namespace
metadata: {name: istio-system, labels: {topology.istio.io/network: north}}
---
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
kind: Service
metadata:
  name: istio-eastwestgateway
  namespace: istio-system
  creationTimestamp: "2026-10-01T08:00:00Z"
  labels: {istio: eastwestgateway, topology.istio.io/network: north}
spec:
  type: LoadBalancer
  ports:
  - {name: tls, port: 15443}
status: {loadBalancer: {ingress: [{ip: 203.0.113.20}]}}
```

## When it stays quiet
No east-west gateway is there. The chart's values set the network, so that injected pods carry it.

## Fix safety
No fix: which of the two names is right is not known.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model import kubectl
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import NAMESPACE, SERVICE
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule
from service_mesh.rules.status._words import told
from service_mesh.rules.status.multi_cluster._members import MEMBER_KINDS, NETWORK, east_west_services, members


@rule(
    "ST504",
    category=Category.TRAFFIC,
    severity=Severity.WARNING,
    about=(NAMESPACE,),
    reads=(SERVICE, *MEMBER_KINDS),
    sources=(
        "istio/istio: pilot/pkg/serviceregistry/kube/controller/network.go",
        "https://istio.io/latest/docs/setup/install/multicluster/multi-primary_multi-network/",
    ),
)
def network_unlabelled(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report the namespace of istiod that does not name the network of its east-west gateway."""
    home = members(mesh).get(resource.cluster)
    if home is None or resource.name not in home.namespaces:
        return
    networks = {str(one.labels[NETWORK]) for one in east_west_services(mesh, resource.cluster)}
    said = resource.labels.get(NETWORK)
    if not networks or said in networks or home.network in networks:
        return
    labels = resource.get("metadata.labels")
    node = (labels.key(NETWORK) if labels is not None else None) or labels or resource.root
    listed = " or ".join(f"'{told(name)}'" for name in sorted(networks))
    what = f"says network '{told(str(said))}'" if said is not None else "says no network"
    message = f"namespace '{resource.name}' {what}, but the east-west gateway leads into {listed}"
    yield node.problem(message, kubectl.command("kubectl", "get", f"namespace/{resource.name}", "--show-labels"))
