"""Release of a mesh lacks the fixes of published advisories.

## Why it matters
The holes are described in public, with what it takes to use them, and a patch release without them is there. Patch
releases change no behaviour on purpose and are taken in place.

## Wrong
```yaml
apiVersion: apps/v1
kind: Deployment
metadata: {name: istiod, namespace: istio-system, labels: {app: istiod}}
spec:
  selector: {matchLabels: {app: istiod}}
  template:
    metadata: {labels: {app: istiod}}
    spec: {containers: [{name: discovery, image: "docker.io/istio/pilot:1.30.2"}]}
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
    spec: {containers: [{name: discovery, image: "docker.io/istio/pilot:1.30.4"}]}
```

## When it stays quiet
The release gets no fixes at all, which is reported by itself (ST401). The image names no release of the project itself,
or comes from a vendor, who may have put the fixes in. Only advisories of the data are known, and none of them is about
what runs in the cluster in particular.

## Fix safety
No fix: control plane and proxies are upgraded one after the other.
"""

from collections.abc import Iterator

from service_mesh.catalog.support import end_of, floor_of
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule
from service_mesh.rules.status.versions._running import ABOUT, READS, running_at


@rule(
    "ST402",
    category=Category.SECURITY,
    severity=Severity.WARNING,
    about=ABOUT,
    reads=READS,
    sources=(
        "https://istio.io/latest/news/security/",
        "https://github.com/cilium/cilium/security/advisories",
    ),
)
def mesh_below_security_floor(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report the first object that runs such a release."""
    found, now = running_at(mesh, resource), mesh.now(resource.cluster)
    floor = floor_of(found.project, found.version) if found is not None else None
    if found is None or floor is None:
        return
    end = end_of(found.project, found.number)
    if end is None or now is None or now < end.seconds:
        message = f"'{found.name}' lacks fixes that came with {floor.version}: {', '.join(floor.advisories)}"
        yield found.image.problem(message, found.next_command)
