"""A local redirect policy names a Service that does not exist, or no pod takes its traffic.

## Why it matters
The policy sends what goes to a Service, or to an address, to pods on the same node. Without the Service there is
nothing to redirect. Without pods everything goes on to where it went before: node-local DNS, say, is never asked.

## Wrong
```yaml
apiVersion: v1
kind: Service
metadata: {name: kube-dns, namespace: kube-system}
spec: {selector: {k8s-app: kube-dns}, ports: [{name: dns, port: 53, protocol: UDP}]}
---
apiVersion: cilium.io/v2
kind: CiliumLocalRedirectPolicy
metadata: {name: dns, namespace: kube-system}
spec:
  redirectFrontend:
    serviceMatcher: {serviceName: core-dns, namespace: kube-system}
  redirectBackend:
    localEndpointSelector: {matchLabels: {k8s-app: node-local-dns}}
    toPorts: [{port: "53", name: dns, protocol: UDP}]
```

## Right
```yaml
apiVersion: v1
kind: Service
metadata: {name: kube-dns, namespace: kube-system}
spec: {selector: {k8s-app: kube-dns}, ports: [{name: dns, port: 53, protocol: UDP}]}
---
apiVersion: cilium.io/v2
kind: CiliumLocalRedirectPolicy
metadata: {name: dns, namespace: kube-system}
spec:
  redirectFrontend:
    serviceMatcher: {serviceName: kube-dns, namespace: kube-system}
  redirectBackend:
    localEndpointSelector: {matchLabels: {k8s-app: node-local-dns}}
    toPorts: [{port: "53", name: dns, protocol: UDP}]
```

## When it stays quiet
No workload of the namespace is loaded, for its pods; a Service of another namespace, for which the agent refuses the
policy. In a namespace that is not loaded as a whole a missing Service is reported as not checked, missing pods are not
reported.

## Fix safety
None is offered: which Service or pods were meant is not known.
"""

from collections.abc import Iterator

from service_mesh.mesh.selection import selected
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import WORKLOAD_KINDS, workloads_in
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import CILIUM_LOCAL_REDIRECT_POLICY, SERVICE
from service_mesh.model.resource import Resource
from service_mesh.model.selectors import label_selector
from service_mesh.rules.rule import rule


@rule(
    "CI154",
    category=Category.REFERENCE,
    severity=Severity.WARNING,
    about=(CILIUM_LOCAL_REDIRECT_POLICY,),
    reads=(SERVICE, *WORKLOAD_KINDS),
    sources=(
        "cilium/cilium: pkg/loadbalancer/redirectpolicy/redirectpolicy.go",
        "https://docs.cilium.io/en/stable/network/kubernetes/local-redirect-policy/",
    ),
)
def local_redirect_unmatched(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report a Service that is not there, and a selector without pods."""
    home, cluster = resource.namespace, resource.cluster
    is_complete = mesh.is_complete(home, cluster)
    name = resource.get("spec.redirectFrontend.serviceMatcher.serviceName")
    place = resource.get("spec.redirectFrontend.serviceMatcher.namespace")
    is_own = place is None or place.text in ("", home)
    if name is not None and name.text and is_own and mesh.find(SERVICE, home, name.text, cluster) is None:
        message = f"there is no service '{name.text[:80]}' in namespace '{home[:80]}'"
        yield name.finding(message, partial=not is_complete)
    node = resource.get("spec.redirectBackend.localEndpointSelector")
    if node is None or not isinstance(node.value, dict) or not is_complete or not workloads_in(mesh, home, cluster):
        return
    selector = label_selector(node)
    if not selector.nothing and not selected(mesh, selector, home, cluster):
        yield node.finding(f"no pod of namespace '{home[:80]}' has these labels, so nothing is redirected")
