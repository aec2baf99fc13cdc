"""Proxy of Linkerd asks for an identity in another trust domain than the control plane's.

## Why it matters
The control plane signs only the name that a pod's token stands for, which ends in its own trust domain. A proxy that
was made for another domain is refused, does not become ready again once its certificate ends, and no policy that names
an identity of the present domain takes it for what it is.

## Wrong
```yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: linkerd-config, namespace: linkerd}
data: {values: "identityTrustDomain: cluster.local"}
---
apiVersion: v1
kind: Pod
metadata: {name: cart, namespace: shop}
spec:
  containers:
  - {name: linkerd-proxy, image: proxy, env: [{name: _l5d_trustdomain, value: old.example}]}
status: {phase: Running}
```

## Right
```yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: linkerd-config, namespace: linkerd}
data: {values: "identityTrustDomain: cluster.local"}
---
apiVersion: v1
kind: Pod
metadata: {name: cart, namespace: shop}
spec:
  containers:
  - {name: linkerd-proxy, image: proxy, env: [{name: _l5d_trustdomain, value: cluster.local}]}
status: {phase: Running}
```

## When it stays quiet
How Linkerd was installed is not loaded, or the pod does not write its domain out. Those of one namespace are said
once.

## Fix safety
No fix: either the workload is to be restarted, or the control plane lost its former domain by mistake.
"""

from collections.abc import Iterator, Mapping

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import CONFIG_MAP, POD
from service_mesh.model.kubectl import command
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource, ResourceKey
from service_mesh.posture.linkerd.enrolment import proxy_of
from service_mesh.posture.linkerd.installation import installation
from service_mesh.rules.rule import rule
from service_mesh.rules.status.data_plane._linkerd import Group, by_namespace, env_of, meshed_pods

_VARIABLE = "_l5d_trustdomain"


@rule(
    "ST234",
    category=Category.SECURITY,
    severity=Severity.ERROR,
    about=(POD,),
    reads=(CONFIG_MAP,),
    sources=("linkerd/linkerd2: pkg/identity/service.go", "linkerd/linkerd2: charts/partials/templates/_proxy.tpl"),
)
def linkerd_trust_domain_differs(pod: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report the first pod of each namespace whose proxy was made for another trust domain."""
    group, installed = mesh.index(_foreign).get(pod.key), installation(mesh, pod.cluster)
    if group is None or installed is None:
        return
    pods = f"{group.faulty} of {group.total} proxies" if group.total > 1 else "the proxy"
    message = (
        f"{pods} of Linkerd in namespace '{pod.namespace}' ask{'' if group.faulty > 1 else 's'} for an identity in "
        f"'{group.first.text[:80]}', the control plane signs for '{installed.trust_domain}'"
    )
    yield group.first.problem(message, command("linkerd", "identity", "-n", pod.namespace, pod.name))


def _foreign(mesh: MeshView) -> Mapping[ResourceKey, Group]:
    def foreign(pod: Resource) -> Node | None:
        installed, proxy = installation(mesh, pod.cluster), proxy_of(pod)
        domain = env_of(proxy, _VARIABLE) if proxy is not None else None
        if installed is None or domain is None or not domain.text:
            return None
        return domain if domain.text != installed.trust_domain else None

    return by_namespace((pod for pod, _ in meshed_pods(mesh)), foreign)
