"""cert-manager gets no fixes any more, or soon will not.

## Why it matters
Where it renews the issuer of a mesh, every identity of the mesh rests on it. A release is kept until the second one
behind it comes out, and new releases of Kubernetes are tried with the kept ones only.

## Wrong
```yaml
apiVersion: apps/v1
kind: Deployment
metadata: {name: cert-manager, namespace: cert-manager}
spec:
  selector: {matchLabels: {app: cert-manager}}
  template:
    metadata: {labels: {app: cert-manager}}
    spec: {containers: [{name: cert-manager-controller, image: "quay.io/jetstack/cert-manager-controller:v1.18.2"}]}
```

## Right
```yaml
apiVersion: apps/v1
kind: Deployment
metadata: {name: cert-manager, namespace: cert-manager}
spec:
  selector: {matchLabels: {app: cert-manager}}
  template:
    metadata: {labels: {app: cert-manager}}
    spec: {containers: [{name: cert-manager-controller, image: "quay.io/jetstack/cert-manager-controller:v1.21.2"}]}
```

## When it stays quiet
The time of the reading is not known, or the image's tag is no release. A release that is newer than the data knows is
not judged.

## Fix safety
No fix: an upgrade goes one minor release at a time.
"""

from collections.abc import Iterator

from service_mesh.catalog.support import end_of
from service_mesh.mesh.components import image_version
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import DEPLOYMENT
from service_mesh.model.kubectl import describe
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule
from service_mesh.rules.status.versions._ends import told_end
from service_mesh.rules.status.versions._running import is_ours, minor

_IMAGE = "cert-manager-controller"


@rule(
    "ST416",
    category=Category.SECURITY,
    severity=Severity.INFO,
    about=(DEPLOYMENT,),
    sources=("https://cert-manager.io/docs/releases/",),
)
def cert_manager_out_of_support(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report the controller of such a release."""
    image, now = _controller(resource), mesh.now(resource.cluster)
    release = minor(image_version(image.text)) if image is not None and is_ours(image.text) else None
    if image is None or now is None or release is None:
        return
    number = ".".join(map(str, release))
    end = end_of("cert-manager", number)
    if end is not None:
        yield from told_end(image, f"cert-manager {number}", end, now, describe(resource))


def _controller(resource: Resource) -> Node | None:
    for image in resource.each("spec.template.spec.containers[].image"):
        if image.text.partition("@")[0].rpartition("/")[2].partition(":")[0] == _IMAGE:
            return image
    return None
