"""Zipkin service is there, and since 1.22 nothing sends spans to it by itself.

## Why it matters
Up to 1.21 every proxy sent its spans to `zipkin` in `istio-system` unless told otherwise. From 1.22 on it sends none
until a tracing provider is set: after an upgrade the traces are gone without an error.

## Wrong
```yaml
apiVersion: v1
kind: Service
metadata: {name: zipkin, namespace: istio-system}
spec:
  selector: {app: jaeger}
  ports:
  - {name: http-query, port: 9411}
```

## Right
```yaml
apiVersion: v1
kind: Service
metadata: {name: zipkin, namespace: istio-system}
spec:
  selector: {app: jaeger}
  ports:
  - {name: http-query, port: 9411}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: istio, namespace: istio-system}
data:
  mesh: |
    extensionProviders:
    - name: zipkin
      zipkin: {service: zipkin.istio-system.svc.cluster.local, port: 9411}
    defaultProviders:
      tracing: [zipkin]
```

## When it stays quiet
The judged release is older than 1.22; the mesh configuration names a tracing provider or has a tracer of its own; a
Telemetry names a tracing provider. Where the mesh configuration or its namespace may not be loaded, it is reported as
not checked. Istio's own check asks for the service alone.

## Fix safety
There is no fix: the setting belongs into another object.
"""

from collections.abc import Iterator

from service_mesh.mesh.installation import INSTALLATION_KINDS
from service_mesh.mesh.mesh_config import ROOT_NAMESPACE, MeshConfig, mesh_config
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import SERVICE, TELEMETRY
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule

_CHANGED_IN = (1, 22)
_TRACERS = ("zipkin", "lightstep", "datadog", "stackdriver", "openCensusAgent")


@rule(
    "IS276",
    category=Category.OPERATIONS,
    severity=Severity.WARNING,
    about=(SERVICE,),
    reads=(TELEMETRY, *INSTALLATION_KINDS),
    sources=(
        "istio/istio: istioctl/pkg/precheck/precheck.go (checkTracing)",
        "https://istio.io/latest/news/releases/1.22.x/announcing-1.22/upgrade-notes/",
    ),
    upstream=("IST0169",),
)
def zipkin_no_longer_default(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report the service that used to get all spans where nothing sends it any."""
    if resource.name != "zipkin" or resource.namespace != ROOT_NAMESPACE or mesh.release("istio") < _CHANGED_IN:
        return
    config = mesh_config(mesh, resource.cluster)
    if _traces(config) or resource.cluster in mesh.index(_tracing_clusters):
        return
    known = mesh.is_whole or (config.is_known and mesh.is_complete(config.root_namespace, resource.cluster))
    name = resource.get("metadata.name") or resource.root
    message = "no spans come here by default since Istio 1.22, and no tracing provider is set"
    yield name.finding(message, partial=not known)


def _traces(config: MeshConfig) -> bool:
    own = any(config.setting(f"defaultConfig.tracing.{tracer}") is not None for tracer in _TRACERS)
    return own or bool(config.texts("defaultProviders.tracing"))


def _tracing_clusters(mesh: MeshView) -> frozenset[str]:
    """Clusters where some Telemetry names a tracing provider."""
    return frozenset(
        telemetry.cluster
        for telemetry in mesh.of_kind(TELEMETRY)
        if next(telemetry.each("spec.tracing[].providers[].name"), None) is not None
    )
