"""Telemetry names a provider that does nothing for it.

## Why it matters
istiod looks providers up in the mesh configuration. A name that is not there is passed over without a word: no logs, no
spans, no metrics. A provider of another kind, such as a tracer among the access logs, is passed over too.

## Wrong
```yaml
apiVersion: telemetry.istio.io/v1
kind: Telemetry
metadata: {name: mesh-default, namespace: istio-system}
spec:
  tracing:
  - providers:
    - name: zipkin
---
apiVersion: v1
kind: ConfigMap
metadata: {name: istio, namespace: istio-system}
data:
  mesh: |
    enableTracing: true
```

## Right
```yaml
apiVersion: telemetry.istio.io/v1
kind: Telemetry
metadata: {name: mesh-default, namespace: istio-system}
spec:
  tracing:
  - providers:
    - name: zipkin
---
apiVersion: v1
kind: ConfigMap
metadata: {name: istio, namespace: istio-system}
data:
  mesh: |
    enableTracing: true
    extensionProviders:
    - name: zipkin
      zipkin: {service: zipkin.istio-system.svc.cluster.local, port: 9411}
```

## When it stays quiet
`prometheus`, `stackdriver` and `envoy` are there in every mesh, four more with the profile `demo`. Upper and lower case
count as equal, as they do for istiod. Where the mesh configuration is not loaded, an unknown name is reported as not
checked.

## Fix safety
Offered when exactly one fitting provider has a near name; unsafe, because it decides where data goes.
"""

from collections.abc import Iterator, Mapping

from service_mesh.mesh.installation import INSTALLATION_KINDS
from service_mesh.mesh.mesh_config import MeshConfig, mesh_config
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Fix
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import HELM_RELEASE, ISTIO_OPERATOR, TELEMETRY
from service_mesh.model.names import nearest
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.istio._providers import BUILT_IN, PROVIDER_KINDS
from service_mesh.rules.rule import rule

_Known = Mapping[str, tuple[str, tuple[str, ...]]]
"""Name in lower case -> the name as written and its kinds."""

_FITTING: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "tracing": (
        "traces",
        ("zipkin", "lightstep", "datadog", "skywalking", "opentelemetry", "opencensus", "stackdriver"),
    ),
    "metrics": ("metrics", ("prometheus", "stackdriver")),
    "accessLogging": (
        "access logs",
        ("envoyFileAccessLog", "envoyHttpAls", "envoyTcpAls", "envoyOtelAls", "stackdriver"),
    ),
}
"""Section -> what it is for, and the kinds of providers that do it."""

_OF_DEMO: _Known = {
    "otel": ("otel", ("envoyOtelAls",)),
    "skywalking": ("skywalking", ("skywalking",)),
    "otel-tracing": ("otel-tracing", ("opentelemetry",)),
    "jaeger": ("jaeger", ("opentelemetry",)),
}
"""Providers that the profile `demo` brings (istio/istio: manifests/helm-profiles/demo.yaml)."""


@rule(
    "IS273",
    category=Category.REFERENCE,
    severity=Severity.ERROR,
    about=(TELEMETRY,),
    reads=INSTALLATION_KINDS,
    sources=(
        "istio/istio: pilot/pkg/model/telemetry.go (fetchProvider)",
        "istio/istio: pilot/pkg/model/telemetry_logging.go",
        "istio/istio: pilot/pkg/networking/core/tracing.go",
        "istio/istio: pkg/config/mesh/mesh.go (DefaultMeshConfig)",
    ),
)
def telemetry_provider_unusable(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each provider that is not there, or cannot do what the section asks for."""
    config = mesh_config(mesh, resource.cluster)
    known = mesh.index(_known_providers)[resource.cluster]
    for section, (what, kinds) in _FITTING.items():
        for name in resource.each(f"spec.{section}[].providers[].name"):
            if name.text:
                yield from _judged(name, config, known, what, kinds)


def _judged(name: Node, config: MeshConfig, known: _Known, what: str, kinds: tuple[str, ...]) -> Iterator[Draft]:
    found = known.get(name.text.lower())
    if found is None:
        fitting = [written for written, held in known.values() if set(held) & set(kinds)]
        near = nearest(name.text, fitting, unique=True)
        message = f"the mesh configuration has no provider '{name.text[:80]}', so no {what} go there"
        yield name.finding(message, fix=Fix.replace(name, near) if near else None, partial=not config.is_known)
    elif found[1] and not set(found[1]) & set(kinds):
        yield name.finding(f"provider '{name.text[:80]}' is '{found[1][0]}', which is not for {what}")


def _known_providers(mesh: MeshView) -> Mapping[str, _Known]:
    """Cluster -> the providers that Telemetry objects there may name."""
    found: dict[str, _Known] = {}
    for cluster in {telemetry.cluster for telemetry in mesh.of_kind(TELEMETRY)}:
        config = mesh_config(mesh, cluster)
        # Values that list providers take the place of the profile's list.
        of_profile = _OF_DEMO if config.setting("extensionProviders") is None and _is_demo(mesh, cluster) else {}
        found[cluster] = {**of_profile, **_known(config)}
    return found


def _is_demo(mesh: MeshView, cluster: str) -> bool:
    paths = {ISTIO_OPERATOR: ("spec.profile", "spec.values.profile"), HELM_RELEASE: ("spec.values.profile",)}
    return any(
        resource.cluster == cluster and (profile := resource.get(path)) is not None and profile.text == "demo"
        for kind, places in paths.items()
        for path in places
        for resource in mesh.of_kind(kind)
    )


def _known(config: MeshConfig) -> _Known:
    known: dict[str, tuple[str, tuple[str, ...]]] = {name: (name, (kind,)) for name, kind in BUILT_IN.items()}
    for name, settings in config.providers.items():
        known[name.lower()] = name, tuple(kind for kind in PROVIDER_KINDS if kind in settings)
    return known
