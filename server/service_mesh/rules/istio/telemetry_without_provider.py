"""Telemetry asks for access logs and names nobody to write them.

## Why it matters
Access logging needs a provider. Without one in the object, in a wider Telemetry or in the mesh configuration nothing
is written, and the object looks as if logging were on. An entry may inherit its providers, but a filter counts only
for providers that the same entry names: everything is logged then.

## Wrong
```yaml
apiVersion: telemetry.istio.io/v1
kind: Telemetry
metadata: {name: mesh-default, namespace: istio-system}
spec:
  accessLogging:
  - filter: {expression: response.code >= 400}
```

## Right
```yaml
apiVersion: telemetry.istio.io/v1
kind: Telemetry
metadata: {name: mesh-default, namespace: istio-system}
spec:
  accessLogging:
  - providers:
    - name: envoy
    filter: {expression: response.code >= 400}
```

## When it stays quiet
The entry is `disabled`; it has no filter and inherits the providers of another entry of the object, of a Telemetry for
the namespace or the mesh, or of `defaultProviders.accessLogging` in the mesh configuration. Where the mesh
configuration is not loaded and not everything is said to be loaded, that nobody writes is reported as not checked.

## Fix safety
Naming `envoy`, which every installation has, is offered; unsafe, because logs are written then.
"""

from collections.abc import Iterator, Mapping

from service_mesh.mesh.installation import INSTALLATION_KINDS
from service_mesh.mesh.mesh_config import mesh_config, root_namespace
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Fix, Insert
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import TELEMETRY
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.istio._competing import selector_node
from service_mesh.rules.rule import rule


@rule(
    "IS150",
    category=Category.OPERATIONS,
    severity=Severity.WARNING,
    about=(TELEMETRY,),
    reads=INSTALLATION_KINDS,
    sources=(
        "istio/istio: pilot/pkg/model/telemetry.go",
        "istio/istio: pkg/config/analysis/analyzers/telemetry/providers.go",
        "https://istio.io/latest/docs/reference/config/telemetry/#AccessLogging",
    ),
    upstream=("IST0157",),
)
def telemetry_without_provider(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each entry for access logs that no provider is known for."""
    config = mesh_config(mesh, resource.cluster)
    written = bool(config.texts("defaultProviders.accessLogging")) or _names_provider(resource)
    written = written or _inherits(resource, mesh)
    # A wider object lies in the same namespace or in the root one, the mesh's default in the configuration.
    known = mesh.is_whole or (config.is_known and mesh.is_complete(config.root_namespace, resource.cluster))
    for entry in resource.each("spec.accessLogging[]"):
        if not isinstance(entry.value, dict) or entry.value.get("disabled") is True or entry.value.get("providers"):
            continue
        fix = Fix("name the provider 'envoy'", False, (Insert(resource, entry.path, "providers", [{"name": "envoy"}]),))
        condition = entry.get("filter")
        if not written:
            message = "access logs are asked for, but no provider is named here or for the whole mesh"
            yield entry.finding(message, fix=fix, partial=not known)
        elif condition is not None and condition.value:
            yield condition.finding("the filter is ignored, because its entry names no provider", fix=fix)


def _names_provider(resource: Resource) -> bool:
    return next(resource.each("spec.accessLogging[].providers[].name"), None) is not None


def _inherits(resource: Resource, mesh: MeshView) -> bool:
    naming = mesh.index(_wide).get(resource.cluster, frozenset())
    return resource.namespace in naming or root_namespace(mesh, resource.cluster) in naming


def _wide(mesh: MeshView) -> Mapping[str, frozenset[str]]:
    """Namespaces with a Telemetry for all of it that names a provider, by cluster."""
    found: dict[str, set[str]] = {}
    for resource in mesh.of_kind(TELEMETRY):
        chosen: Node | None = selector_node(resource)
        if (chosen is None or not chosen.value) and _names_provider(resource):
            found.setdefault(resource.cluster, set()).add(resource.namespace)
    return {cluster: frozenset(names) for cluster, names in found.items()}
