"""Extension of Linkerd is of an older release than the control plane.

## Why it matters
Extensions are released with the control plane and tested with that release only. They are upgraded by a command of
their own, which is easily forgotten: then `linkerd viz check` or `linkerd multicluster check` fails, and fixes lack.

## Wrong
```yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: linkerd-config, namespace: linkerd}
data: {values: "linkerdVersion: edge-26.6.3"}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: tap, namespace: linkerd-viz, labels: {linkerd.io/extension: viz, component: tap}}
spec:
  selector: {matchLabels: {component: tap}}
  template:
    metadata: {labels: {linkerd.io/extension: viz, component: tap}}
    spec: {containers: [{name: tap, image: "cr.l5d.io/linkerd/tap:edge-25.10.7"}]}
```

## Right
```yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: linkerd-config, namespace: linkerd}
data: {values: "linkerdVersion: edge-26.6.3"}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: tap, namespace: linkerd-viz, labels: {linkerd.io/extension: viz, component: tap}}
spec:
  selector: {matchLabels: {component: tap}}
  template:
    metadata: {labels: {linkerd.io/extension: viz, component: tap}}
    spec: {containers: [{name: tap, image: "cr.l5d.io/linkerd/tap:edge-26.6.3"}]}
```

## When it stays quiet
One of the releases is not known, one is an edge and the other a number, or the extension has releases of its own. Parts
of one extension in one namespace are said once.

## Fix safety
No fix: the extension has to be upgraded as a whole.
"""

from collections.abc import Iterator

from service_mesh.mesh.components import COMPONENT_KINDS, Component, component_of, components
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import CONFIG_MAP, DEPLOYMENT
from service_mesh.model.kubectl import command
from service_mesh.model.resource import Resource, ResourceKey
from service_mesh.posture.linkerd.installation import installation
from service_mesh.posture.linkerd.releases import is_older, release_of
from service_mesh.rules.rule import rule

_CHECKED = frozenset({"viz", "multicluster"})


@rule(
    "ST145",
    category=Category.OPERATIONS,
    severity=Severity.WARNING,
    about=(DEPLOYMENT,),
    reads=(CONFIG_MAP, *(kind for kind in COMPONENT_KINDS if kind != DEPLOYMENT)),
    sources=("https://linkerd.io/2/tasks/upgrade/", "linkerd/linkerd2: viz/pkg/healthcheck/healthcheck.go"),
    upstream=("l5d-viz-proxy-cp-version", "l5d-multicluster-proxy-cp-version"),
)
def linkerd_extension_outdated(deployment: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report the first part of an extension whose image is older than the control plane."""
    if deployment.key not in mesh.index(_outdated):
        return
    part, found = component_of(mesh, deployment), installation(mesh, deployment.cluster)
    if part is None or part.image is None or found is None:
        return
    message = f"the extension '{part.extension}' is '{part.version}', the control plane '{release_of(found.version)}'"
    is_checked = part.extension in _CHECKED
    next_command = command("linkerd", *((part.extension,) if is_checked else ()), "check")
    yield part.image.problem(message, next_command, related=(found.node.note("says the control plane's release"),))


def _outdated(mesh: MeshView) -> frozenset[ResourceKey]:
    first: dict[tuple[str, str, str], Component] = {}
    for part in components(mesh):
        if part.extension and part.version and is_older(part.version, _wanted(mesh, part.cluster)):
            first.setdefault((part.cluster, part.resource.namespace, part.extension), part)
    return frozenset(part.resource.key for part in first.values())


def _wanted(mesh: MeshView, cluster: str) -> str:
    found = installation(mesh, cluster)
    return release_of(found.version) if found is not None else ""
