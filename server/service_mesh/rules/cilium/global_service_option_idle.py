"""An annotation for shared Services has no effect.

## Why it matters
`service.cilium.io/shared` and `service.cilium.io/affinity` are read only for a Service that is global; on any other one
nothing is shared and no cluster is preferred. An affinity is `local`, `remote` or `none`: other words count as none.

## Wrong
```yaml
apiVersion: v1
kind: Service
metadata:
  name: cart
  namespace: shop
  annotations:
    service.cilium.io/affinity: local
spec:
  selector: {app: cart}
  ports: [{name: http, port: 80, targetPort: 8080}]
```

## Right
```yaml
apiVersion: v1
kind: Service
metadata:
  name: cart
  namespace: shop
  annotations:
    service.cilium.io/global: "true"
    service.cilium.io/affinity: local
spec:
  selector: {app: cart}
  ports: [{name: http, port: 80, targetPort: 8080}]
```

## When it stays quiet
`shared: "false"` and `affinity: none` on a Service that is not global, which say what holds anyway.

## Fix safety
None is offered: making a Service global sends its traffic to other clusters.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Anchor, Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import SERVICE
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule

_GLOBAL = ("service.cilium.io/global", "io.cilium/global-service")
_SHARED = ("service.cilium.io/shared", "io.cilium/shared-service")
_AFFINITY = ("service.cilium.io/affinity", "io.cilium/service-affinity")


@rule(
    "CI131",
    category=Category.TRAFFIC,
    severity=Severity.WARNING,
    about=(SERVICE,),
    sources=(
        "cilium/cilium: pkg/k8s/service.go",
        "https://docs.cilium.io/en/stable/network/clustermesh/affinity/",
    ),
)
def global_service_option_idle(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report options of Services that are not global, and affinities that are no word of Cilium's."""
    annotations = resource.get("metadata.annotations")
    if annotations is None:
        return
    mark = _first(annotations, _GLOBAL)
    is_global = mark is not None and mark.text.lower() == "true"
    shared, affinity = _first(annotations, _SHARED), _first(annotations, _AFFINITY)
    for node, idle in ((shared, ("false", "")), (affinity, ("none", ""))):
        if node is not None and not is_global and node.text.lower() not in idle:
            message = f"'{node.path[-1]}' has no effect on a service that is not global"
            yield node.finding(message, anchor=Anchor.KEY)
    if affinity is not None and is_global and affinity.text.lower() not in ("local", "remote", "none", ""):
        yield affinity.finding(f"'{affinity.text[:80]}' is no affinity and counts as none")


def _first(annotations: Node, names: tuple[str, ...]) -> Node | None:
    """The annotation under the first of its names that is there, as Cilium looks for it."""
    found = (annotations.key(name) for name in names)
    return next((node for node in found if node is not None), None)
