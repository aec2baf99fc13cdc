"""Extension provider in the mesh configuration lacks what it needs.

## Why it matters
istiod only logs such a provider and goes on. Whatever refers to it fails later: an AuthorizationPolicy with action
CUSTOM denies everything it matches, and a Telemetry object logs and traces nothing.

## Wrong
```yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: istio, namespace: istio-system}
data:
  mesh: |
    extensionProviders:
    - name: opa
      envoyExtAuthzGrpc: {service: opa.opa.svc.cluster.local}
```

## Right
```yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: istio, namespace: istio-system}
data:
  mesh: |
    extensionProviders:
    - name: opa
      envoyExtAuthzGrpc: {service: opa.opa.svc.cluster.local, port: 9191}
```

## When it stays quiet
Providers that need no service: `prometheus`, `stackdriver`, `envoyFileAccessLog`. A provider whose kind is a name that
istiod does not know has a rule of its own (IS260), and so has a value of a wrong type (IS262). That a service does not
exist is told by IS264.

## Fix safety
There is no fix: the port of the service is not known.
"""

from collections.abc import Iterator
from itertools import pairwise

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.istio._mesh_settings import HOLDERS, Settings, mesh_settings
from service_mesh.rules.istio._providers import PROVIDER_KINDS, Provider, providers
from service_mesh.rules.rule import rule

_HIGHEST_PORT = 65535


@rule(
    "IS263",
    category=Category.OPERATIONS,
    severity=Severity.ERROR,
    about=HOLDERS,
    sources=(
        "istio/istio: pkg/config/validation/agent/extensionprovider.go",
        "istio/istio: pilot/pkg/security/authz/builder/extauthz.go",
        "istio/istio: pkg/config/mesh/mesh.go (ApplyMeshConfig)",
    ),
)
def extension_provider_unusable(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report each provider that nothing can use as it is."""
    for settings in mesh_settings(resource):
        found = list(providers(settings))
        for provider in found:
            yield from _faults(settings, provider)
        named = sorted((p for p in found if p.name), key=lambda provider: provider.name)
        for first, second in pairwise(named):
            if first.name == second.name:
                message = f"two providers are named '{second.name}', and only the last of them counts"
                yield settings.place(second.item).finding(message)


def _faults(settings: Settings, provider: Provider) -> Iterator[Draft]:
    place = settings.place(provider.item)
    if not provider.name:
        yield place.finding(f"'{settings.path(provider.item)}' has no name, so nothing can refer to it")
    elif len(provider.kinds) > 1:
        written = " and ".join(f"'{kind.path[-1]}'" for kind in provider.kinds)
        yield place.finding(f"provider '{provider.name}' is {written} at once, and only one of them counts")
    elif not provider.kinds and not _has_more(provider.item):
        yield place.finding(f"provider '{provider.name}' is of no kind, so it does nothing")
    for kind in provider.kinds if provider.name else ():
        for lack in _lacks(kind):
            yield settings.place(kind).finding(f"provider '{provider.name}' {lack}")


def _has_more(item: Node) -> bool:
    """Whether something stands beside the name: then it has a name that nobody knows."""
    return isinstance(item.value, dict) and set(item.value) != {"name"}


def _lacks(kind: Node) -> Iterator[str]:
    if not PROVIDER_KINDS[str(kind.path[-1])] or not isinstance(kind.value, dict | None):
        return
    value = kind.value or {}
    service, port = value.get("service"), value.get("port")
    if service in (None, ""):
        yield "has no service, so it cannot be used"
    if port in (None, 0, "", "0"):
        yield "has no port, so it cannot be used"
    elif isinstance(port, int) and not 0 < port <= _HIGHEST_PORT:
        yield f"has port {port}, which is none, so it cannot be used"
    prefix = value.get("pathPrefix")
    if isinstance(prefix, str) and prefix and not prefix.startswith("/"):
        yield f"has the path prefix '{prefix[:80]}', which does not start with '/'"
    if kind.path[-1] == "opentelemetry" and value.get("http") and value.get("grpc"):
        yield "is told to use HTTP and gRPC at once, and is refused"
