"""Requests that change something are mirrored, so that they are carried out twice.

## Why it matters
The copy of a request is sent for its own sake and its answer thrown away, but it does what it says: a mirrored POST
writes, pays or mails a second time unless the mirror has stores of its own. Up to Istio 1.27 the copy can be told by
the suffix `-shadow` of its host; since 1.28 the host is left as it is.

## Wrong
```yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
spec:
  hosts: [shop]
  http:
  - route:
    - destination: {host: shop}
    mirror: {host: shop-next}
    mirrorPercentage: {value: 10}
```

## Right
```yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
spec:
  hosts: [shop]
  http:
  - match:
    - method: {exact: GET}
    route:
    - destination: {host: shop}
    mirror: {host: shop-next}
    mirrorPercentage: {value: 10}
  - route:
    - destination: {host: shop}
```

## When it stays quiet
Every match of the rule asks for GET, HEAD, OPTIONS or TRACE; the percentage is 0; a delegate, whose roots may choose
the methods.

## Fix safety
No fix is offered: whether the mirror has stores of its own is not known.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.mesh.virtual_services import is_delegate
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import VIRTUAL_SERVICE
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.istio._methods import takes_only
from service_mesh.rules.rule import rule

_READING = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
_NO_SUFFIX = (1, 28)
"""The release since which copies keep the host of the request."""


@rule(
    "IS190",
    category=Category.TRAFFIC,
    severity=Severity.INFO,
    about=(VIRTUAL_SERVICE,),
    needs=("mirror", "mirrors"),
    sources=(
        "istio/istio: pilot/pkg/features/pilot.go",
        "https://istio.io/latest/docs/tasks/traffic-management/mirroring/",
    ),
)
def mirrored_writes(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report the first mirror of each rule that takes requests of any method."""
    if is_delegate(resource):
        return
    for entry in resource.each("spec.http[]"):
        mirror = next(_mirrors(entry), None)
        if mirror is not None and not takes_only(entry, _READING):
            same = mesh.release("istio") >= _NO_SUFFIX
            how = "with the same host, so that it cannot be told apart" if same else "with '-shadow' behind its host"
            message = f"requests of every method are copied to '{mirror.text}' {how}: writes happen twice"
            yield mirror.finding(message)


def _mirrors(entry: Node) -> Iterator[Node]:
    share = entry.get("mirrorPercentage.value") or entry.get("mirrorPercent")
    if share is None or share.number != 0:
        yield from entry.each("mirror.host")
    for mirror in entry.each("mirrors[]"):
        part = mirror.get("percentage.value")
        if part is None or part.number != 0:
            yield from mirror.each("destination.host")
