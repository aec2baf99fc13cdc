"""Application runs as the user whose traffic the sidecar lets pass.

## Why it matters
Redirection exempts user and group 1337, so that the proxy does not catch itself. What an application sends as 1337
goes out in plaintext past the proxy: no mTLS, no routes, no policy, no telemetry.

## Wrong
```yaml
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec:
  securityContext: {runAsUser: 1337}
  containers:
  - {name: web, image: example.com/web:1}
```

## Right
```yaml
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec:
  securityContext: {runAsUser: 1000}
  containers:
  - {name: web, image: example.com/web:1}
```

## When it stays quiet
It is the proxy itself, or every application container sets another user. The workload is known to have no sidecar, or
is in ambient mode, where redirection does not go by users. Istio's own control plane.

## Fix safety
There is no fix: which user the image needs is not known.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import Workload, workload_of
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import WORKLOADS
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.istio.enrolment import ENROLMENT_KINDS, Enrolled, enrolment
from service_mesh.rules.rule import rule

_PROXY_USER = 1337
_PROXY = "istio-proxy"
_CONTROL_PLANE = ("pilot", "istiod", "sidecar-injector")


@rule(
    "IS232",
    category=Category.SECURITY,
    severity=Severity.WARNING,
    about=tuple(sorted(WORKLOADS)),
    needs=("runAsUser", "runAsGroup"),
    reads=ENROLMENT_KINDS,
    sources=(
        "istio/istio: tools/istio-iptables/pkg/capture/run.go",
        "istio/istio: pkg/config/analysis/analyzers/deployment/pod.go",
        "https://istio.io/latest/docs/ops/deployment/application-requirements/",
    ),
    upstream=("IST0144",),
)
def application_runs_as_proxy_user(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each place that makes an application container run as user or group 1337."""
    workload = workload_of(mesh, resource)
    if workload is None or workload.resource is not resource or resource.labels.get("istio") in _CONTROL_PLANE:
        return
    for name in ("runAsUser", "runAsGroup"):
        for node in _chosen(workload, name):
            if enrolment(mesh, workload).mode in (Enrolled.SIDECAR, Enrolled.UNKNOWN):
                kind = "user" if name == "runAsUser" else "group"
                message = f"{kind} 1337 is the proxy's own: what the application sends goes out past the sidecar"
                yield node.finding(message)


def _chosen(workload: Workload, name: str) -> Iterator[Node]:
    applications = [node for node in workload.containers if _name(node) != _PROXY]
    own = [node.get(f"securityContext.{name}") for node in applications]
    shared = workload.template.get(f"spec.securityContext.{name}")
    if shared is not None and shared.value == _PROXY_USER and any(node is None for node in own):
        yield shared
    yield from (node for node in own if node is not None and node.value == _PROXY_USER)


def _name(container: Node) -> str:
    found = container.get("name")
    return found.text if found else ""
