"""Definitions of Istio are older than its control plane.

## Why it matters
The API server drops or refuses fields that a definition does not know: a setting that the new release brought seems to
be stored and is not, and istiod cannot watch a version that is not served. Helm never upgrades definitions of a chart's
`crds` folder by itself, and the base chart is easily left behind.

## Wrong
```yaml
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: sidecars.networking.istio.io, labels: {app.kubernetes.io/version: 1.29.2}}
spec:
  group: networking.istio.io
  names: {kind: Sidecar, plural: sidecars}
  scope: Namespaced
  versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: istiod, namespace: istio-system, labels: {app: istiod}}
spec:
  selector: {matchLabels: {app: istiod}}
  template:
    metadata: {labels: {app: istiod}}
    spec: {containers: [{name: discovery, image: "docker.io/istio/pilot:1.31.2"}]}
```

## Right
```yaml
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: sidecars.networking.istio.io, labels: {app.kubernetes.io/version: 1.31.2}}
spec:
  group: networking.istio.io
  names: {kind: Sidecar, plural: sidecars}
  scope: Namespaced
  versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]
---
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
The definitions are newer than the control plane, as in the middle of an upgrade, or differ by a patch. A definition
without a label of its release is judged by the versions it serves alone: since 1.22 istiod watches `v1` of the kinds
that have one. The definitions are told of once.

## Fix safety
No fix: the base chart is upgraded before istiod.
"""

from collections.abc import Iterator, Mapping

from service_mesh.mesh.components import components
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import CUSTOM_RESOURCE_DEFINITION
from service_mesh.model.kubectl import get_yaml
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule
from service_mesh.rules.status._words import told
from service_mesh.rules.status.versions._running import ABOUT, READS, minor

Minor = tuple[int, int]

_GROUP = ".istio.io"
_VERSION_LABEL = "app.kubernetes.io/version"
_SERVED_SINCE = (1, 22)
_WITH_V1 = frozenset(
    {
        "authorizationpolicies.security.istio.io",
        "destinationrules.networking.istio.io",
        "gateways.networking.istio.io",
        "peerauthentications.security.istio.io",
        "requestauthentications.security.istio.io",
        "serviceentries.networking.istio.io",
        "sidecars.networking.istio.io",
        "telemetries.telemetry.istio.io",
        "virtualservices.networking.istio.io",
        "workloadentries.networking.istio.io",
        "workloadgroups.networking.istio.io",
    }
)
"""Definitions that serve v1 since 1.22. (`istio/istio: manifests/charts/base/files/crd-all.gen.yaml`)"""


@rule(
    "ST413",
    category=Category.OPERATIONS,
    severity=Severity.WARNING,
    about=(CUSTOM_RESOURCE_DEFINITION,),
    reads=(*ABOUT, *READS),
    sources=(
        "https://istio.io/latest/docs/setup/upgrade/helm/",
        "istio/istio: pkg/config/schema/collections/collections.gen.go",
    ),
)
def istio_definitions_outdated(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report the first definition that is older than the newest istiod."""
    found = mesh.index(_outdated).get(resource.cluster, [])
    if not found or found[0].resource is not resource:
        return
    first, running = found[0], ".".join(map(str, mesh.index(_istiods)[resource.cluster]))
    others = f" and {len(found) - 1} more are" if len(found) > 1 else " is"
    what = f"of Istio {told(first.text)}" if first.text else "not served in 'v1'"
    message = f"definition '{resource.name}'{others} {what}, and istiod is of {running}"
    yield first.problem(message, get_yaml(resource))


def _outdated(mesh: MeshView) -> Mapping[str, list[Node]]:
    """Where definitions say that they are too old, by cluster and in the order of their names."""
    istiods = mesh.index(_istiods)
    found: dict[str, list[Node]] = {}
    for resource in sorted(mesh.of_kind(CUSTOM_RESOURCE_DEFINITION), key=lambda one: one.name):
        if resource.cluster in istiods and resource.name.endswith(_GROUP):
            node = _too_old(resource, istiods[resource.cluster])
            if node is not None:
                found.setdefault(resource.cluster, []).append(node)
    return found


def _too_old(resource: Resource, istiod: Minor) -> Node | None:
    labels = resource.get("metadata.labels")
    label = labels.key(_VERSION_LABEL) if labels is not None else None
    release = minor(label.text) if label is not None else None
    if label is not None and release is not None:
        return label if release < istiod else None
    versions = resource.get("spec.versions")
    if versions is None or resource.name not in _WITH_V1 or istiod < _SERVED_SINCE:
        return None
    served = {name.text for one in versions.items if _is_served(one) and (name := one.get("name")) is not None}
    return None if "v1" in served else versions


def _is_served(version: Node) -> bool:
    served = version.get("served")
    return served is not None and served.value is True


def _istiods(mesh: MeshView) -> Mapping[str, Minor]:
    """Cluster -> release of its newest istiod."""
    found: dict[str, Minor] = {}
    for part in components(mesh):
        release = minor(part.version) if part.role == "istiod" else None
        if release is not None:
            found[part.cluster] = max(release, found.get(part.cluster, release))
    return found
