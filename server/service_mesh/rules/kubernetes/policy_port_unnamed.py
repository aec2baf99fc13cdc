"""NetworkPolicy opens a port by a name that no container of its pods has.

## Why it matters
Names are looked up among the ports of the selected pods' containers; those of a Service's ports are not known there. A
name that none has opens nothing, and every client is shut out.

## Wrong
```yaml
apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
apiVersion: v1
kind: Pod
metadata: {name: cart, namespace: shop, labels: {app: cart}}
spec:
  containers:
  - name: app
    image: "cart:1"
    ports:
    - {name: http, containerPort: 8080}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  podSelector: {matchLabels: {app: cart}}
  ingress:
  - ports:
    - {port: web}
```

## Right
```yaml
apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
apiVersion: v1
kind: Pod
metadata: {name: cart, namespace: shop, labels: {app: cart}}
spec:
  containers:
  - name: app
    image: "cart:1"
    ports:
    - {name: http, containerPort: 8080}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  podSelector: {matchLabels: {app: cart}}
  ingress:
  - ports:
    - {port: http}
```

## When it stays quiet
Some selected workload has the port, with the protocol that the rule is for; nothing loaded is selected; a namespace
that is not loaded as a whole; ports that a proxy of a mesh brings along; rules for egress, whose names are those of
other pods; names that are none, which K8111 reports.

## Fix safety
Offered where one port has a near name; unsafe, because it lets connections in.
"""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet

from service_mesh.mesh.network_policies import policy_rules, selected_by_policy
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import WORKLOAD_KINDS, Workload
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Fix
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import NETWORK_POLICY
from service_mesh.model.names import nearest
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.kubernetes._ports import port_fault
from service_mesh.rules.rule import rule

_OF_PROXIES = ("linkerd-", "http-envoy-", "status-port")


@rule(
    "K8118",
    category=Category.REFERENCE,
    severity=Severity.WARNING,
    about=(NETWORK_POLICY,),
    reads=WORKLOAD_KINDS,
    needs=("ports",),
    sources=("kubernetes/kubernetes: staging/src/k8s.io/api/networking/v1/types.go (NetworkPolicyPort)",),
)
def policy_port_unnamed(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each name of a port that no selected workload declares."""
    named = [port for item in policy_rules(resource, "ingress") for port in item.each("ports[]") if _is_name(port)]
    workloads = selected_by_policy(mesh, resource) if named else ()
    if not workloads or not mesh.is_complete(resource.namespace, resource.cluster):
        return
    declared = mesh.once(_declared, workloads)
    for port in named:
        name, protocol = port.get("port"), _protocol(port)
        if name is None or (name.text, protocol) in declared:
            continue
        message = f"no container of the selected pods has a {protocol} port named '{name.text}', so it opens nothing"
        yield name.finding(message, fix=_fix(name, {known for known, _ in declared}))


def _declared(mesh: MeshView, workloads: tuple[Workload, ...]) -> frozenset[tuple[str, str]]:  # noqa: ARG001
    """Name and protocol of every port; asked once for all policies that select the same workloads."""
    ports = (port for workload in workloads for port in workload.container_ports)
    return frozenset((name, _protocol(port)) for port in ports if (name := port.text_at("name")))


def _is_name(port: Node) -> bool:
    name = port.text_at("port")
    return bool(name) and not port_fault(name) and not name.startswith(_OF_PROXIES)


def _protocol(port: Node) -> str:
    return port.text_at("protocol") or "TCP"


def _fix(name: Node, known: AbstractSet[str]) -> Fix | None:
    near = nearest(name.text, known - {name.text}, unique=True)
    return Fix.replace(name, near, title=f"rename to '{near}'") if near else None
