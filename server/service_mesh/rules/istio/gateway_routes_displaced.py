"""Two VirtualServices answer the same requests at one gateway.

## Why it matters
A gateway puts the routes of all VirtualServices for a host together, the older object's first and those for everything
last. Of two rules for the same requests only the older object's is ever reached: a canary or a timeout in the other one
has no effect.

## Wrong
```yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: shop, namespace: web}
spec:
  hosts: [shop.example.com]
  gateways: [public]
  http:
  - route:
    - destination: {host: shop}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: shop-next, namespace: web}
spec:
  hosts: [shop.example.com]
  gateways: [public]
  http:
  - route:
    - destination: {host: shop-next}
```

## Right
```yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: shop, namespace: web}
spec:
  hosts: [shop.example.com]
  gateways: [public]
  http:
  - route:
    - destination: {host: shop}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: shop-next, namespace: web}
spec:
  hosts: [shop.example.com]
  gateways: [public]
  http:
  - match:
    - uri: {prefix: /next}
    route:
    - destination: {host: shop-next}
```

## When it stays quiet
Rules for different requests, which is how the routes of a host are split over objects; the older of two objects with
creation times; hosts that the gateway does not serve or does not take from the object's namespace; rules that hand over
to a delegate; objects that not every namespace sees; `tls` and `tcp`. Of two objects the first pair of rules is
reported. Without creation times both are, because the order is not known.

## Fix safety
No fix is offered: which of the rules is meant is not known.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from service_mesh.mesh.gateways import GatewayName, find_gateway, gateway_name, serves
from service_mesh.mesh.installation import INSTALLATION_KINDS
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.visibility import visibility
from service_mesh.model.age import Contest, contest
from service_mesh.model.canonical import canonical
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.hosts import resolve_host
from service_mesh.model.kinds import GATEWAY, GATEWAY_API_GATEWAY, VIRTUAL_SERVICE
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule

_NOT_ASKED = frozenset({"name", "statPrefix", "gateways"})
"""Fields of a match that ask nothing of a request."""

_NOTES = 3


class _Requests(NamedTuple):
    """Requests for a host at a gateway, as the condition of a rule asks for them."""

    cluster: str
    gateway: GatewayName
    host: str
    asked: str = ""


@rule(
    "IS195",
    category=Category.CONFLICT,
    severity=Severity.WARNING,
    about=(VIRTUAL_SERVICE,),
    needs=("gateways",),
    reads=(GATEWAY, GATEWAY_API_GATEWAY, *INSTALLATION_KINDS),
    sources=(
        "istio/istio: pilot/pkg/networking/core/gateway.go",
        "istio/istio: pilot/pkg/networking/core/route/route.go",
        "https://istio.io/latest/docs/ops/best-practices/traffic-management/#split-virtual-services",
    ),
    upstream=("KIA1106",),
)
def gateway_routes_displaced(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report, for each other object, the first rule here that it has too."""
    contests, seen = mesh.index(_contests), set()
    for wanted, node in _asked(mesh, resource):
        found = contests[wanted]
        others = found.others(resource, _NOTES)
        if not others or (found.is_dated and found.entries[0].resource is resource):
            continue
        if (rival := others[0].resource.key) not in seen:
            seen.add(rival)
            yield _draft(node, wanted, others, found)


def _draft(node: Node, wanted: _Requests, others: tuple[Node, ...], found: Contest) -> Draft:
    title, gateway = others[0].resource.title, "/".join(wanted.gateway)
    where = f"requests to host '{wanted.host}' at gateway '{gateway}'"
    unknown = "only the older object's counts, and the files do not tell which"
    message = (
        f"the older '{title}' has a rule for the same {where}, so this one is never reached"
        if found.is_dated
        else f"'{title}' has a rule for the same {where}: {unknown}"
    )
    return node.finding(message, related=tuple(other.note("asks for the same requests") for other in others))


def _contests(mesh: MeshView) -> Mapping[_Requests, Contest]:
    nodes: dict[_Requests, list[Node]] = {}
    for route in mesh.of_kind(VIRTUAL_SERVICE):
        for wanted, node in _asked(mesh, route):
            nodes.setdefault(wanted, []).append(node)
    return {wanted: contest(found) for wanted, found in nodes.items()}


def _asked(mesh: MeshView, route: Resource) -> Iterator[tuple[_Requests, Node]]:
    """Gateways, hosts and conditions of an object's HTTP rules, with the match or the rule that says it.

    Only of hosts that another object has at the gateway too: most objects are then done with at once.
    """
    crowded = mesh.index(_crowded)
    places = [place for place in mesh.once(_served, route) if place in crowded]
    for node in _conditions(route) if places else ():
        own = _gateways(node.each("gateways[]"), route) if _is_match(node) else {}
        asked = _asked_text(node)
        for place in places:
            if not own or place.gateway in own:
                yield place._replace(asked=asked), node


def _crowded(mesh: MeshView) -> frozenset[_Requests]:
    found = Counter(place for route in mesh.of_kind(VIRTUAL_SERVICE) for place in mesh.once(_served, route))
    return frozenset(place for place, count in found.items() if count > 1)


def _served(mesh: MeshView, route: Resource) -> tuple[_Requests, ...]:
    """The gateways and hosts that an object's routes are served at; a gateway that is not loaded serves every host."""
    return tuple(_served_at(mesh, route))


def _served_at(mesh: MeshView, route: Resource) -> Iterator[_Requests]:
    bound = _gateways(route.each("spec.gateways[]"), route)
    if not bound or not visibility(mesh, route).is_public:
        return
    gateways = {name: mesh.find(GATEWAY, name.namespace, name.name, route.cluster) for name in bound}
    unknown = {name for name in bound if find_gateway(mesh, name, route.cluster) is None}
    for host in dict.fromkeys(resolve_host(node.text, route.namespace) for node in route.each("spec.hosts[]")):
        for name, gateway in gateways.items() if host else ():
            if name in unknown or (gateway is not None and serves(gateway, host, route.namespace)):
                yield _Requests(route.cluster, name, host)


def _conditions(route: Resource) -> Iterator[Node]:
    for http in route.each("spec.http[]"):
        if isinstance(http.value, dict) and http.get("delegate") is None:
            matches = [match for match in http.each("match[]") if isinstance(match.value, dict)]
            yield from matches or ([] if http.get("match") is not None else [http])


def _asked_text(node: Node) -> str:
    """What a match asks of requests; nothing for a rule without matches and for the prefix `/`."""
    value = node.value if _is_match(node) else {}
    asked = {k: v for k, v in value.items() if k not in _NOT_ASKED} if isinstance(value, dict) else {}
    return "{}" if asked == {"uri": {"prefix": "/"}} else canonical(asked)


def _is_match(node: Node) -> bool:
    return node.path[-2:-1] == ("match",)


def _gateways(references: Iterator[Node], route: Resource) -> dict[GatewayName, None]:
    named = (gateway_name(reference.text, route.namespace) for reference in references)
    return dict.fromkeys(name for name in named if name is not None)
