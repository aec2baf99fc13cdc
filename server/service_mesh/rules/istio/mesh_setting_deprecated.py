"""Setting of the mesh configuration is deprecated.

## Why it matters
A deprecated setting goes away with some later release, most often without a word, since istiod passes over settings it
does not know. The tracers of `defaultConfig.tracing` are the old way: they cannot be chosen per workload or changed
without a restart, and Telemetry objects override them.

## Wrong
```yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: istio, namespace: istio-system}
data:
  mesh: |
    defaultConfig:
      tracing:
        zipkin: {address: zipkin.istio-system:9411}
```

## Right
```yaml
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
`ISTIO_META_DNS_AUTO_ALLOCATE` is told of from 1.25 on, when istiod began to allocate addresses by itself. A tracing
section that only sets tags or a sampling rate is fine.

## Fix safety
Renaming `includeHeadersInCheck` is offered where it is a field of the object, and safe: both mean the same.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Anchor, Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import PROXY_CONFIG, WORKLOAD_ENTRY
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.istio._mesh_fields import Setting, settings_below
from service_mesh.rules.istio._mesh_settings import BEARERS, HOLDERS, Settings, mesh_settings, proxy_settings
from service_mesh.rules.rule import rule

_OTEL = "'opentelemetry' replaces it"
_PROVIDER = "a provider in 'extensionProviders' with a Telemetry object replaces it"
_NOTHING = "nothing replaces it"

_DEPRECATED = {
    ("MeshConfig", "certificates"): "istiod does not read it, cert-manager or another issuer replaces it",
    ("MeshConfig", "verifyCertificateAtClient"): "istiod does not read it, DestinationRules tell what is verified",
    ("ExtensionProvider", "lightstep"): _OTEL,
    ("ExtensionProvider", "opencensus"): _OTEL,
    ("EnvoyExternalAuthorizationHttpProvider", "includeHeadersInCheck"): "'includeRequestHeadersInCheck' replaces it",
    ("StackdriverProvider", "debug"): _NOTHING,
    ("StackdriverProvider", "maxNumberOfAttributes"): _NOTHING,
    ("StackdriverProvider", "maxNumberOfAnnotations"): _NOTHING,
    ("StackdriverProvider", "maxNumberOfMessageEvents"): _NOTHING,
    ("ProxyConfig", "discoveryRefreshDelay"): _NOTHING,
    ("ProxyConfig", "availabilityZone"): _NOTHING,
    ("ProxyConfig", "sds"): _NOTHING,
    ("ProxyConfig", "zipkinAddress"): _PROVIDER,
    ("ProxyConfig", "envoyMetricsServiceAddress"): "'envoyMetricsService.address' replaces it",
    **dict.fromkeys(
        (("Tracing", tracer) for tracer in ("zipkin", "lightstep", "datadog", "stackdriver", "openCensusAgent")),
        _PROVIDER,
    ),
}
"""Message and setting -> what takes its place (istio/api: mesh/v1alpha1)."""

_RENAMED = {"includeHeadersInCheck": "includeRequestHeadersInCheck"}
_AUTO_ALLOCATE = "ISTIO_META_DNS_AUTO_ALLOCATE"
_ALLOCATED_FROM = (1, 25)


@rule(
    "IS261",
    category=Category.HYGIENE,
    severity=Severity.INFO,
    about=(*HOLDERS, *BEARERS, PROXY_CONFIG),
    reads=(WORKLOAD_ENTRY,),
    sources=(
        "istio/api: mesh/v1alpha1/config.proto",
        "istio/api: mesh/v1alpha1/proxy.proto",
        "istio/istio: pkg/config/validation/agent/validation.go (ValidateMeshConfigProxyConfig)",
        "https://istio.io/latest/docs/tasks/observability/distributed-tracing/mesh-and-proxy-config/",
    ),
)
def mesh_setting_deprecated(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each setting of the mesh or of a proxy that is on its way out."""
    allocates = mesh.release("istio") >= _ALLOCATED_FROM
    if resource.kind == PROXY_CONFIG:
        variables = resource.get("spec.environmentVariables")
        if variables is not None and allocates:
            yield from _allocating(variables, variables, variables)
        return
    held = mesh_settings(resource) if resource.kind in HOLDERS else proxy_settings(resource, mesh)
    for settings in held:
        for setting in settings_below(settings.root, settings.message):
            instead = _DEPRECATED.get((setting.message, setting.name))
            if instead is not None:
                yield _deprecated(settings, setting, instead)
            elif setting.name == "proxyMetadata" and setting.message == "ProxyConfig" and allocates:
                yield from _allocating(setting.node, settings.place(setting.node), settings.text)


def _deprecated(settings: Settings, setting: Setting, instead: str) -> Draft:
    fix = settings.renamed(setting.node, _RENAMED.get(setting.name), safe=True)
    place = settings.place(setting.node)
    return place.finding(f"'{settings.path(setting.node)}' is deprecated: {instead}", fix=fix, anchor=Anchor.KEY)


def _allocating(variables: Node, place: Node, text: Node | None) -> Iterator[Draft]:
    variable = variables.key(_AUTO_ALLOCATE)
    if variable is not None:
        message = f"'{_AUTO_ALLOCATE}' is deprecated: istiod allocates addresses by itself since 1.25"
        yield (place if text is not None and text is not variables else variable).finding(message, anchor=Anchor.KEY)
