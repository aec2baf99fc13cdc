"""A Cilium policy closes the probes of the kubelet for a workload in ambient mode.

## Why it matters
Cilium lets the pod's own node in whatever the policies say, so that probes succeed under default deny. In ambient mode
the probes arrive from the link-local address 169.254.7.127 instead, which tells ztunnel to leave them alone; to Cilium
that address is the world. The pods never become ready, or are restarted again and again, and policies look right.

## Wrong
```yaml
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio.io/dataplane-mode: ambient}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: cart, namespace: shop}
spec:
  selector: {matchLabels: {app: cart}}
  template:
    metadata: {labels: {app: cart}}
    spec:
      containers:
      - name: app
        image: cart
        readinessProbe: {httpGet: {port: 8080}}
---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEntities: [cluster]
```

## Right
```yaml
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio.io/dataplane-mode: ambient}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: cart, namespace: shop}
spec:
  selector: {matchLabels: {app: cart}}
  template:
    metadata: {labels: {app: cart}}
    spec:
      containers:
      - name: app
        image: cart
        readinessProbe: {httpGet: {port: 8080}}
---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEntities: [cluster]
---
apiVersion: cilium.io/v2
kind: CiliumClusterwideNetworkPolicy
metadata: {name: probes}
spec:
  endpointSelector: {}
  enableDefaultDeny: {ingress: false, egress: false}
  ingress:
  - fromCIDR: [169.254.7.127/32]
```

## When it stays quiet
Some policy lets the address in, or it is not known whether one does; the workload is not surely in ambient mode, has no
probe over the network, or uses the network of its node; Istio's CNI plugin is loaded and told to use another address
(`HOST_PROBE_SNAT_IP`). Policies that the agent refuses are left out.

## Fix safety
None is offered: a policy for the whole cluster mends it for every workload at once, and belongs to whoever runs it.
"""

from collections.abc import Iterator
from ipaddress import ip_address

from service_mesh.mesh.components import COMPONENT_KINDS, components
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import Workload, workloads
from service_mesh.model.finding import Anchor, Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import CILIUM_CLUSTERWIDE_NETWORK_POLICY, CILIUM_NETWORK_POLICY
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.cilium.access import ingress_decision
from service_mesh.posture.cilium.collected import COLLECTED_KINDS
from service_mesh.posture.cilium.rules import chosen_rules, default_denies, is_refused, place_of
from service_mesh.posture.decisions import Direction, Verdict
from service_mesh.posture.istio.enrolment import ENROLMENT_KINDS, Enrolled, enrolment
from service_mesh.posture.kubernetes.ends import of_workload, outside
from service_mesh.rules.ambient._reach import somewhere_ambient
from service_mesh.rules.rule import rule

_KUBELET = ip_address("169.254.7.127")
_OTHER_ADDRESS = "HOST_PROBE_SNAT_IP"
_PROBES = ("livenessProbe", "readinessProbe", "startupProbe")
_WAYS = ("httpGet", "tcpSocket", "grpc")


@rule(
    "AM121",
    category=Category.TRAFFIC,
    severity=Severity.WARNING,
    about=(CILIUM_NETWORK_POLICY, CILIUM_CLUSTERWIDE_NETWORK_POLICY),
    where=somewhere_ambient,
    reads=tuple(dict.fromkeys((*ENROLMENT_KINDS, *COLLECTED_KINDS, *COMPONENT_KINDS))),
    sources=(
        "istio/istio: cni/pkg/iptables/iptables.go",
        "https://istio.io/latest/docs/ambient/install/platform-prerequisites/#cilium",
        "https://github.com/istio/istio/issues/49277",
    ),
)
def probes_closed_by_cilium(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report the rule that closes the probes of a workload, once for each rule."""
    closed = mesh.index(_closed)
    for one in (*resource.each("spec"), *resource.each("specs[]")) if closed and not is_refused(resource) else ():
        found = closed.get(id(one.value))
        if found is not None:
            workload, probe = found
            message = f"probes of {workload.title} are refused: in ambient mode they come from {_KUBELET}"
            node = one.get("ingress") or one.get("ingressDeny") or one
            yield node.finding(message, related=(probe.note("is asked by the kubelet"),), anchor=Anchor.KEY)


def _closed(mesh: MeshView) -> dict[int, tuple[Workload, Node]]:
    """The rules that are told of, the first of those for a workload, each with the first workload that it meets."""
    found: dict[int, tuple[Workload, Node]] = {}
    for workload in workloads(mesh) if not _is_moved(mesh) else ():
        if workload.uses_host_network or enrolment(mesh, workload).mode is not Enrolled.AMBIENT:
            continue
        pod = of_workload(workload)
        refused = next((probe for probe, port in _probes(workload) if _is_denied(mesh, workload, port)), None)
        closing = [one.rule for one in chosen_rules(mesh, pod) if default_denies(one.rule, Direction.INGRESS)]
        if refused is not None and closing:
            found.setdefault(id(min(closing, key=place_of).value), (workload, refused))
    return found


def _probes(workload: Workload) -> Iterator[tuple[Node, int]]:
    """The ports that the kubelet asks, each with its number."""
    for container in workload.containers:
        for port in (container.get(f"{probe}.{way}.port") for probe in _PROBES for way in _WAYS):
            number = workload.port_numbers.get(port.text) if port is not None and port.text else None
            if port is not None and type(port.value) is int:
                number = port.value
            if port is not None and number is not None:
                yield port, number


def _is_denied(mesh: MeshView, workload: Workload, port: int) -> bool:
    client = outside(_KUBELET, cluster=workload.cluster)
    return ingress_decision(mesh, client, of_workload(workload), port).verdict is Verdict.DENIED


def _is_moved(mesh: MeshView) -> bool:
    """Whether Istio's CNI plugin is told to use another address."""
    agents = (one.workload for one in components(mesh) if one.role == "istio-cni")
    names = (name.text for agent in agents for one in agent.containers for name in one.each("env[].name"))
    return _OTHER_ADDRESS in names
