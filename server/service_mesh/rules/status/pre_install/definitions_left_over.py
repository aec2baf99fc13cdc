"""Definitions of a mesh are left in a cluster that nothing of the mesh runs in.

## Why it matters
Somebody took a mesh away and left its definitions, and with them its objects. A new installation of that mesh finds
both: Helm refuses to take over what it did not make, and old policies and routes come to life again.

## Wrong
```yaml
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: virtualservices.networking.istio.io}
spec:
  group: networking.istio.io
  names: {kind: VirtualService, plural: virtualservices}
  scope: Namespaced
  versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]
```

## Right
```yaml
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: virtualservices.networking.istio.io}
spec:
  group: networking.istio.io
  names: {kind: VirtualService, plural: virtualservices}
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
Deployments and DaemonSets were not read as a whole, something of the mesh runs, or a webhook of Istio's injector is
there: then its control plane may run outside of the cluster. The definitions of one mesh are told of once.

## Fix safety
No fix: whoever deletes a definition deletes all its objects.
"""

from collections.abc import Iterator, Mapping

from service_mesh.catalog.releases import title_of
from service_mesh.mesh.components import COMPONENT_KINDS, installed
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import CUSTOM_RESOURCE_DEFINITION, DAEMON_SET, DEPLOYMENT, MUTATING_WEBHOOK
from service_mesh.model.kubectl import command
from service_mesh.model.resource import Resource
from service_mesh.posture.istio.revisions import injector_webhooks
from service_mesh.rules.rule import rule

_GROUPS = {".istio.io": "istio", ".linkerd.io": "linkerd", ".cilium.io": "cilium"}


@rule(
    "ST712",
    category=Category.OPERATIONS,
    severity=Severity.INFO,
    about=(CUSTOM_RESOURCE_DEFINITION,),
    reads=(MUTATING_WEBHOOK, *COMPONENT_KINDS),
    sources=(
        "https://istio.io/latest/docs/setup/install/helm/#optional-deleting-crds-installed-by-istio",
        "https://helm.sh/docs/chart_best_practices/custom_resource_definitions/",
    ),
)
def definitions_left_over(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report the first definition of a mesh that is not there."""
    owner, cluster = _owner(resource), resource.cluster
    found = mesh.index(_by_mesh).get((cluster, owner), [])
    if not owner or found[0] is not resource or owner in installed(mesh, cluster):
        return
    is_known = mesh.is_listed(DEPLOYMENT, cluster) and mesh.is_listed(DAEMON_SET, cluster)
    name = resource.get("metadata.name")
    if is_known and name is not None and not (owner == "istio" and injector_webhooks(mesh, cluster)):
        others = f" and {len(found) - 1} more are" if len(found) > 1 else " is"
        message = f"definition '{resource.name}'{others} left of {title_of(owner)}, and nothing of it runs"
        yield name.problem(message, command("kubectl", "get", resource.name, "--all-namespaces"))


def _by_mesh(mesh: MeshView) -> Mapping[tuple[str, str], list[Resource]]:
    found: dict[tuple[str, str], list[Resource]] = {}
    for resource in sorted(mesh.of_kind(CUSTOM_RESOURCE_DEFINITION), key=lambda one: one.name):
        found.setdefault((resource.cluster, _owner(resource)), []).append(resource)
    return found


def _owner(definition: Resource) -> str:
    group = f".{definition.name.partition('.')[2]}"
    return next((mesh for suffix, mesh in _GROUPS.items() if group.endswith(suffix)), "")
