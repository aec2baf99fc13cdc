"""Two VirtualServices claim one host for the same sidecars.

## Why it matters
Sidecars take the routes of one object for a host and drop those of the other, so that a canary, a roll-back or a
timeout that was applied has no effect. Which object wins depends on visibility and age, not on names or namespaces.

## Wrong
```yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: reviews, namespace: shop}
spec:
  hosts: [reviews]
  http:
  - route:
    - destination: {host: reviews}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: reviews-timeout, namespace: team}
spec:
  hosts: [reviews.shop.svc.cluster.local]
  http:
  - timeout: 2s
    route:
    - destination: {host: reviews.shop.svc.cluster.local}
```

## Right
```yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: reviews, namespace: shop}
spec:
  hosts: [reviews]
  http:
  - timeout: 2s
    route:
    - destination: {host: reviews}
```

## When it stays quiet
Objects bound only to gateways, which are merged; delegates, which have no hosts; objects whose `exportTo` have no
namespace in common; objects that share no kind of route (`http`, `tls`, `tcp`); the older of two objects with creation
times; a wildcard beside a name below it, of which the more specific one applies, although Istio's own analyzer reports
it where one of both is not public. A private object beside a public one is a warning, because it is defined that the
private one wins in its namespace. Without creation times it is said that the order is unknown, on both objects.

## Fix safety
No fix is offered: the routes have to be put together by somebody who knows what is meant.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import NamedTuple

from service_mesh.mesh.gateways import binds_sidecars
from service_mesh.mesh.installation import INSTALLATION_KINDS
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.virtual_services import filled_sections, is_filled
from service_mesh.mesh.visibility import Rank, visibility
from service_mesh.model.age import Contest, contest
from service_mesh.model.finding import Draft, Note
from service_mesh.model.grade import Category, Severity
from service_mesh.model.hosts import resolve_host
from service_mesh.model.kinds import VIRTUAL_SERVICE
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule

_NOTES = 3


class _Slot(NamedTuple):
    """A host and a kind of route, as one group of clients sees it; `seen_by` is empty for public objects."""

    cluster: str
    host: str
    section: str
    seen_by: str


class _Rank(NamedTuple):
    """A slot and how its claims got there: istiod asks private objects first, then exported, then public ones."""

    slot: _Slot
    rank: Rank | None


@dataclass(frozen=True, slots=True)
class _Claims:
    """Host nodes of VirtualServices that want a slot: by rank, and of all that are not public by host and section."""

    by_rank: Mapping[_Rank, Contest]
    limited: Mapping[tuple[str, str, str], Contest]


@rule(
    "IS105",
    category=Category.CONFLICT,
    severity=Severity.ERROR,
    about=(VIRTUAL_SERVICE,),
    reads=INSTALLATION_KINDS,
    sources=(
        "istio/istio: pilot/pkg/model/push_context.go",
        "istio/istio: pilot/pkg/networking/core/httproute.go",
        "https://istio.io/latest/docs/ops/best-practices/traffic-management/#split-virtual-services",
    ),
    upstream=("IST0109", "KIA1106"),
)
def virtual_service_hosts_conflict(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each host whose routes in this object are, or may be, dropped for those of another."""
    contended, seen = mesh.index(_contended), set[str]()
    for host in _claimed(resource):
        name = resolve_host(host.text, resource.namespace)
        if (resource.cluster, name) in contended and name not in seen:
            seen.add(name)
            yield from _conflict(mesh, host, name, mesh.index(_claims))


def _conflict(mesh: MeshView, host: Node, name: str, claims: _Claims) -> Iterator[Draft]:
    ranks = list(_ranks(mesh, host.resource, name))
    contests = [one for rank in ranks if (one := claims.by_rank.get(rank)) is not None and len(one.entries) > 1]
    undated = _others(host, (c for c in contests if not c.is_dated))
    lost = _others(host, (c for c in contests if c.is_dated and c.entries[0].resource is not host.resource))
    if undated:
        message = (
            f"host '{name}' is also claimed by '{undated[0].resource.title}': the older object's routes apply alone, "
            "and the files do not tell which is older"
        )
        yield host.finding(message, related=_notes(undated, "claims the same host"))
    elif lost:
        message = f"host '{name}' is already claimed by the older '{lost[0].resource.title}', whose routes apply alone"
        yield host.finding(message, related=_notes(lost, "claims the same host"))
    elif not contests:
        yield from _shadow(mesh, host, name, ranks, claims)


def _shadow(mesh: MeshView, host: Node, name: str, ranks: list[_Rank], claims: _Claims) -> Iterator[Draft]:
    if visibility(mesh, host.resource).is_public:
        keys = [(rank.slot.cluster, name, rank.slot.section) for rank in ranks]
        over = _others(host, (claims.limited[key] for key in keys if key in claims.limited))
        if over:
            message = (
                f"host '{name}' is claimed for some namespaces by '{over[0].resource.title}', whose routes win there"
            )
            yield host.finding(message, related=_notes(over, "wins where it is seen"), severity=Severity.WARNING)
        return
    public = [_Rank(rank.slot._replace(seen_by=""), Rank.PUBLIC) for rank in ranks]
    under = _others(host, (claims.by_rank[rank] for rank in public if rank in claims.by_rank))
    if under:
        message = (
            f"host '{name}' is also claimed for all namespaces by '{under[0].resource.title}', whose routes lose here"
        )
        yield host.finding(message, related=_notes(under, "loses where this object is seen"), severity=Severity.WARNING)


def _notes(nodes: list[Node], text: str) -> tuple[Note, ...]:
    return tuple(node.note(text) for node in nodes[:_NOTES])


def _others(host: Node, contests: Iterable[Contest]) -> list[Node]:
    found = (node for one in contests for node in one.others(host.resource, _NOTES))
    return list({node.resource.key: node for node in found}.values())


def _claimed(route: Resource) -> Iterator[Node]:
    if binds_sidecars(route):
        yield from (host for host in route.each("spec.hosts[]") if host.text)


def _ranks(mesh: MeshView, route: Resource, host: str) -> Iterator[_Rank]:
    seen = visibility(mesh, route)
    for section in filled_sections(route):
        if is_filled(route.get(f"spec.{section}")):
            for namespace in sorted({""} if seen.is_public else seen.namespaces):
                yield _Rank(_Slot(route.cluster, host, section, namespace), seen.rank_in(namespace))


def _contended(mesh: MeshView) -> AbstractSet[tuple[str, str]]:
    """Clusters and hosts that more than one object claims: nearly every host is done with at once."""
    mesh.mark_read(*INSTALLATION_KINDS)
    claimed = Counter(
        (route.cluster, name)
        for route in mesh.of_kind(VIRTUAL_SERVICE)
        for name in {resolve_host(host.text, route.namespace) for host in _claimed(route)}
    )
    return {key for key, count in claimed.items() if count > 1}


def _claims(mesh: MeshView) -> _Claims:
    contended = mesh.index(_contended)
    by_rank: dict[_Rank, list[Node]] = {}
    limited: dict[tuple[str, str, str], list[Node]] = {}
    for route in mesh.of_kind(VIRTUAL_SERVICE):
        for host in _claimed(route):
            name = resolve_host(host.text, route.namespace)
            for rank in _ranks(mesh, route, name) if (route.cluster, name) in contended else ():
                by_rank.setdefault(rank, []).append(host)
                if rank.slot.seen_by:
                    limited.setdefault((rank.slot.cluster, rank.slot.host, rank.slot.section), []).append(host)
    return _Claims({k: contest(v) for k, v in by_rank.items()}, {k: contest(v) for k, v in limited.items()})
