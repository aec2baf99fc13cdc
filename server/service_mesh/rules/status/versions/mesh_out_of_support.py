"""Release of a mesh gets no fixes any more, or soon will not.

## Why it matters
Holes that are found in the mesh or in its proxies after that day stay open, known to everybody. Istio keeps a release
until six weeks after the second one behind it, Cilium keeps the newest three, and Linkerd's stable releases ended in
February 2024.

## Wrong
```yaml
apiVersion: apps/v1
kind: Deployment
metadata: {name: istiod, namespace: istio-system, labels: {app: istiod}}
spec:
  selector: {matchLabels: {app: istiod}}
  template:
    metadata: {labels: {app: istiod}}
    spec: {containers: [{name: discovery, image: "docker.io/istio/pilot:1.28.10"}]}
```

## Right
```yaml
apiVersion: apps/v1
kind: Deployment
metadata: {name: istiod, namespace: istio-system, labels: {app: istiod}}
spec:
  selector: {matchLabels: {app: istiod}}
  template:
    metadata: {labels: {app: istiod}}
    spec: {containers: [{name: discovery, image: "docker.io/istio/pilot:1.31.2"}]}
```

## When it stays quiet
The time of the reading is not known, the image's tag is no release of the project itself, or it comes from a vendor,
who has dates of its own. What ends within 30 days is a note. A release that is newer than the data knows is not judged;
edge releases of Linkerd have a rule of their own (ST404).

## Fix safety
No fix: an upgrade goes from release to release.
"""

from collections.abc import Iterator

from service_mesh.catalog.releases import title_of
from service_mesh.catalog.support import end_of
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule
from service_mesh.rules.status.versions._ends import told_end
from service_mesh.rules.status.versions._running import ABOUT, READS, running_at


@rule(
    "ST401",
    category=Category.SECURITY,
    severity=Severity.WARNING,
    about=ABOUT,
    reads=READS,
    sources=(
        "https://istio.io/latest/docs/releases/supported-releases/",
        "https://linkerd.io/releases/",
        "cilium/cilium: README.rst",
    ),
)
def mesh_out_of_support(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report the first object that runs such a release."""
    found, now = running_at(mesh, resource), mesh.now(resource.cluster)
    end = end_of(found.project, found.number) if found is not None and found.number else None
    if found is not None and end is not None and now is not None:
        yield from told_end(found.image, f"{title_of(found.project)} {found.number}", end, now, found.next_command)
