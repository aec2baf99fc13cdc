"""NetworkPolicy opens the port of a Service instead of that of its pods.

## Why it matters
The address and port of a Service are replaced before policies are looked at: connections arrive at the port of the
container. A rule for the Service's number opens a port where nothing listens and leaves the real one closed.

## Wrong
```yaml
apiVersion: v1
kind: Service
metadata: {name: cart, namespace: shop}
spec:
  selector: {app: cart}
  ports:
  - {name: http, port: 80, targetPort: 8080}
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
    - {port: 80}
```

## Right
```yaml
apiVersion: v1
kind: Service
metadata: {name: cart, namespace: shop}
spec:
  selector: {app: cart}
  ports:
  - {name: http, port: 80, targetPort: 8080}
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
    - {port: 8080}
```

## When it stays quiet
Some policy for the pods opens the real port, by a name or in a range too, or that of a mesh, at which its connections
arrive; the number is one that a container declares; no Service in front of the pods has the number; pods on the network
of their node; other protocols than TCP. Of the servers in rules for egress, pods of the policy's own namespace are
looked at. Where the namespace is not loaded as a whole it is reported as not checked.

## Fix safety
The port of the container is offered in its place; unsafe, because it opens another port.
"""

from collections.abc import Iterable, Iterator, Mapping

from service_mesh.mesh.network_policies import is_port_open, policy_rules, selected_by_policy
from service_mesh.mesh.ports import port_number, target_number
from service_mesh.mesh.selection import selected, services_of
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import WORKLOAD_KINDS, Workload
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Fix
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import NETWORK_POLICY, SERVICE
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.model.selectors import label_selector
from service_mesh.rules.rule import rule

_OF_MESHES = (15008, 4143)
_MOST_WORKLOADS = 20


@rule(
    "K8119",
    category=Category.TRAFFIC,
    severity=Severity.WARNING,
    about=(NETWORK_POLICY,),
    reads=(SERVICE, *WORKLOAD_KINDS),
    needs=("ports",),
    sources=(
        "https://kubernetes.io/docs/concepts/services-networking/network-policies/#the-networkpolicy-resource",
        "https://kubernetes.io/docs/reference/networking/virtual-ips/",
    ),
)
def policy_opens_service_port(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each port that is a Service's, while the one that it leads to is closed."""
    own = selected_by_policy(mesh, resource)[:_MOST_WORKLOADS]
    for item in policy_rules(resource, "ingress"):
        yield from _misread(mesh, item, own, own, "ingress")
    for item in policy_rules(resource, "egress"):
        yield from _misread(mesh, item, own, _servers(mesh, item), "egress")


def _servers(mesh: MeshView, item: Node) -> tuple[Workload, ...]:
    """Pods of the policy's own namespace that a rule for egress is for; none where it is for others too."""
    found: list[Workload] = []
    for peer in item.each("to[]"):
        node = peer.get("podSelector")
        if node is None or peer.get("namespaceSelector") is not None or label_selector(node).is_empty:
            return ()
        found += selected(mesh, label_selector(node), item.resource.namespace, item.resource.cluster)
    return tuple(found[:_MOST_WORKLOADS])


def _misread(
    mesh: MeshView, item: Node, subjects: Iterable[Workload], servers: Iterable[Workload], way: str
) -> Iterator[Draft]:
    servers = [one for one in servers if not one.uses_host_network and not one.is_machine]
    subject = next((one for one in subjects if not one.uses_host_network), None)
    if subject is None or not servers:
        return
    for port in item.each("ports[]"):
        number = port.value_at("port")
        if type(number) is not int or port.text_at("protocol") not in ("", "TCP"):
            continue
        led = [mesh.once(_led_from, server).get(number) for server in servers]
        arrival = led[0] if all(led) and port.get("endPort") is None else None
        if arrival is None or _is_open_by_name(mesh, servers, item.resource, arrival[1]):
            continue
        if not _is_open(mesh, servers if way == "ingress" else [subject], way, arrival[1]):
            node = port.get("port") or port
            yield _draft(node, *arrival, partial=not mesh.is_complete(item.resource.namespace, item.resource.cluster))


def _led_from(mesh: MeshView, server: Workload) -> Mapping[int, tuple[Node, int]]:
    """Number of a Service's port that is no port of the pods -> that port and the container port behind it."""
    declared = server.declared_numbers
    leading = [port for service in services_of(mesh, server) for port in service.each("spec.ports[]")]
    aims = [target_number(port, server) for port in leading]
    found: dict[int, tuple[Node, int]] = {}
    for port, target in zip(leading, aims, strict=True):
        number = port_number(port)
        if number is not None and number not in declared and number not in aims and target in declared:
            found.setdefault(number, (port, target))
    return found


def _is_open(mesh: MeshView, subjects: Iterable[Workload], way: str, number: int) -> bool:
    return any(is_port_open(mesh, subject, way, port) for subject in subjects for port in (number, *_OF_MESHES))


def _is_open_by_name(mesh: MeshView, servers: Iterable[Workload], policy: Resource, number: int) -> bool:
    """Whether some policy of the namespace opens a port by a name that the number has on one of the servers."""
    opened = mesh.index(_opened_names).get((policy.cluster, policy.namespace), frozenset())
    return any(value == number and name in opened for one in servers for name, value in one.port_numbers.items())


def _opened_names(mesh: MeshView) -> Mapping[tuple[str, str], frozenset[str]]:
    found: dict[tuple[str, str], set[str]] = {}
    for policy in mesh.of_kind(NETWORK_POLICY):
        ports = (port for way in ("ingress", "egress") for port in policy.each(f"spec.{way}[].ports[].port"))
        found.setdefault((policy.cluster, policy.namespace), set()).update(port.text for port in ports if port.text)
    return {place: frozenset(names) for place, names in found.items()}


def _draft(number: Node, port: Node, target: int, *, partial: bool) -> Draft:
    service = port.resource
    message = (
        f"{number.value} is the port of Service '{service.name}': connections arrive at port {target}, "
        "which nothing allows"
    )
    fix = Fix.replace(number, target, title=f"open port {target}")
    return number.finding(message, fix=fix, related=(port.note("leads to the pods' port"),), partial=partial)
