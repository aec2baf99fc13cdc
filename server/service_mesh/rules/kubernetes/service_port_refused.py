"""Port of a Service is one that the API server refuses.

## Why it matters
Several ports are told apart by their names, and DNS, routes and target ports use these names. A Service with a port
that has none, the name of another one, or a name or number that is no port's is not created or changed at all: what
was applied before stays in force.

## Wrong
```yaml
apiVersion: v1
kind: Service
metadata: {name: cart, namespace: shop}
spec:
  selector: {app: cart}
  ports:
  - {name: http, port: 80}
  - {port: 9090}
```

## Right
```yaml
apiVersion: v1
kind: Service
metadata: {name: cart, namespace: shop}
spec:
  selector: {app: cart}
  ports:
  - {name: http, port: 80}
  - {name: http-metrics, port: 9090}
```

## When it stays quiet
A single port without a name; a target port of 0 or without text, which means the port itself; the same number and
protocol twice and values of a wrong type, which the schema reports; a target port by a name that no container can have,
where workloads are behind the Service: IS163 reports that; a Service that was read from a cluster. The range of node
ports is a flag of the API server and not known.

## Fix safety
A target port whose number is written as text is offered as the number, which is what was meant. It is unsafe: the
Service comes into force and leads to that port. Names are for the author to choose.
"""

from collections.abc import Iterator

from service_mesh.catalog.name_forms import DNS_LABEL, QUALIFIED
from service_mesh.mesh.selection import workloads_of
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import WORKLOAD_KINDS
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Fix
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import SERVICE
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.kubernetes._ports import is_set, port_fault
from service_mesh.rules.rule import rule

_DIGITS = frozenset("0123456789")
_LONGEST_NUMBER = 5


@rule(
    "K8102",
    category=Category.SCHEMA,
    severity=Severity.ERROR,
    about=(SERVICE,),
    reads=WORKLOAD_KINDS,
    needs=("ports",),
    sources=("kubernetes/kubernetes: pkg/apis/core/validation/validation.go (validateServicePort)",),
)
def service_port_refused(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each field of a port that makes the API server refuse the Service."""
    if resource.is_from_cluster:
        return
    ports = [port for port in resource.each("spec.ports[]") if isinstance(port.value, dict)]
    names: dict[str, Node] = {}
    nodes: dict[tuple[str, object], Node] = {}
    for port in ports:
        yield from _name(port, names, is_needed=len(ports) > 1)
        yield from _numbers(port, nodes)
        yield from _target(port, resource, mesh)
        named = port.text_at("appProtocol")
        if named and not _is_qualified(named) and (said := port.get("appProtocol")) is not None:
            yield said.finding(f"'{named[:80]}' is not a name of a protocol: at most one '/' after a DNS name")


def _name(port: Node, names: dict[str, Node], *, is_needed: bool) -> Iterator[Draft]:
    name = port.get("name")
    if name is None or name.value in (None, ""):
        if is_needed:
            yield (port.get("port") or port).finding("one of several ports has no name, so the Service is refused")
    elif name.text and not DNS_LABEL.holds(name.text):
        yield name.finding(f"port name '{name.text[:80]}' is not {DNS_LABEL.words}")
    elif name.text in names:
        related = (names[name.text].note("has the name already"),)
        yield name.finding(f"two ports are named '{name.text}', so the Service is refused", related=related)
    elif name.text:
        names[name.text] = name


def _numbers(port: Node, nodes: dict[tuple[str, object], Node]) -> Iterator[Draft]:
    fault = port_fault(port.value_at("port"), may_be_name=False)
    if fault and (number := port.get("port")) is not None:
        yield number.finding(f"port {number.value!s:.20} {fault}")
    outer = port.get("nodePort")
    if outer is None or not is_set(outer):
        return
    if fault := port_fault(outer.value, may_be_name=False):
        yield outer.finding(f"node port {outer.value!s:.20} {fault}")
        return
    key = port.text_at("protocol") or "TCP", str(outer.value)
    if key in nodes:
        related = (nodes[key].note("is the same node port"),)
        yield outer.finding(f"two ports have node port {outer.value!s:.20}, so the Service is refused", related=related)
    nodes.setdefault(key, outer)


def _target(port: Node, resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    if not port_fault(port.value_at("targetPort")):
        return
    target = port.get("targetPort")
    fault = port_fault(target.value) if target is not None and is_set(target) else ""
    if target is None or not fault or (target.text and workloads_of(mesh, resource)):
        return
    yield target.finding(f"target port '{target.value!s:.80}' {fault}", fix=_as_number(target))


def _as_number(target: Node) -> Fix | None:
    text = target.text
    if not text or len(text) > _LONGEST_NUMBER or not _DIGITS.issuperset(text) or port_fault(int(text)):
        return None
    return Fix.replace(target, int(text), title=f"write the number {int(text)}")


def _is_qualified(text: str) -> bool:
    return QUALIFIED.holds(text)
