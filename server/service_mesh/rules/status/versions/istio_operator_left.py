"""Istio's operator of former releases still runs beside a control plane that it does not know.

## Why it matters
The operator in the cluster ended with 1.23. One that still runs installs what IstioOperator objects ask for by its own,
older charts: at its next pass it may put an old control plane in place of the new one.

## Wrong
```yaml
apiVersion: apps/v1
kind: Deployment
metadata: {name: istio-operator, namespace: istio-operator}
spec:
  selector: {matchLabels: {name: istio-operator}}
  template:
    metadata: {labels: {name: istio-operator}}
    spec: {containers: [{name: istio-operator, image: "docker.io/istio/operator:1.22.3"}]}
```

## Right
```yaml
apiVersion: apps/v1
kind: Deployment
metadata: {name: istio-operator, namespace: istio-operator}
spec:
  replicas: 0
  selector: {matchLabels: {name: istio-operator}}
  template:
    metadata: {labels: {name: istio-operator}}
    spec: {containers: [{name: istio-operator, image: "docker.io/istio/operator:1.22.3"}]}
```

## When it stays quiet
It is scaled to zero, or istiod is of a release that still had the operator: then it may be in use. Other operators,
such as that of the Sail project, are no part of this.

## Fix safety
No fix: what the operator installed is to be taken over first, by istioctl or Helm.
"""

from collections.abc import Iterator

from service_mesh.mesh.components import components_in
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import DEPLOYMENT
from service_mesh.model.kubectl import logs
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule
from service_mesh.rules.status.versions._running import ABOUT, READS, minor

_LAST = (1, 23)
_IMAGE = "istio/operator"


@rule(
    "ST415",
    category=Category.OPERATIONS,
    severity=Severity.WARNING,
    about=(DEPLOYMENT,),
    reads=(*READS, *(kind for kind in ABOUT if kind != DEPLOYMENT)),
    sources=(
        "https://istio.io/latest/news/releases/1.24.x/announcing-1.24/upgrade-notes/",
        "https://istio.io/latest/blog/2024/in-cluster-operator-deprecation-announcement/",
    ),
)
def istio_operator_left(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report an operator that is meant to run."""
    image = _operator(resource)
    replicas = resource.get("spec.replicas")
    if image is None or (replicas is not None and replicas.value == 0):
        return
    istiods = [minor(one.version) for one in components_in(mesh, resource.cluster) if one.role == "istiod"]
    if not any(release is not None and release <= _LAST for release in istiods):
        beside = [".".join(map(str, release)) for release in istiods if release is not None]
        what = f"istiod of {beside[0]}" if beside else "whatever runs here"
        message = f"operator '{resource.name}' still runs, and would put its own release in place of {what}"
        yield image.problem(message, logs(resource, "--tail=50"))


def _operator(resource: Resource) -> Node | None:
    for image in resource.each("spec.template.spec.containers[].image"):
        if image.text.partition("@")[0].rpartition(":")[0].endswith(_IMAGE):
            return image
    return None
