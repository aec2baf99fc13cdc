"""Server is for a port that none of its pods has.

## Why it matters
A port by name is looked up among the names of the pods' TCP ports; where there is none of that name, the Server governs
nothing and the port that was meant stays under the default policy. A number in quotes is a name. A port by number
governs that number whether a container declares it or not; that none of them does mostly means that the number is the
Service's, while Servers are about the pods'.

## Wrong
```yaml
apiVersion: v1
kind: Namespace
metadata:
  name: shop
  annotations: {linkerd.io/inject: enabled}
---
apiVersion: v1
kind: Pod
metadata:
  name: cart
  namespace: shop
  labels: {app: cart}
spec:
  containers:
  - name: app
    image: cart
    ports:
    - {name: http, containerPort: 8080}
---
apiVersion: policy.linkerd.io/v1beta3
kind: Server
metadata: {name: cart, namespace: shop}
spec:
  podSelector: {matchLabels: {app: cart}}
  port: "8080"
```

## Right
```yaml
apiVersion: v1
kind: Namespace
metadata:
  name: shop
  annotations: {linkerd.io/inject: enabled}
---
apiVersion: v1
kind: Pod
metadata:
  name: cart
  namespace: shop
  labels: {app: cart}
spec:
  containers:
  - name: app
    image: cart
    ports:
    - {name: http, containerPort: 8080}
---
apiVersion: policy.linkerd.io/v1beta3
kind: Server
metadata: {name: cart, namespace: shop}
spec:
  podSelector: {matchLabels: {app: cart}}
  port: 8080
```

## When it stays quiet
One of the workloads it selects has the port; it selects none, which is reported as such; a port of the proxy itself; a
number where the containers declare no ports at all. A number that is not declared is a note.

## Fix safety
Taking the quotes off a number that a container declares, and the only name that is near, are offered; unsafe, because
the Server takes effect with them.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import WORKLOAD_KINDS, Workload
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Fix
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import LINKERD_SERVER
from service_mesh.model.names import nearest
from service_mesh.model.node import Node
from service_mesh.model.ports import port_in
from service_mesh.model.resource import Resource
from service_mesh.posture.linkerd.servers import named_ports, workloads_of_server
from service_mesh.rules.linkerd._policies import PROXY_PORTS, declared_ports
from service_mesh.rules.rule import rule

_PROXY_NAMES = frozenset({"linkerd-admin", "linkerd-proxy"})


@rule(
    "LD137",
    category=Category.REFERENCE,
    severity=Severity.WARNING,
    about=(LINKERD_SERVER,),
    reads=WORKLOAD_KINDS,
    needs=("port",),
    sources=(
        "linkerd/linkerd2: policy-controller/k8s/index/src/inbound/workload.rs",
        "linkerd/linkerd2: policy-controller/k8s/api/src/policy/server.rs",
        "https://linkerd.io/2/reference/authorization-policy/#server",
    ),
)
def server_port_missing(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report a port that is not there, by name or by number."""
    port = resource.get("spec.port")
    chosen = [one for one in workloads_of_server(mesh, resource) if not one.is_machine]
    if port is None or not chosen:
        return
    if type(port.value) is int:
        declared = [declared_ports(workload) for workload in chosen]
        if port.value not in PROXY_PORTS and all(declared) and not any(port.value in held for held in declared):
            message = f"no container of '{chosen[0].title}'{_more(chosen)} declares port {port.value}"
            yield port.finding(message, severity=Severity.INFO)
    elif port.text and port.text not in _PROXY_NAMES and not any(port.text in named_ports(one) for one in chosen):
        message = f"no container of '{chosen[0].title}'{_more(chosen)} has a TCP port of the name '{port.text[:80]}'"
        yield port.finding(f"{message}, so the Server governs nothing", fix=_fix(port, chosen))


def _fix(port: Node, chosen: list[Workload]) -> Fix | None:
    number = port_in(port.text)
    if number is not None:
        is_declared = any(number in declared_ports(workload) for workload in chosen)
        return Fix.replace(port, number, title="take the quotes off the number") if is_declared else None
    near = nearest(port.text, {name for workload in chosen for name in named_ports(workload)}, unique=True)
    return Fix.replace(port, near) if near is not None else None


def _more(chosen: list[Workload]) -> str:
    return f" and of {len(chosen) - 1} more" if len(chosen) > 1 else ""
