"""Route splits the requests of one Service, and hangs on another one.

## Why it matters
A route is asked for the requests that clients send to its parent. One that divides them between a Service and its copy,
`cart` and `cart-east`, and names a third as its parent does nothing for clients of `cart`: they go on reaching
`cart` alone, while those of the parent end up at a Service they did not call.

## Wrong
```yaml
apiVersion: policy.linkerd.io/v1beta3
kind: HTTPRoute
metadata: {name: cart-split, namespace: shop}
spec:
  parentRefs:
  - {group: core, kind: Service, name: web, port: 80}
  rules:
  - backendRefs:
    - {name: cart, port: 80, weight: 80}
    - {name: cart-east, port: 80, weight: 20}
```

## Right
```yaml
apiVersion: policy.linkerd.io/v1beta3
kind: HTTPRoute
metadata: {name: cart-split, namespace: shop}
spec:
  parentRefs:
  - {group: core, kind: Service, name: cart, port: 80}
  rules:
  - backendRefs:
    - {name: cart, port: 80, weight: 80}
    - {name: cart-east, port: 80, weight: 20}
```

## When it stays quiet
The rule has matches, which may choose what to send elsewhere; its backends are not one Service and others named after
it; a parent's name is a part of theirs, or theirs of it. It is info: nothing forbids the detour.

## Fix safety
None is offered: which Service clients call is not known.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Confidence, Severity
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.linkerd._routes import HTTP_ROUTES, service_parents
from service_mesh.rules.rule import rule


@rule(
    "LD193",
    category=Category.TRAFFIC,
    severity=Severity.INFO,
    confidence=Confidence.MEDIUM,
    about=HTTP_ROUTES,
    needs=("backendRefs",),
    sources=(
        "linkerd/linkerd2: policy-controller/k8s/index/src/outbound/index.rs",
        "https://linkerd.io/2/reference/httproute/#parentreference",
    ),
)
def route_at_other_service(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report parents that have nothing to do with the Service whose requests are divided."""
    parents = list(service_parents(resource))
    for rule_node in resource.each("spec.rules[]") if parents else ():
        divided = _divided(rule_node)
        if divided and not any(_is_related(parent.text_at("name"), divided) for parent in parents):
            node = parents[0].get("name") or parents[0]
            yield node.finding(f"requests for '{divided}' are divided here, and only those for '{node.text}' come here")
            return


def _divided(rule_node: Node) -> str:
    """The Service of several backends that the others are named after; empty where there is none."""
    names = [reference.text_at("name") for reference in rule_node.each("backendRefs[]")]
    if len(names) < 2 or any(rule_node.each("matches[]")):
        return ""
    base = min(names, key=len)
    is_copied = base and all(name.startswith(f"{base}-") for name in names if name != base) and len(set(names)) > 1
    return base if is_copied else ""


def _is_related(parent: str, divided: str) -> bool:
    return parent in divided or divided in parent
