"""Pods ask for a view of their requests by an annotation that Cilium no longer reads.

## Why it matters
Until 1.14 `policy.cilium.io/proxy-visibility` sent the named ports of a pod through the proxy, so that requests showed
up in Hubble. Since 1.15 it has no effect, and nothing says so: metrics and flows for these requests are simply missing.
Rules for requests in a policy are what sends traffic through the proxy.

## Wrong
```yaml
apiVersion: v1
kind: Pod
metadata:
  name: cart
  namespace: shop
  annotations:
    policy.cilium.io/proxy-visibility: "<Ingress/8080/TCP/HTTP>"
spec:
  containers: [{name: app, image: cart}]
```

## Right
```yaml
apiVersion: v1
kind: Pod
metadata:
  name: cart
  namespace: shop
spec:
  containers: [{name: app, image: cart}]
```

## When it stays quiet
The release that is judged by is older than 1.15.

## Fix safety
Removing the annotation is offered and safe: it has no effect.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import WORKLOAD_KINDS, workload_of
from service_mesh.model.finding import Anchor, Draft
from service_mesh.model.fix import Fix
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import NAMESPACE
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule

_NAMES = ("policy.cilium.io/proxy-visibility", "io.cilium.proxy-visibility")


@rule(
    "CI138",
    category=Category.OPERATIONS,
    severity=Severity.WARNING,
    about=(*WORKLOAD_KINDS, NAMESPACE),
    needs=_NAMES,
    sources=(
        "cilium/cilium: Documentation/operations/upgrade.rst",
        "https://docs.cilium.io/en/stable/observability/visibility/",
    ),
)
def proxy_visibility_removed(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report the annotation at pods, templates of pods and namespaces."""
    if mesh.release("cilium") < (1, 15):
        return
    for node in _annotations(resource, mesh):
        for name in _NAMES:
            found = node.key(name)
            if found is not None:
                message = f"'{name}' has no effect since Cilium 1.15, so no request is seen"
                yield found.finding(message, fix=Fix.remove(found, safe=True), anchor=Anchor.KEY)


def _annotations(resource: Resource, mesh: MeshView) -> Iterator[Node]:
    own = resource.get("metadata.annotations")
    if own is not None:
        yield own
    workload = workload_of(mesh, resource)
    found = workload.template.get("metadata.annotations") if workload is not None else None
    if found is not None and (own is None or found.path != own.path):
        yield found
