"""A policy keeps a control plane from the Kubernetes API server.

## Why it matters
Any egress rule turns on default deny for what leaves the pods. The control planes of meshes, controllers and CoreDNS
watch the API server: cut off from it they go on with what they knew, and after the next restart they never become
ready. Proxies get no new configuration and no certificate then, and names of new Services do not resolve. To Cilium the
API server is an entity of its own, `kube-apiserver`: no selector of pods chooses it.

## Wrong
```yaml
apiVersion: v1
kind: Namespace
metadata: {name: istio-system}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: istiod, namespace: istio-system}
spec:
  selector: {matchLabels: {app: istiod}}
  template:
    metadata: {labels: {app: istiod}}
    spec:
      containers: [{name: discovery, image: "istio/pilot:1.30.0"}]
---
apiVersion: cilium.io/v2
kind: CiliumClusterwideNetworkPolicy
metadata: {name: dns-alone}
spec:
  endpointSelector: {}
  egress:
  - toEndpoints:
    - matchLabels: {k8s:io.kubernetes.pod.namespace: kube-system, k8s-app: kube-dns}
```

## Right
```yaml
apiVersion: v1
kind: Namespace
metadata: {name: istio-system}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: istiod, namespace: istio-system}
spec:
  selector: {matchLabels: {app: istiod}}
  template:
    metadata: {labels: {app: istiod}}
    spec:
      containers: [{name: discovery, image: "istio/pilot:1.30.0"}]
---
apiVersion: cilium.io/v2
kind: CiliumClusterwideNetworkPolicy
metadata: {name: dns-alone}
spec:
  endpointSelector: {}
  egress:
  - toEndpoints:
    - matchLabels: {k8s:io.kubernetes.pod.namespace: kube-system, k8s-app: kube-dns}
  - toEntities: [kube-apiserver]
```

## When it stays quiet
Some policy lets the control plane reach the API server on port 443 or 6443, or it is not known whether one does; the
control plane is on the network of the node; policies that the agent refuses. Only loaded control planes of meshes and
CoreDNS are looked at: which other workloads need the API server is not known from files.

## Fix safety
None is offered: whether the policy or its selector is wrong is not known.
"""

from collections.abc import Iterator

from service_mesh.mesh.components import COMPONENT_KINDS, components
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import Workload, workloads
from service_mesh.model.finding import Anchor, Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.resource import Resource
from service_mesh.posture.cilium.access import egress_decision
from service_mesh.posture.cilium.collected import COLLECTED_KINDS
from service_mesh.posture.cilium.endpoints import ENDPOINT_KINDS
from service_mesh.posture.cilium.rules import chosen_rules, default_denies, is_refused, place_of
from service_mesh.posture.decisions import Direction, Verdict
from service_mesh.posture.kubernetes.ends import End, Entity, of_entity, of_workload
from service_mesh.rules.cilium._policies import POLICIES, policy_rules
from service_mesh.rules.rule import rule

_ROLES = frozenset(
    {"istiod", "ztunnel", "destination", "identity", "proxy-injector", "operator", "controller", "service-mirror"}
)
_DNS = ("k8s-app", "kube-dns")
_PORTS = (443, 6443)


@rule(
    "CI173",
    category=Category.OPERATIONS,
    severity=Severity.WARNING,
    about=POLICIES,
    reads=tuple(dict.fromkeys((*COLLECTED_KINDS, *ENDPOINT_KINDS, *COMPONENT_KINDS))),
    needs=("egress", "egressDeny"),
    sources=(
        "cilium/cilium: pkg/policy/repository.go",
        "https://docs.cilium.io/en/stable/security/policy/language/#entities-based",
    ),
)
def api_server_closed(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report the rule that keeps a loaded control plane from the API server, once for each rule."""
    if is_refused(resource):
        return
    closed = mesh.index(_closed)
    for one in policy_rules(resource):
        workload = closed.get(id(one.value))
        if workload is not None:
            node = one.get("egress") or one.get("egressDeny") or one
            message = f"{workload.title} needs the Kubernetes API server, and no rule lets it connect there"
            related = (workload.resource.root.note("is selected"),)
            yield node.finding(message, related=related, anchor=Anchor.KEY)


def _closed(mesh: MeshView) -> dict[int, Workload]:
    """The rules that are told of, each with the first control plane that is cut off: the first rule of those for it."""
    found: dict[int, Workload] = {}
    for workload in _clients(mesh):
        pod = of_workload(workload)
        if not pod.is_pod:
            continue
        closing = [one.rule for one in chosen_rules(mesh, pod) if default_denies(one.rule, Direction.EGRESS)]
        if closing and all(_is_denied(mesh, pod, port) for port in _PORTS):
            found.setdefault(id(min(closing, key=place_of).value), workload)
    return found


def _clients(mesh: MeshView) -> Iterator[Workload]:
    """Loaded workloads that watch the API server."""
    yield from (one.workload for one in components(mesh) if one.role in _ROLES)
    name, value = _DNS
    yield from (one for one in workloads(mesh) if one.namespace == "kube-system" and one.labels.get(name) == value)


def _is_denied(mesh: MeshView, pod: End, port: int) -> bool:
    server = of_entity(Entity.KUBE_APISERVER, pod.cluster)
    return egress_decision(mesh, pod, server, port, "TCP").verdict is Verdict.DENIED
