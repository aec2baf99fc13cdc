"""Preview of a release runs as control plane.

## Why it matters
Alphas, betas and release candidates are made for trying out. They get no fixes of their own, are not kept compatible
with the release that follows, and nobody supports an upgrade from them.

## Wrong
```yaml
apiVersion: apps/v1
kind: Deployment
metadata: {name: istiod, namespace: istio-system, labels: {app: istiod}}
spec:
  selector: {matchLabels: {app: istiod}}
  template:
    metadata: {labels: {app: istiod}}
    spec: {containers: [{name: discovery, image: "docker.io/istio/pilot:1.32.0-rc.1"}]}
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
The image names no release. Edge releases of Linkerd are no previews: they are what Linkerd releases.

## Fix safety
No fix: which release is to run is not for the rule to say.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule
from service_mesh.rules.status.versions._running import ABOUT, READS, running_at


@rule(
    "ST403",
    category=Category.OPERATIONS,
    severity=Severity.INFO,
    about=ABOUT,
    reads=READS,
    sources=("https://istio.io/latest/docs/releases/", "https://docs.cilium.io/en/stable/contributing/release/"),
)
def mesh_release_is_preview(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report the first object that runs a preview."""
    found = running_at(mesh, resource)
    if found is not None and found.number and "-" in found.version and not found.version.startswith("edge-"):
        yield found.image.problem(f"'{found.name}' is a preview and gets no fixes", found.next_command)
