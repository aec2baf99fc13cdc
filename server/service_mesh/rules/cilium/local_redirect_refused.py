"""The agent refuses a local redirect policy.

## Why it matters
The definition lets the object pass and the agent does not: it wants the Service in the namespace of the policy, a name
for each port where there are several, and one protocol at both ends. A policy that it refuses redirects nothing, and
the only trace is a line in its log.

## Wrong
```yaml
apiVersion: cilium.io/v2
kind: CiliumLocalRedirectPolicy
metadata: {name: dns, namespace: shop}
spec:
  redirectFrontend:
    serviceMatcher: {serviceName: kube-dns, namespace: kube-system}
  redirectBackend:
    localEndpointSelector: {matchLabels: {k8s-app: node-local-dns}}
    toPorts: [{port: "53", name: dns, protocol: UDP}]
```

## Right
```yaml
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
What the definition itself refuses; a policy that does not say its namespace may be meant for that of the Service.

## Fix safety
None is offered: the policy may be in the wrong namespace, or name the wrong Service.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import CILIUM_LOCAL_REDIRECT_POLICY
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.cilium._ports import is_service_name
from service_mesh.rules.rule import rule

_FRONTENDS = ("addressMatcher", "serviceMatcher")


@rule(
    "CI153",
    category=Category.SCHEMA,
    severity=Severity.ERROR,
    about=(CILIUM_LOCAL_REDIRECT_POLICY,),
    sources=(
        "cilium/cilium: pkg/loadbalancer/redirectpolicy/redirectpolicy.go",
        "https://docs.cilium.io/en/stable/network/kubernetes/local-redirect-policy/",
    ),
)
def local_redirect_refused(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report another namespace, ports without names, and protocols that differ."""
    place = resource.get("spec.redirectFrontend.serviceMatcher.namespace")
    is_written = resource.get("metadata.namespace") is not None
    if is_written and place is not None and place.text and place.text != resource.namespace:
        yield place.finding(f"the service is in namespace '{place.text[:80]}' and the policy in '{resource.namespace}'")
    front = [port for name in _FRONTENDS for port in resource.each(f"spec.redirectFrontend.{name}.toPorts[]")]
    back = list(resource.each("spec.redirectBackend.toPorts[]"))
    yield from _unnamed(front, back)
    if len(front) == 1 and back and _protocol(front[0]) != _protocol(back[0]) and _protocol(back[0]):
        node = back[0].get("protocol") or back[0]
        message = f"the backend has protocol '{_protocol(back[0])}' and the frontend '{_protocol(front[0])}'"
        yield node.finding(message)


def _unnamed(front: list[Node], back: list[Node]) -> Iterator[Draft]:
    """Ports without a proper name: of the frontend where it has several, of the backend where either end has."""
    several = len(front) > 1
    asked = (*(front if several else ()), *(back if several or len(back) > 1 else ()))
    for port in asked:
        name = port.text_at("name")
        if isinstance(port.value, dict) and not name:
            yield port.finding("the port has no name, and there are several")
        elif name and not is_service_name(name):
            yield (port.get("name") or port).finding(f"'{name[:80]}' is no name of a service, as a port needs here")


def _protocol(port: Node) -> str:
    return port.text_at("protocol").upper()
