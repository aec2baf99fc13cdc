"""Object of the root namespace chooses workloads of other namespaces, which it is not for.

## Why it matters
Without labels such an object is the default of the whole mesh. With labels a Sidecar or a Telemetry is for workloads of
the root namespace itself, and a PeerAuthentication for none at all: the workloads that were meant elsewhere go on
without it.

## Wrong
```yaml
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: web, namespace: istio-system}
spec:
  workloadSelector:
    labels: {app: web}
  egress:
  - hosts: ["./*"]
---
apiVersion: v1
kind: Pod
metadata:
  name: web
  namespace: shop
  labels: {app: web}
spec:
  containers:
  - {name: web, image: example.com/web:1}
```

## Right
```yaml
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: web, namespace: shop}
spec:
  workloadSelector:
    labels: {app: web}
  egress:
  - hosts: ["./*"]
---
apiVersion: v1
kind: Pod
metadata:
  name: web
  namespace: shop
  labels: {app: web}
spec:
  containers:
  - {name: web, image: example.com/web:1}
```

## When it stays quiet
The object has no labels; it chooses workloads of the root namespace, which it is for (not so for a PeerAuthentication);
it chooses nothing anywhere, which is reported as such. AuthorizationPolicy, RequestAuthentication, WasmPlugin and
EnvoyFilter of the root namespace do choose workloads everywhere.

## Fix safety
No fix is offered: an object's namespace cannot be changed in place.
"""

from collections.abc import Iterator

from service_mesh.mesh.installation import INSTALLATION_KINDS
from service_mesh.mesh.mesh_config import root_namespace
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import WORKLOAD_KINDS
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import PEER_AUTHENTICATION
from service_mesh.model.resource import Resource
from service_mesh.rules.istio._competing import selector_node
from service_mesh.rules.istio._selecting import OWN_NAMESPACE_ONLY, chosen
from service_mesh.rules.rule import rule


@rule(
    "IS155",
    category=Category.REFERENCE,
    severity=Severity.WARNING,
    about=OWN_NAMESPACE_ONLY,
    reads=(*INSTALLATION_KINDS, *WORKLOAD_KINDS),
    sources=(
        "istio/istio: pilot/pkg/model/push_context.go",
        "istio/istio: pilot/pkg/security/authn/policy_applier.go",
        "kiali/kiali: business/checkers/sidecars/global_checker.go",
        "https://istio.io/latest/docs/reference/config/networking/sidecar/",
    ),
    upstream=("KIA1006",),
)
def root_namespace_selector(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report labels in the root namespace whose workloads are elsewhere."""
    labels = selector_node(resource)
    if resource.namespace != root_namespace(mesh, resource.cluster) or labels is None or not labels.value:
        return
    found = chosen(mesh, resource, everywhere=True)
    meant = found if resource.kind == PEER_AUTHENTICATION else _only_foreign(resource, [w.namespace for w in found])
    if meant:
        scope = "no workload" if resource.kind == PEER_AUTHENTICATION else "workloads of that namespace only"
        message = f"with labels a {resource.kind.name} of the root namespace is for {scope}, not for '{found[0].title}'"
        yield labels.finding(message, related=(found[0].labels_node.note("has the labels"),))


def _only_foreign(resource: Resource, namespaces: list[str]) -> bool:
    return bool(namespaces) and resource.namespace not in namespaces
