"""Server authorizes nobody, so its port refuses every client.

## Why it matters
A Server replaces the default policy of the port it selects, and lets in nobody of its own. Without an authorization for
it, for its namespace or for one of its routes every client is refused: meshed ones, those that are not, scrapers of
metrics. Of the kubelet's probes only those by HTTP go on to work, and only while no route is attached. All other ports
stay at the default policy.

## Wrong
```yaml
apiVersion: v1
kind: Namespace
metadata:
  name: shop
  annotations: {linkerd.io/inject: enabled}
---
apiVersion: v1
kind: Pod
metadata:
  name: cart
  namespace: shop
  labels: {app: cart}
spec:
  containers:
  - name: app
    image: cart
    ports:
    - {name: http, containerPort: 8080}
---
apiVersion: policy.linkerd.io/v1beta3
kind: Server
metadata: {name: cart, namespace: shop}
spec:
  podSelector: {matchLabels: {app: cart}}
  port: http
```

## Right
```yaml
apiVersion: v1
kind: Namespace
metadata:
  name: shop
  annotations: {linkerd.io/inject: enabled}
---
apiVersion: v1
kind: Pod
metadata:
  name: cart
  namespace: shop
  labels: {app: cart}
spec:
  containers:
  - name: app
    image: cart
    ports:
    - {name: http, containerPort: 8080}
---
apiVersion: policy.linkerd.io/v1beta3
kind: Server
metadata: {name: cart, namespace: shop}
spec:
  podSelector: {matchLabels: {app: cart}}
  port: http
---
apiVersion: policy.linkerd.io/v1alpha1
kind: MeshTLSAuthentication
metadata: {name: web, namespace: shop}
spec:
  identities: ["web.shop.serviceaccount.identity.linkerd.cluster.local"]
---
apiVersion: policy.linkerd.io/v1alpha1
kind: AuthorizationPolicy
metadata: {name: cart-from-web, namespace: shop}
spec:
  targetRef: {group: policy.linkerd.io, kind: Server, name: cart}
  requiredAuthenticationRefs:
  - {group: policy.linkerd.io, kind: MeshTLSAuthentication, name: web}
```

## When it stays quiet
Something is authorized, or was meant to be and is void, which is reported where it is; another Server governs the port;
no workload that the Server selects is meshed, or has the port; the containers declare other ports than this. Where
authorizations may lie in what is not loaded, the finding is reported as not checked. A policy names the Server without
its group, which is refused and told of the policy.

## Fix safety
None is offered: who may come in is not known.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import Workload
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import LINKERD_AUTHORIZATION_POLICY, LINKERD_SERVER
from service_mesh.model.resource import Resource, ResourceKey
from service_mesh.posture.linkerd.authorizations import AUTHORIZATION_KINDS, target_kind
from service_mesh.posture.linkerd.enrolment import ENROLMENT_KINDS
from service_mesh.posture.linkerd.probes import probe_authorization
from service_mesh.posture.linkerd.servers import governing
from service_mesh.rules.linkerd._policies import granted_in_all, is_served, meshed_workloads, ports_of
from service_mesh.rules.rule import rule


@rule(
    "LD132",
    category=Category.SECURITY,
    severity=Severity.WARNING,
    about=(LINKERD_SERVER,),
    reads=tuple(kind for kind in dict.fromkeys((*AUTHORIZATION_KINDS, *ENROLMENT_KINDS)) if kind != LINKERD_SERVER),
    sources=(
        "linkerd/linkerd2: policy-controller/k8s/index/src/inbound/index.rs",
        "https://linkerd.io/2/reference/authorization-policy/#server",
    ),
)
def server_for_nobody(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report a Server of a meshed workload on which nothing is authorized."""
    parts = granted_in_all(mesh, resource)
    if any(part.authorizations or part.void for part in parts):
        return
    found = next(_refusing(mesh, resource), None)
    if found is None or resource.key in mesh.index(_meant):
        return
    workload, port = found
    spared = " but the kubelet's HTTP probes" if probe_authorization(mesh, workload, port) is not None else ""
    message = f"authorizes nobody, so port {port} of '{workload.title}' refuses every client{spared}"
    node = resource.get("spec.accessPolicy") or resource.get("spec.port") or resource.root
    yield node.finding(message, partial=any(part.missing for part in parts))


def _meant(mesh: MeshView) -> frozenset[ResourceKey]:
    """The Servers that policies name without saying of which group: that is refused, and told of the policy."""
    found = set()
    for policy in mesh.of_kind(LINKERD_AUTHORIZATION_POLICY):
        target = policy.get("spec.targetRef")
        if target is not None and target_kind(policy) is None and target.text_at("kind") == LINKERD_SERVER.name:
            name = target.text_at("name")
            found.add(ResourceKey(policy.cluster, LINKERD_SERVER, policy.namespace, name))
    return frozenset(found)


def _refusing(mesh: MeshView, server: Resource) -> Iterator[tuple[Workload, int]]:
    for workload in meshed_workloads(mesh, server):
        for port in sorted(ports_of(server, workload)):
            if is_served(workload, port) and governing(mesh, workload, port).server in (server, None):
                yield workload, port
