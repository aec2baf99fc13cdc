"""Application runs as the user whose traffic Linkerd's redirection lets pass.

## Why it matters
The rules that send a pod's traffic to its proxy leave out what the proxy itself sends, which they know by its user.
What an application of the same user sends goes out past the proxy, without mTLS and without policies.

## Wrong
```yaml
apiVersion: v1
kind: Pod
metadata:
  name: cart
  namespace: shop
  annotations: {linkerd.io/inject: enabled}
spec:
  containers:
  - name: app
    image: "cart:1"
    securityContext: {runAsUser: 2102}
```

## Right
```yaml
apiVersion: v1
kind: Pod
metadata:
  name: cart
  namespace: shop
  annotations: {linkerd.io/inject: enabled}
spec:
  containers:
  - name: app
    image: "cart:1"
    securityContext: {runAsUser: 1000}
```

## When it stays quiet
The workload is not in Linkerd's mesh, or that is not known; the proxy has another user, by the annotation
`config.linkerd.io/proxy-uid` or the chart's `proxy.uid`. Istio's user 1337 is IS232's matter.

## Fix safety
None is offered: which user the image can run as is not known.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import Workload, workload_of
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import WORKLOADS
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.linkerd.enrolment import ENROLMENT_KINDS, PROXY, enrolment
from service_mesh.posture.linkerd.installation import installation
from service_mesh.posture.linkerd.settings import setting
from service_mesh.rules.rule import rule

_UID = "config.linkerd.io/proxy-uid"
_USUAL = 2102


@rule(
    "K8108",
    category=Category.SECURITY,
    severity=Severity.WARNING,
    about=tuple(sorted(WORKLOADS)),
    reads=ENROLMENT_KINDS,
    needs=("runAsUser",),
    sources=(
        "linkerd/linkerd2: charts/linkerd-control-plane/values.yaml (proxy.uid)",
        "linkerd/linkerd2: charts/partials/templates/_proxy-init.tpl",
        "https://linkerd.io/2/reference/iptables/",
    ),
)
def runs_as_linkerd_proxy(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each place that makes an application container run as the proxy's user."""
    workload = workload_of(mesh, resource)
    if workload is None or workload.resource is not resource or not enrolment(mesh, workload).is_meshed:
        return
    user = _user(mesh, workload)
    for node in _chosen(workload, user):
        yield node.finding(f"user {user} is the proxy's own: what the application sends goes out past the proxy")


def _user(mesh: MeshView, workload: Workload) -> int:
    told, found = setting(mesh, workload, _UID).text, installation(mesh, workload.cluster)
    if told.isascii() and told.isdigit() and len(told) < 10:
        return int(told)
    chart = found.value("proxy.uid") if found is not None else None
    return chart if type(chart) is int else _USUAL


def _chosen(workload: Workload, user: int) -> Iterator[Node]:
    applications = [one for one in workload.containers if one.text_at("name") != PROXY]
    own = [one.get("securityContext.runAsUser") for one in applications]
    shared = workload.template.get("spec.securityContext.runAsUser")
    if shared is not None and shared.value == user and any(node is None for node in own):
        yield shared
    yield from (node for node in own if node is not None and node.value == user)
