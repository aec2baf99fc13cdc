"""Pods that refuse everybody by default let the metrics of Linkerd's viz extension be refused too.

## Why it matters
With the default inbound policy `deny` the proxy's own port for metrics is closed like any other. Without a policy that
lets Prometheus in, these pods are missing in `linkerd viz stat`, in the dashboard and in every alert built on them.

## Wrong
```yaml
apiVersion: v1
kind: Namespace
metadata: {name: linkerd-viz, labels: {linkerd.io/extension: viz}}
---
apiVersion: v1
kind: Pod
metadata: {name: cart, namespace: shop}
spec:
  containers:
  - {name: linkerd-proxy, image: proxy, env: [{name: LINKERD2_PROXY_INBOUND_DEFAULT_POLICY, value: deny}]}
status: {phase: Running}
```

## Right
```yaml
apiVersion: v1
kind: Namespace
metadata: {name: linkerd-viz, labels: {linkerd.io/extension: viz}}
---
apiVersion: policy.linkerd.io/v1alpha1
kind: AuthorizationPolicy
metadata: {name: prometheus-scrape, namespace: shop}
spec:
  targetRef: {group: policy.linkerd.io, kind: HTTPRoute, name: proxy-metrics}
  requiredAuthenticationRefs:
  - {kind: ServiceAccount, name: prometheus, namespace: linkerd-viz}
---
apiVersion: v1
kind: Pod
metadata: {name: cart, namespace: shop}
spec:
  containers:
  - {name: linkerd-proxy, image: proxy, env: [{name: LINKERD2_PROXY_INBOUND_DEFAULT_POLICY, value: deny}]}
status: {phase: Running}
```

## When it stays quiet
The viz extension is not installed, policies were not listed, or the namespace has any AuthorizationPolicy that names
Prometheus's account or is called `prometheus-scrape`, as `linkerd viz allow-scrapes` writes it. Pods of one workload
are said once.

## Fix safety
No fix: whether these metrics are to be read is the owner's decision; `linkerd viz allow-scrapes` writes what is needed.
"""

from collections.abc import Iterator, Mapping

from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import WORKLOAD_KINDS, Workload
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import LINKERD_AUTHORIZATION_POLICY, NAMESPACE, POD
from service_mesh.model.kubectl import command
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource, ResourceKey
from service_mesh.posture.linkerd.enrolment import proxy_of
from service_mesh.rules.rule import rule
from service_mesh.rules.status.data_plane._linkerd import Group, env_of, grouped, meshed_pods

_VARIABLE = "LINKERD2_PROXY_INBOUND_DEFAULT_POLICY"
_SCRAPES = "prometheus-scrape"


@rule(
    "ST239",
    category=Category.OPERATIONS,
    severity=Severity.INFO,
    about=(POD,),
    reads=(NAMESPACE, LINKERD_AUTHORIZATION_POLICY, *(kind for kind in WORKLOAD_KINDS if kind != POD)),
    sources=("linkerd/linkerd2: viz/pkg/healthcheck/healthcheck.go",),
    upstream=("l5d-viz-data-plane-prom-authz",),
)
def linkerd_scrapes_denied(pod: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report the first pod of each workload that denies by default and lets Prometheus in by no policy."""
    found = mesh.index(_denying).get(pod.key)
    if found is None or not mesh.is_listed(LINKERD_AUTHORIZATION_POLICY, pod.cluster):
        return
    workload, group = found
    message = f"{group.said} '{workload.title}' refuse{'s' * (group.total == 1)} what no policy lets in, Prometheus too"
    yield group.first.problem(message, command("linkerd", "viz", "authz", "-n", pod.namespace, f"pod/{pod.name}"))


def _denying(mesh: MeshView) -> Mapping[ResourceKey, tuple[Workload, Group]]:
    clusters = {one.cluster for one in mesh.of_kind(NAMESPACE) if one.labels.get("linkerd.io/extension") == "viz"}
    opened = {(one.cluster, one.namespace) for one in mesh.of_kind(LINKERD_AUTHORIZATION_POLICY) if _lets_in(one)}

    def denying(pod: Resource) -> Node | None:
        proxy = proxy_of(pod)
        policy = env_of(proxy, _VARIABLE) if proxy is not None else None
        is_shut = policy is not None and policy.text == "deny" and (pod.cluster, pod.namespace) not in opened
        return policy if is_shut and pod.cluster in clusters else None

    return grouped(mesh, (pod for pod, _ in meshed_pods(mesh)), denying)


def _lets_in(policy: Resource) -> bool:
    names = (one.text for one in policy.each("spec.requiredAuthenticationRefs[].name"))
    return policy.name == _SCRAPES or any("prometheus" in name for name in names)
