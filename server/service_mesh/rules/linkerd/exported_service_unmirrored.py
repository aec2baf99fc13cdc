"""Service is marked for other clusters, and is one that Linkerd cannot mirror or join there.

## Why it matters
A Service of federated ones needs an address of its own: the service mirror refuses headless ones, which shows in the
status of the Link alone. A mirror is made with the ports of the Service, and without any it is skipped or refused. A
Service of type `ExternalName` has no endpoints, so that its mirror has none either and no request arrives.

## Wrong
```yaml
apiVersion: v1
kind: Service
metadata:
  name: cart
  namespace: shop
  labels: {mirror.linkerd.io/federated: member}
spec:
  clusterIP: None
  selector: {app: cart}
  ports: [{port: 80}]
```

## Right
```yaml
apiVersion: v1
kind: Service
metadata:
  name: cart
  namespace: shop
  labels: {mirror.linkerd.io/federated: member}
spec:
  selector: {app: cart}
  ports: [{port: 80}]
```

## When it stays quiet
Headless Services with ports that are exported one by one. With `enableHeadlessServices` in the other cluster their
mirror is headless too if pods have host names, as those of a StatefulSet do; else it is one address for all of them.
Values of the labels that the Links of Linkerd do not select are reported for their own sake.

## Fix safety
No fix: whether the Service gets an address or the label goes is for its owner to say.
"""

from collections.abc import Iterator

from service_mesh.mesh.ports import is_headless
from service_mesh.mesh.presence import has_linkerd
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import SERVICE
from service_mesh.model.resource import Resource
from service_mesh.rules.linkerd._annotations import EXPORTED, FEDERATED
from service_mesh.rules.rule import rule

_MARKS = ((FEDERATED, ("member",)), (EXPORTED, ("true", "remote-discovery")))


@rule(
    "LD198",
    category=Category.OPERATIONS,
    severity=Severity.WARNING,
    about=(SERVICE,),
    where=has_linkerd,
    sources=(
        "linkerd/linkerd2: multicluster/service-mirror/cluster_watcher.go",
        "linkerd/linkerd2: multicluster/service-mirror/cluster_watcher_headless.go",
        "https://linkerd.io/2/reference/multicluster/",
    ),
)
def exported_service_unmirrored(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report the first of the two labels that comes to nothing."""
    labels = resource.get("metadata.labels")
    for name, values in _MARKS if labels is not None else ():
        label = labels.key(name) if labels is not None else None
        if label is not None and label.text in values and (fault := _fault(resource, name)):
            yield label.finding(fault)
            return


def _fault(service: Resource, mark: str) -> str:
    if service.root.text_at("spec.type") == "ExternalName":
        return "a Service of type 'ExternalName' has no endpoints, so that other clusters reach nothing through it"
    if not is_headless(service):
        return ""
    if mark == FEDERATED:
        return "a headless Service cannot join a federated one, so that its pods are left out"
    ports = service.get("spec.ports")
    if ports is None or not ports.value:
        return "a headless Service without ports is not mirrored, so that other clusters do not get it"
    return ""
