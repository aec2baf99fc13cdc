"""Revisions of Istio are more minor releases apart than an upgrade may go over.

## Why it matters
A canary upgrade goes over one or two minor releases. Further apart, the two control planes read the same objects and
the same definitions in ways that were never tried together, and the older one sees fields it does not know.

## Wrong
```yaml
apiVersion: apps/v1
kind: Deployment
metadata: {name: istiod, namespace: istio-system, labels: {app: istiod}}
spec:
  selector: {matchLabels: {app: istiod}}
  template:
    metadata: {labels: {app: istiod}}
    spec: {containers: [{name: discovery, image: "example.com/pilot:1.31.2"}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: istiod-canary, namespace: istio-system, labels: {app: istiod, istio.io/rev: canary}}
spec:
  selector: {matchLabels: {app: istiod, istio.io/rev: canary}}
  template:
    metadata: {labels: {app: istiod, istio.io/rev: canary}}
    spec: {containers: [{name: discovery, image: "example.com/pilot:1.34.0"}]}
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
    spec: {containers: [{name: discovery, image: "example.com/pilot:1.31.2"}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: istiod-canary, namespace: istio-system, labels: {app: istiod, istio.io/rev: canary}}
spec:
  selector: {matchLabels: {app: istiod, istio.io/rev: canary}}
  template:
    metadata: {labels: {app: istiod, istio.io/rev: canary}}
    spec: {containers: [{name: discovery, image: "example.com/pilot:1.32.0"}]}
```

## When it stays quiet
One of the images names no release.

## Fix safety
No fix: the upgrade takes a release in between.
"""

from collections.abc import Iterator, Mapping

from service_mesh.catalog.support import allowed_skew
from service_mesh.mesh.components import Component, components
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import DEPLOYMENT
from service_mesh.model.kubectl import command
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule
from service_mesh.rules.status.versions._running import ABOUT, READS, minor

Istiod = tuple[tuple[int, int], Component]


@rule(
    "ST405",
    category=Category.OPERATIONS,
    severity=Severity.WARNING,
    about=(DEPLOYMENT,),
    reads=(*READS, *(kind for kind in ABOUT if kind != DEPLOYMENT)),
    sources=(
        "https://istio.io/latest/docs/setup/upgrade/",
        "https://istio.io/latest/docs/setup/upgrade/canary/",
    ),
)
def istio_revisions_apart(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report the oldest istiod of a cluster beside the newest."""
    found = mesh.index(_istiods).get(resource.cluster, [])
    if not found or found[0][1].resource is not resource:
        return
    (old, oldest), (new, newest) = found[0], found[-1]
    apart = new[1] - old[1]
    if old[0] == new[0] and apart > allowed_skew("istio", "between-revisions") and oldest.image and newest.image:
        message = (
            f"revision '{oldest.revision}' is of Istio {oldest.version} and revision '{newest.revision}' of "
            f"{newest.version}: {apart} minor releases apart, and an upgrade goes over two at most"
        )
        note = newest.image.note("the newest control plane")
        yield oldest.image.problem(message, command("istioctl", "version"), related=(note,))


def _istiods(mesh: MeshView) -> Mapping[str, list[Istiod]]:
    """The istiods of each cluster by release, the oldest first."""
    found: dict[str, list[Istiod]] = {}
    for part in components(mesh):
        release = minor(part.version) if part.role == "istiod" else None
        if release is not None:
            found.setdefault(part.cluster, []).append((release, part))
    for those in found.values():
        those.sort(key=_release)
    return found


def _release(istiod: Istiod) -> tuple[tuple[int, int], str]:
    return istiod[0], istiod[1].resource.name
