"""Port of a service leads to a port that no workload behind it has.

## Why it matters
A target port by name that no container declares gives no endpoint: requests fail with 503. One by number is not checked
by Kubernetes, and connections are refused if nothing listens there.

## Wrong
```yaml
apiVersion: v1
kind: Service
metadata: {name: reviews, namespace: shop}
spec:
  selector: {app: reviews}
  ports:
  - {name: http, port: 80, targetPort: web}
---
apiVersion: v1
kind: Pod
metadata:
  name: reviews
  namespace: shop
  labels: {app: reviews}
spec:
  containers:
  - name: reviews
    image: example.com/reviews:1
    ports:
    - {name: http, containerPort: 9080}
```

## Right
```yaml
apiVersion: v1
kind: Service
metadata: {name: reviews, namespace: shop}
spec:
  selector: {app: reviews}
  ports:
  - {name: http, port: 80, targetPort: http}
---
apiVersion: v1
kind: Pod
metadata:
  name: reviews
  namespace: shop
  labels: {app: reviews}
spec:
  containers:
  - name: reviews
    image: example.com/reviews:1
    ports:
    - {name: http, containerPort: 9080}
```

## When it stays quiet
Some workload behind the service has the port; the service selects nothing that is loaded; machines outside Kubernetes
are behind it. Ports by number are only compared where every workload declares some ports, because declaring them is
voluntary, and are a warning; not so for gateways and waypoints, whose proxies listen as they are told. If the namespace
is not loaded as a whole, the finding is reported as not checked.

## Fix safety
Offered for a name if exactly one declared port has a near name; unsafe, because traffic begins to flow.
"""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from service_mesh.mesh.installation import INSTALLATION_KINDS
from service_mesh.mesh.ports import target_number
from service_mesh.mesh.selection import selected, service_selector, workloads_of
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import WORKLOAD_KINDS, Workload
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Fix
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import GATEWAY, SERVICE
from service_mesh.model.names import nearest
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.model.selectors import Selector
from service_mesh.posture.istio.attachment import is_gateway_workload
from service_mesh.rules.rule import rule

_PROXY = "istio-proxy"
_MANAGED = ("gateway.istio.io/managed", "gateway.networking.k8s.io/gateway-name")


class _Declared(NamedTuple):
    """What the containers behind a service declare.

    Attributes:
        names: Names of ports that have a number.
        numbers: Numbers of ports.
        is_open: Whether one of them may listen on ports that it does not declare.
        has_machines: Whether one of them runs outside Kubernetes.
    """

    names: AbstractSet[str]
    numbers: AbstractSet[object]
    is_open: bool
    has_machines: bool


@rule(
    "IS163",
    category=Category.REFERENCE,
    severity=Severity.ERROR,
    about=(SERVICE,),
    reads=(GATEWAY, *WORKLOAD_KINDS, *INSTALLATION_KINDS),
    sources=(
        "k8s.io/kubernetes: pkg/api/v1/pod/util.go",
        "kiali/kiali: business/checkers/services/port_mapping_checker.go",
        "https://kubernetes.io/docs/concepts/services-networking/service/#field-spec-ports",
    ),
    upstream=("KIA0701",),
)
def target_port_not_offered(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each port whose target no workload behind the service has."""
    behind = workloads_of(mesh, resource)
    if not behind or any(m in resource.labels for m in _MANAGED):
        return
    declared = mesh.once(_declared, (service_selector(resource), resource.namespace, resource.cluster))
    if declared.has_machines:
        return
    partial = not mesh.is_complete(resource.namespace, resource.cluster)
    for port in resource.each("spec.ports[]"):
        name = port.text_at("targetPort")
        if name:
            if name not in declared.names and (target := port.get("targetPort")) is not None:
                message = f"no container behind the service has a port named '{name}', so it has no endpoints"
                yield target.finding(message, fix=_fix(target, behind), partial=partial)
            continue
        number = target_number(port, behind[0])  # a target that is neither name nor number is a fault of its own
        if number is not None and not declared.is_open and number not in declared.numbers:
            message = f"no container behind the service declares port {number}"
            node = port.get("targetPort") or port.get("port") or port
            yield node.finding(message, severity=Severity.WARNING, partial=partial)


def _declared(mesh: MeshView, asked: tuple[Selector, str, str]) -> _Declared:
    """Read once for all services with the same selector."""
    behind = selected(mesh, *asked)
    return _Declared(
        {name for one in behind for name, number in one.port_numbers.items() if number is not None},
        frozenset().union(*(one.declared_numbers for one in behind)),
        any(_may_have_any(workload, mesh) for workload in behind),
        any(workload.is_machine for workload in behind),
    )


def _may_have_any(workload: Workload, mesh: MeshView) -> bool:
    if not workload.container_ports:
        return True
    is_proxy = all(container.text_at("name") == _PROXY for container in workload.containers)
    return is_proxy or is_gateway_workload(mesh, workload)


def _fix(target: Node, behind: tuple[Workload, ...]) -> Fix | None:
    known = (
        name.text for workload in behind for port in workload.container_ports if (name := port.get("name")) is not None
    )
    near = nearest(target.text, known, unique=True)
    return Fix.replace(target, near, title=f"rename to '{near}'") if near else None
