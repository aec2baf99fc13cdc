"""Sidecar lists hosts and does not say what happens to the others.

## Why it matters
Hosts that are not listed are unknown to the proxy, services of the mesh among them. With the usual outbound policy,
ALLOW_ANY, requests to them are passed through as they are: without mTLS, so that a server in mode STRICT refuses them,
without routes and without policies. The list saves memory; it keeps nobody away.

## Wrong
```yaml
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: default, namespace: shop}
spec:
  egress:
  - hosts: ["./*", "istio-system/*"]
```

## Right
```yaml
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: default, namespace: shop}
spec:
  outboundTrafficPolicy: {mode: REGISTRY_ONLY}
  egress:
  - hosts: ["./*", "istio-system/*"]
```

## When it stays quiet
The object or the mesh configuration says what happens to other hosts; hosts of other namespaces are listed than its own
and the one that the control plane is in, so that somebody thought of them; a single listener is meant; or its workloads
have no sidecar, as in ambient mode. It is info: with a mesh configuration that is not loaded it may be otherwise, and
mostly nothing else is called.

## Fix safety
None is offered: REGISTRY_ONLY refuses what now gets through.
"""

from collections.abc import Iterator

from service_mesh.mesh.mesh_config import mesh_config
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import SIDECAR
from service_mesh.model.resource import Resource
from service_mesh.posture.istio.attachment import ATTACHMENT_KINDS, Point, points_of
from service_mesh.rules.rule import rule


@rule(
    "IS290",
    category=Category.SECURITY,
    severity=Severity.INFO,
    about=(SIDECAR,),
    needs=("egress",),
    reads=ATTACHMENT_KINDS,
    sources=(
        "istio/istio: pilot/pkg/networking/core/cluster_builder.go",
        "https://istio.io/latest/docs/reference/config/networking/sidecar/#OutboundTrafficPolicy",
    ),
)
def sidecar_leaves_rest_open(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report the first list of hosts of an object that shuts itself in and leaves the rest to the default."""
    config = mesh_config(mesh, resource.cluster)
    if resource.get("spec.outboundTrafficPolicy") is not None or config.setting("outboundTrafficPolicy") is not None:
        return
    listeners = list(resource.each("spec.egress[]"))
    hosts = [node.text for listener in listeners for node in listener.each("hosts[]")]
    near = (".", resource.namespace, config.root_namespace, "istio-system")
    if any(listener.get("port") is not None for listener in listeners) or not hosts:
        return
    if all(host.partition("/")[0] in near and "/" in host for host in hosts) and not _is_for_nothing(mesh, resource):
        node = listeners[0].get("hosts") or listeners[0]
        message = "by default other hosts, of the mesh too, are reached past it: without mTLS, routes and policies"
        yield node.finding(message)


def _is_for_nothing(mesh: MeshView, sidecar: Resource) -> bool:
    """Whether none of the workloads that it is for has a sidecar: in ambient mode, another rule tells of it."""
    points = points_of(mesh, sidecar)
    return bool(points) and not points & {Point.SIDECAR, Point.UNKNOWN}
