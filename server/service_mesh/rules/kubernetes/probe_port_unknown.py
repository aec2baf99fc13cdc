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

from collections.abc import Iterator, Mapping

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
_PORTS: Mapping[str, tuple[str, ...]] = {
    **{probe: (f"{probe}.httpGet.port", f"{probe}.tcpSocket.port") for probe in _PROBES},
    "lifecycle": tuple(f"{hook}.{way}.port" for hook in _HOOKS for way in ("httpGet", "tcpSocket")),
}
"""Field of a container -> where ports stand in it."""
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
        asked = list(_named(container))
        names = {one.text_at("name") for one in container.each("ports[]")} if asked else set()
        for place, name in asked:
            if name not in names and (port := container.get(place)) is not None:
                message = f"'{port.path[-3]}' names port '{name[:80]}', and the container has no such port"
                yield port.finding(message, fix=_fix(port, names))


def _named(container: Node) -> Iterator[tuple[str, str]]:
    """Where ports are named, and how; nearly all are numbers."""
    held = container.value if isinstance(container.value, dict) else {}
    for place in (place for field, places in _PORTS.items() if field in held for place in places):
        name = container.text_at(place)
        if name and not _DIGITS.issuperset(name):
            yield place, name


def _fix(port: Node, names: set[str]) -> Fix | None:
    near = nearest(port.text, names - {""}, unique=True)
    return Fix.replace(port, near, title=f"rename to '{near}'") if near else None
