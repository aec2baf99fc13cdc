"""Route at a gateway goes straight to a host whose own subset rules it does not take over.

## Why it matters
A gateway applies the routes that are bound to it and nothing else. The split by subsets that another route makes for
the same service inside the mesh does not hold for requests from outside: a canary gets its share of inner requests
only.

## Wrong
```yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: shop-public, namespace: web}
spec:
  hosts: [shop.example.com]
  gateways: [public]
  http:
  - route:
    - destination: {host: shop}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: shop, namespace: web}
spec:
  hosts: [shop]
  http:
  - route:
    - destination: {host: shop, subset: v1}
```

## Right
```yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: shop, namespace: web}
spec:
  hosts: [shop, shop.example.com]
  gateways: [public, mesh]
  http:
  - route:
    - destination: {host: shop, subset: v1}
```

## When it stays quiet
The route is bound to no gateway but the sidecars; its destination has a subset; no other route that sidecars take sends
the host's own requests to subsets. Hosts are compared in full, whatever namespace the routes live in.

## Fix safety
No fix is offered: the subset that is meant is not known.
"""

from collections.abc import Iterator, Mapping

from service_mesh.mesh.gateways import SIDECARS, binds_sidecars
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.hosts import resolve_host
from service_mesh.model.kinds import VIRTUAL_SERVICE
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule

_DESTINATION = "spec.http[].route[].destination"


@rule(
    "IS180",
    category=Category.TRAFFIC,
    severity=Severity.WARNING,
    about=(VIRTUAL_SERVICE,),
    needs=("gateways",),
    sources=(
        "istio/istio: pkg/config/analysis/analyzers/virtualservice/destinationhosts.go",
        "https://istio.io/latest/docs/ops/common-problems/network-issues/#route-rules-have-no-effect-on-ingress-gateway-requests",
    ),
    upstream=("IST0140",),
)
def subset_rules_bypassed(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each host that a gateway is sent to without a subset, once, if its own route chooses subsets."""
    if all(node.text == SIDECARS for node in resource.each("spec.gateways[]")):
        return
    seen: set[str] = set()
    for destination in resource.each(_DESTINATION):
        node, subset = destination.get("host"), destination.get("subset")
        if node is None or not node.text or (subset is not None and subset.text):
            continue
        host = _full(node)
        others = [
            one for one in mesh.index(_splitting).get((resource.cluster, host), ()) if one.resource is not resource
        ]
        if others and host not in seen:
            seen.add(host)
            yield _draft(node, host, others[0])


def _draft(node: Node, host: str, other: Node) -> Draft:
    message = (
        f"requests from a gateway go to '{host}' without a subset, past the subsets that "
        f"'{other.resource.title}' chooses inside the mesh"
    )
    return node.finding(message, related=(other.note("chooses a subset for requests inside the mesh"),))


def _full(host: Node) -> str:
    return resolve_host(host.text, host.resource.namespace)


def _splitting(mesh: MeshView) -> Mapping[tuple[str, str], list[Node]]:
    """One destination with a subset of each route that sidecars take for the host itself."""
    found: dict[tuple[str, str], list[Node]] = {}
    for route in mesh.of_kind(VIRTUAL_SERVICE):
        if not binds_sidecars(route):
            continue
        own = {_full(host) for host in route.each("spec.hosts[]")}
        chosen: dict[str, Node] = {}
        for destination in route.each(_DESTINATION):
            host, subset = destination.get("host"), destination.get("subset")
            if host is not None and subset is not None and subset.text and _full(host) in own:
                chosen.setdefault(_full(host), subset)
        for name, node in chosen.items():
            found.setdefault((route.cluster, name), []).append(node)
    return found
