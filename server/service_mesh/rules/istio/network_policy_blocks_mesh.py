"""NetworkPolicy leaves out the port that the mesh itself needs.

## Why it matters
Ambient workloads talk to each other on port 15008, whatever the port of the application is, and a sidecar fetches its
certificate from istiod on port 15012. A NetworkPolicy that allows the application's ports alone cuts off every client
of the mesh, or the proxy from its control plane.

## Wrong
```yaml
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  podSelector:
    matchLabels: {app: cart}
  policyTypes: [Ingress]
  ingress:
  - ports:
    - {protocol: TCP, port: 8080}
---
apiVersion: v1
kind: Namespace
metadata:
  name: shop
  labels: {istio.io/dataplane-mode: ambient}
---
apiVersion: v1
kind: Pod
metadata:
  name: cart
  namespace: shop
  labels: {app: cart}
spec:
  containers:
  - {name: app, image: cart}
```

## Right
```yaml
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  podSelector:
    matchLabels: {app: cart}
  policyTypes: [Ingress]
  ingress:
  - ports:
    - {protocol: TCP, port: 8080}
    - {protocol: TCP, port: 15008}
---
apiVersion: v1
kind: Namespace
metadata:
  name: shop
  labels: {istio.io/dataplane-mode: ambient}
---
apiVersion: v1
kind: Pod
metadata:
  name: cart
  namespace: shop
  labels: {app: cart}
spec:
  containers:
  - {name: app, image: cart}
```

## When it stays quiet
Some policy for the workload allows the port, in a range too, or has a rule without ports, whose peers are not looked
at; a policy denies everything, since others may come; it is not known whether the workload is in the mesh. Policies of
Cilium are IS237's matter. In a namespace that is not loaded as a whole it is reported as not checked.

## Fix safety
Adding the port to the first rule is offered; unsafe, because it opens a port for the peers of that rule.
"""

from collections.abc import Iterator

from service_mesh.mesh.network_policies import is_port_open, policy_rules, selected_by_policy
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import Workload
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import NETWORK_POLICY
from service_mesh.model.resource import Resource
from service_mesh.posture.istio.enrolment import ENROLMENT_KINDS, enrolment
from service_mesh.rules.istio._mesh_ports import MOST_WORKLOADS, NEEDS, Need, blocked
from service_mesh.rules.rule import rule


@rule(
    "IS228",
    category=Category.TRAFFIC,
    severity=Severity.WARNING,
    about=(NETWORK_POLICY,),
    reads=ENROLMENT_KINDS,
    sources=(
        "istio/ztunnel: src/proxy/inbound.rs",
        "https://istio.io/latest/docs/ambient/usage/networkpolicy/",
        "https://istio.io/latest/docs/ops/deployment/application-requirements/#ports-used-by-istio",
    ),
)
def network_policy_blocks_mesh(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each direction in which the allowed ports leave out the mesh's own."""
    needs = [need for need in NEEDS if any(True for _ in policy_rules(resource, need.direction))]
    for workload in selected_by_policy(mesh, resource)[:MOST_WORKLOADS] if needs else ():
        mode = enrolment(mesh, workload).mode
        drafts = [_draft(mesh, need, workload, resource) for need in needs if need.mode is mode]
        found = [draft for draft in drafts if draft is not None]
        yield from found
        if found:
            return


def _draft(mesh: MeshView, need: Need, workload: Workload, policy: Resource) -> Draft | None:
    if is_port_open(mesh, workload, need.direction, need.port):
        return None
    node = next(policy_rules(policy, need.direction))
    ports = node.get("ports") or node
    partial = not mesh.is_complete(policy.namespace, policy.cluster)
    return blocked(need, workload, ports, {"protocol": "TCP", "port": need.port}, partial=partial)
