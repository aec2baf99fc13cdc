"""Probe or hook names a port that its container does not have.

## Why it matters
The kubelet looks the name up among the ports of the same container. Without one the probe fails every time: a container
with a liveness or startup probe is restarted for ever, one with a readiness probe never gets a request. Injectors of a
mesh rewrite such a probe no better.

## Wrong
```yaml
apiVersion: v1
kind: Pod
metadata: {name: cart, namespace: shop}
spec:
  containers:
  - name: app
    image: "cart:1"
    ports:
    - {name: http, containerPort: 8080}
    livenessProbe:
      httpGet: {path: /healthz, port: web}
```

## Right
```yaml
apiVersion: v1
kind: Pod
metadata: {name: cart, namespace: shop}
spec:
  containers:
  - name: app
    image: "cart:1"
    ports:
    - {name: http, containerPort: 8080}
    livenessProbe:
      httpGet: {path: /healthz, port: http}
```

## When it stays quiet
Ports by number, and numbers written as text, which the kubelet reads; probes that a running proxy took over; patches,
whose containers have no image.

## Fix safety
Offered where one port of the container has a near name; unsafe, because the intent is guessed.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import WORKLOAD_KINDS, workload_of
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Fix
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import WORKLOADS
from service_mesh.model.names import nearest
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule

_PROBES = ("livenessProbe", "readinessProbe", "startupProbe")
_HOOKS = ("lifecycle.postStart", "lifecycle.preStop")
_DIGITS = frozenset("0123456789")


@rule(
    "K8106",
    category=Category.REFERENCE,
    severity=Severity.ERROR,
    about=tuple(sorted(WORKLOADS)),
    reads=WORKLOAD_KINDS,
    needs=(*_PROBES, "lifecycle"),
    sources=(
        "kubernetes/kubernetes: pkg/probe/util.go",
        "kubernetes/kubernetes: pkg/kubelet/lifecycle/handlers.go",
    ),
)
def probe_port_unknown(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each named port of a probe or hook that the container does not declare."""
    workload = workload_of(mesh, resource)
    if workload is None or workload.resource is not resource:
        return
    for container in workload.containers:
        if not container.text_at("image"):
            continue
        for what, port in _named(container):
            names = {one.text_at("name") for one in container.each("ports[]")}
            if port.text not in names:
                message = f"{what} names port '{port.text[:80]}', and the container has no such port"
                yield port.finding(message, fix=_fix(port, names))


def _named(container: Node) -> Iterator[tuple[str, Node]]:
    for place in (*_PROBES, *_HOOKS):
        for way in ("httpGet", "tcpSocket"):
            port = container.get(f"{place}.{way}.port") if _is_text(container.value, *place.split("."), way) else None
            if port is not None and port.text and not _DIGITS.issuperset(port.text):
                yield f"'{place.rpartition('.')[2]}'", port


def _is_text(held: object, *steps: str) -> bool:
    """Whether a port is named, told from plain data: nearly all are numbers."""
    for step in steps:
        held = held.get(step) if isinstance(held, dict) else None
    return isinstance(held, dict) and isinstance(held.get("port"), str)


def _fix(port: Node, names: set[str]) -> Fix | None:
    near = nearest(port.text, names - {""}, unique=True)
    return Fix.replace(port, near, title=f"rename to '{near}'") if near else None
