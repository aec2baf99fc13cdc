"""Route sends requests to a Service, or to a port of one, that does not exist.

## Why it matters
The share of requests that goes to such a backend is answered with 500. The API server accepts the route, and only its
status tells (`ResolvedRefs`, reason `BackendNotFound`).

## Wrong
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
spec:
  rules:
  - backendRefs:
    - {name: cart, port: 8080}
---
apiVersion: v1
kind: Service
metadata: {name: cart}
spec:
  ports: [{port: 80}]
```

## Right
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
spec:
  rules:
  - backendRefs:
    - {name: cart, port: 80}
---
apiVersion: v1
kind: Service
metadata: {name: cart}
spec:
  ports: [{port: 80}]
```

## When it stays quiet
Backends of other kinds than Service; a reference that no ReferenceGrant allows, which is reported for its own sake;
backends with weight 0. Where the backend's namespace was not loaded as a whole, or files hold no Service at all, said
to be complete or not, an absent Service is reported as not checked, and so is one that Linkerd mirrors from another
cluster, as a Link or the label for export shows, and one that a controller makes for a Gateway or a Canary of the
input.

## Fix safety
Offered for a Service when exactly one has a near name, and for a port when the Service has only one; unsafe, because
the intent is guessed.
"""

from collections.abc import Iterator

from service_mesh.mesh.generated_services import GENERATOR_KINDS, is_generated
from service_mesh.mesh.known_names import is_surely_absent, service_names
from service_mesh.mesh.ports import port_number
from service_mesh.mesh.route_references import ROUTES, Reference, backends, is_granted
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Fix
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import LINKERD_LINK, REFERENCE_GRANT, SERVICE
from service_mesh.model.names import nearest
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule

_EXPORTED = ("mirror.linkerd.io/exported", "mirror.linkerd.io/federated")


@rule(
    "GW102",
    category=Category.REFERENCE,
    severity=Severity.ERROR,
    about=ROUTES,
    reads=(*GENERATOR_KINDS, LINKERD_LINK, SERVICE, REFERENCE_GRANT),
    sources=(
        "istio/istio: pilot/pkg/config/kube/gateway/conversion.go",
        "https://gateway-api.sigs.k8s.io/reference/spec/#httproutespec",
        "https://linkerd.io/2/features/multicluster/",
    ),
    upstream=("KIA1402",),
)
def route_backend_missing(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each backend whose Service or port is not there."""
    for backend in backends(resource):
        if backend.kind != SERVICE or not backend.name or _is_idle(backend):
            continue
        if not is_granted(mesh, resource.kind, resource.namespace, backend):
            continue
        service = mesh.find(SERVICE, backend.namespace, backend.name, resource.cluster)
        if service is None:
            yield _missing(backend, mesh)
        else:
            yield from _port(backend, service)


def _is_idle(backend: Reference) -> bool:
    weight = backend.node.get("weight")
    return weight is not None and weight.number == 0


def _missing(backend: Reference, mesh: MeshView) -> Draft:
    cluster = backend.node.resource.cluster
    near = nearest(backend.name, service_names(mesh, backend.namespace, cluster), unique=True)
    fix = Fix.replace(backend.name_node, near, title=f"rename to '{near}'") if near else None
    message = f"Service '{backend.namespace}/{backend.name}' does not exist, so its share of requests gets 500"
    made = is_generated(mesh, backend.namespace, backend.name, cluster) or _is_mirror(backend, mesh)
    partial = made or not is_surely_absent(mesh, SERVICE, backend.namespace, cluster)
    return backend.name_node.finding(message, fix=fix, partial=partial)


def _is_mirror(backend: Reference, mesh: MeshView) -> bool:
    """Whether Linkerd's multicluster extension makes the Service, which files do not hold then.

    Its name ends with that of the other cluster, or with `federated`; without a Link in the input, the Service of this
    cluster shows by its mark for export that it is mirrored between clusters.
    (`linkerd/linkerd2: multicluster/service-mirror/cluster_watcher.go`)
    """
    home = backend.node.resource
    if home.is_from_cluster:
        return False
    links = [link.get("spec.targetClusterName") for link in mesh.of_kind(LINKERD_LINK)]
    if any(backend.name.endswith(f"-{name.text}") for name in links if name is not None and name.text):
        return True
    parts = backend.name.split("-")
    for end in range(1, len(parts)):
        service = mesh.find(SERVICE, backend.namespace, "-".join(parts[:end]), home.cluster)
        if service is not None and any(mark in service.labels for mark in _EXPORTED):
            return True
    return False


def _port(backend: Reference, service: Resource) -> Iterator[Draft]:
    port = backend.node.get("port")
    entries = tuple(service.each("spec.ports[]"))
    numbers = [number for entry in entries if (number := port_number(entry)) is not None]
    if port is None or port.number is None or port.number in numbers:
        return
    fix = Fix.replace(port, numbers[0], title=f"use port {numbers[0]}") if len(numbers) == 1 else None
    listed = ", ".join(map(str, numbers[:5])) or "none"
    message = f"'{service.title}' has no port {port.number}, so its share of requests gets 500; its ports are {listed}"
    related = ((service.get("spec.ports") or service.root).note("its ports"),)
    yield port.finding(message, fix=fix, related=related)
