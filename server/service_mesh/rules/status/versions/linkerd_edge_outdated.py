"""Edge release of Linkerd is older than the newest version of Linkerd.

## Why it matters
A version of Linkerd is the name of an edge release, and no release gets fixes afterwards: they come with the next edge
release only. One that is older than the newest version lacks at least what that version brought.

## Wrong
```yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: linkerd-destination
  namespace: linkerd
  labels: {linkerd.io/control-plane-component: destination}
spec:
  selector: {matchLabels: {linkerd.io/control-plane-component: destination}}
  template:
    metadata: {labels: {linkerd.io/control-plane-component: destination}}
    spec: {containers: [{name: destination, image: "cr.l5d.io/linkerd/controller:edge-25.10.7"}]}
```

## Right
```yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: linkerd-destination
  namespace: linkerd
  labels: {linkerd.io/control-plane-component: destination}
spec:
  selector: {matchLabels: {linkerd.io/control-plane-component: destination}}
  template:
    metadata: {labels: {linkerd.io/control-plane-component: destination}}
    spec: {containers: [{name: destination, image: "cr.l5d.io/linkerd/controller:edge-26.6.3"}]}
```

## When it stays quiet
The release is the newest version that the data knows, or a newer edge release; the image is one of Buoyant's
enterprise releases, which get fixes of their own. Stable releases are reported as out of support (ST401).

## Fix safety
No fix: an upgrade has notes of its own for each version in between.
"""

from collections.abc import Iterator

from service_mesh.catalog.support import newest
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.resource import Resource
from service_mesh.posture.linkerd.releases import is_older
from service_mesh.rules.rule import rule
from service_mesh.rules.status.versions._running import ABOUT, READS, running_at


@rule(
    "ST404",
    category=Category.OPERATIONS,
    severity=Severity.INFO,
    about=ABOUT,
    reads=READS,
    sources=("https://linkerd.io/releases/", "https://linkerd.io/2/tasks/upgrade/"),
)
def linkerd_edge_outdated(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report the first object that runs such a release."""
    found, latest = running_at(mesh, resource), newest("linkerd")
    if found is not None and found.project == "linkerd" and is_older(found.version, latest.newest):
        version = f"version {latest.number} ({latest.newest}) of {latest.released}"
        yield found.image.problem(f"'{found.name}' is older than {version}, and gets no fixes", found.next_command)
