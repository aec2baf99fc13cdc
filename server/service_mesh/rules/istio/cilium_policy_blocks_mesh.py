"""Cilium policy for a workload of the mesh does not allow a port that the mesh needs.

## Why it matters
Between ambient workloads every connection travels to port 15008 of the pod, whatever port the application listens on;
sidecars reach istiod at port 15012. A policy that names only the ports of applications cuts the workload off: requests
time out, and a sidecar gets no configuration and no certificate.

## Wrong
```yaml
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio.io/dataplane-mode: ambient}}
---
apiVersion: v1
kind: Pod
metadata: {name: cart, namespace: shop, labels: {app: cart}}
spec:
  containers: [{name: app, image: cart}]
---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - toPorts:
    - ports: [{port: "8080", protocol: TCP}]
```

## Right
```yaml
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio.io/dataplane-mode: ambient}}
---
apiVersion: v1
kind: Pod
metadata: {name: cart, namespace: shop, labels: {app: cart}}
spec:
  containers: [{name: app, image: cart}]
---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - toPorts:
    - ports: [{port: "8080", protocol: TCP}, {port: "15008", protocol: TCP}]
```

## When it stays quiet
Some policy for the workload allows the port, in a range too, or has a rule without ports, whose peers are not looked
at; no policy for it turns the default deny on; a rule allows nothing at all (`{}`), since others may come; it is not
known whether the workload is in the mesh. In a namespace that is not loaded as a whole it is reported as not checked.

## Fix safety
Adding the port to the first rule is offered; unsafe, because it opens a port for the peers of that rule.
"""

from collections.abc import Iterator

from service_mesh.mesh.cilium_endpoints import CILIUM_POLICIES, selected_by_rule
from service_mesh.mesh.cilium_ports import is_open_in_cilium, port_lists
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import Workload
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.istio.enrolment import ENROLMENT_KINDS, enrolment
from service_mesh.rules.istio._mesh_ports import MOST_WORKLOADS, NEEDS, Need, blocked
from service_mesh.rules.rule import rule


@rule(
    "IS237",
    category=Category.TRAFFIC,
    severity=Severity.WARNING,
    about=CILIUM_POLICIES,
    reads=ENROLMENT_KINDS,
    sources=(
        "istio/ztunnel: src/proxy/inbound.rs",
        "cilium/cilium: pkg/policy/repository.go",
        "https://istio.io/latest/docs/ambient/usage/networkpolicy/",
    ),
)
def cilium_policy_blocks_mesh(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each direction in which the allowed ports leave out the mesh's own."""
    for policy_rule in (*resource.each("spec"), *resource.each("specs[]")):
        needs = [need for need in NEEDS if port_lists(policy_rule, need.direction)]
        if needs:
            yield from _judged(policy_rule, needs, mesh)


def _judged(policy_rule: Node, needs: list[Need], mesh: MeshView) -> Iterator[Draft]:
    for number, workload in enumerate(selected_by_rule(mesh, policy_rule)):
        mode = enrolment(mesh, workload).mode
        drafts = [_draft(policy_rule, need, workload, mesh) for need in needs if need.mode is mode]
        found = [draft for draft in drafts if draft is not None]
        yield from found
        if found or number == MOST_WORKLOADS:
            return


def _draft(policy_rule: Node, need: Need, workload: Workload, mesh: MeshView) -> Draft | None:
    if is_open_in_cilium(mesh, workload, need.direction, need.port):
        return None
    ports = port_lists(policy_rule, need.direction)[0]
    partial = not mesh.is_complete(workload.namespace, workload.cluster)
    return blocked(need, workload, ports, {"port": str(need.port), "protocol": "TCP"}, partial=partial)
