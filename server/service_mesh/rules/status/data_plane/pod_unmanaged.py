"""Pod is not looked after by Cilium.

## Why it matters
A pod that got its network before Cilium came, or from another plugin, has no endpoint: no policy is enforced on it,
its traffic is neither encrypted nor shown by Hubble, and policies of others take it for something outside the cluster.
`cilium status` counts it among the pods that are not managed.

## Wrong
```yaml
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec: {nodeName: worker-1, containers: [{name: web, image: web}]}
status: {phase: Running, podIP: 10.0.1.7}
---
apiVersion: cilium.io/v2
kind: CiliumEndpoint
metadata: {name: api, namespace: shop}
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: cilium, namespace: kube-system}
spec:
  selector: {matchLabels: {k8s-app: cilium}}
  template:
    metadata: {labels: {k8s-app: cilium}}
    spec: {containers: [{name: cilium-agent, image: "quay.io/cilium/cilium:v1.20.3"}]}
---
apiVersion: v1
kind: Pod
metadata: {name: cilium-4x7kd, namespace: kube-system, labels: {k8s-app: cilium}}
spec:
  nodeName: worker-1
  hostNetwork: true
  containers: [{name: cilium-agent, image: "quay.io/cilium/cilium:v1.20.3"}]
status: {phase: Running, conditions: [{type: Ready, status: "True"}]}
```

## Right
```yaml
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec: {nodeName: worker-1, containers: [{name: web, image: web}]}
status: {phase: Running, podIP: 10.0.1.7}
---
apiVersion: cilium.io/v2
kind: CiliumEndpoint
metadata: {name: web, namespace: shop}
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: cilium, namespace: kube-system}
spec:
  selector: {matchLabels: {k8s-app: cilium}}
  template:
    metadata: {labels: {k8s-app: cilium}}
    spec: {containers: [{name: cilium-agent, image: "quay.io/cilium/cilium:v1.20.3"}]}
---
apiVersion: v1
kind: Pod
metadata: {name: cilium-4x7kd, namespace: kube-system, labels: {k8s-app: cilium}}
spec:
  nodeName: worker-1
  hostNetwork: true
  containers: [{name: cilium-agent, image: "quay.io/cilium/cilium:v1.20.3"}]
status: {phase: Running, conditions: [{type: Ready, status: "True"}]}
```

## When it stays quiet
The pod shares the network of its node, is finished, being deleted or a few minutes old, or the agent on its node is
not ready. Nothing is said either where CiliumEndpoints were not all read, where the cluster has none at all, where the
kind is switched off (`disable-endpoint-crd`) and where slices of endpoints are used. One problem stands for all such
pods of a workload.

## Fix safety
No fix: the pod has to be started again, and when that may happen is for its owner to say.
"""

from collections.abc import Iterator

from service_mesh.mesh.cilium_pods import UNMANAGED_KINDS, unmanaged_with
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import workload_of
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import POD
from service_mesh.model.kubectl import command
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule
from service_mesh.rules.status._words import counted


@rule(
    "ST250",
    category=Category.SECURITY,
    severity=Severity.WARNING,
    about=(POD,),
    reads=tuple(kind for kind in UNMANAGED_KINDS if kind != POD),
    sources=(
        "cilium/cilium: cilium-cli/status/k8s.go",
        "https://docs.cilium.io/en/stable/operations/troubleshooting/",
    ),
)
def pod_unmanaged(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report the first pod of a workload that has no endpoint, with the number of the others."""
    pods = unmanaged_with(mesh, resource)
    if not pods:
        return
    workload = workload_of(mesh, resource)
    rest = counted(len(pods) - 1, "more pod")
    others = f"; the same goes for {rest} of '{workload.title}'" if workload is not None and len(pods) > 1 else ""
    node = resource.get("status.podIP") or resource.root
    message = f"pod '{resource.name}' has no CiliumEndpoint, so that Cilium does not look after it{others}"
    yield node.problem(message, command("kubectl", "-n", resource.namespace, "get", "pods,ciliumendpoints"))
