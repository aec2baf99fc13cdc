"""Annotations set some resources of the proxy and leave others without any.

## Why it matters
As soon as one of the four annotations for the proxy's resources is there, the injector drops all requests and limits of
the installation and writes only what the annotations say. A resource that none of them names has no request then: the
scheduler counts nothing for it, and a HorizontalPodAutoscaler on that resource gets no value for the pod.

## Wrong
```yaml
apiVersion: v1
kind: Pod
metadata:
  name: shop
  annotations:
    sidecar.istio.io/proxyMemoryLimit: 512Mi
spec:
  containers:
  - {name: shop, image: example.com/shop:1}
```

## Right
```yaml
apiVersion: v1
kind: Pod
metadata:
  name: shop
  annotations:
    sidecar.istio.io/proxyCPU: 100m
    sidecar.istio.io/proxyMemory: 128Mi
    sidecar.istio.io/proxyMemoryLimit: 512Mi
spec:
  containers:
  - {name: shop, image: example.com/shop:1}
```

## When it stays quiet
CPU and memory are both named, as a request or as a limit, which stands for the request too.

## Fix safety
There is no fix: how much the proxy needs is not known.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import WORKLOAD_ENTRY, WORKLOAD_GROUP
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.istio._mesh_settings import BEARERS, pod_annotations
from service_mesh.rules.rule import rule

_RESOURCES = {"CPU": ("proxyCPU", "proxyCPULimit"), "memory": ("proxyMemory", "proxyMemoryLimit")}


@rule(
    "IS272",
    category=Category.OPERATIONS,
    severity=Severity.INFO,
    about=tuple(kind for kind in BEARERS if kind != WORKLOAD_GROUP),
    reads=(WORKLOAD_ENTRY, WORKLOAD_GROUP),
    sources=(
        "istio/istio: manifests/charts/istio-control/istio-discovery/files/injection-template.yaml",
        "https://istio.io/latest/docs/reference/config/annotations/",
    ),
)
def proxy_resources_partly_set(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report annotations that take the defaults of a resource away and put nothing in their place."""
    annotations = pod_annotations(resource, mesh)
    if annotations is None:
        return
    named = {what: _first(annotations, names) for what, names in _RESOURCES.items()}
    for what, node in named.items():
        others = [other for other in named.values() if other is not None]
        if node is None and others:
            name = others[0].path[-1]
            message = f"'{name}' takes the proxy's defaults away, and no annotation sets its {what}"
            yield others[0].finding(message)


def _first(annotations: Node, names: tuple[str, ...]) -> Node | None:
    return next((node for name in names if (node := annotations.key(f"sidecar.istio.io/{name}")) is not None), None)
