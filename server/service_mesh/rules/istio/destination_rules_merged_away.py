"""Part of a DestinationRule is dropped when it is merged with another one for the same host.

## Why it matters
istiod makes one rule of all the DestinationRules that a namespace has for a host: their subsets are added up, but only
one traffic policy is kept, that of the oldest object that has one, and of two subsets of one name the older one. What
the younger object says is accepted and has no effect, be it a connection limit or TLS.

## Wrong
```yaml
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: reviews-limits, namespace: shop}
spec:
  host: reviews
  trafficPolicy:
    connectionPool:
      tcp: {maxConnections: 100}
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: reviews-outliers, namespace: shop}
spec:
  host: reviews
  trafficPolicy:
    outlierDetection: {consecutive5xxErrors: 5}
```

## Right
```yaml
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: reviews, namespace: shop}
spec:
  host: reviews
  trafficPolicy:
    connectionPool:
      tcp: {maxConnections: 100}
    outlierDetection: {consecutive5xxErrors: 5}
```

## When it stays quiet
Rules of different namespaces, with different `exportTo` or for different client pods, which are not merged; a second
rule that only adds subsets; parts that are equal; the older of two objects with creation times. Without creation times
it is said that the order is unknown, on both objects.

## Fix safety
No fix is offered: the policies have to be put together by somebody who knows what is meant.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from service_mesh.mesh.destination_rules import rule_host
from service_mesh.mesh.installation import INSTALLATION_KINDS
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.visibility import visibility
from service_mesh.model.age import Contest, contest
from service_mesh.model.finding import Anchor, Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import DESTINATION_RULE
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule


class _Merged(NamedTuple):
    """What DestinationRules have in common that istiod makes one of."""

    cluster: str
    namespace: str
    host: str
    export_to: frozenset[str]
    clients: frozenset[tuple[str | int, str]]


@rule(
    "IS106",
    category=Category.CONFLICT,
    severity=Severity.ERROR,
    about=(DESTINATION_RULE,),
    reads=INSTALLATION_KINDS,
    sources=(
        "istio/istio: pilot/pkg/model/destination_rule.go",
        "https://istio.io/latest/docs/ops/best-practices/traffic-management/#split-virtual-services",
    ),
    upstream=("KIA0201",),
)
def destination_rules_merged_away(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report a traffic policy and each subset that another rule for the host displaces."""
    contests = mesh.index(_contests)
    group = mesh.once(_group, resource) if contests else None
    for name, part in resource.once(_parts) if contests else ():
        rivals = contests.get((group, name))
        if rivals is not None and len(rivals.samples) > 1:
            what = f"subset '{name}'" if name else "the traffic policy"
            yield from _displaced(part, f"{what} for host '{rule_host(resource)}'", rivals)


def _displaced(part: Node, what: str, rivals: Contest) -> Iterator[Draft]:
    rival = rivals.entries[0] if rivals.is_dated else rivals.different(part)
    if rival is None or rival.value == part.value:
        return
    title = rival.resource.title
    if rivals.is_dated:
        message = f"{what} is dropped for that of the older '{title}'"
    else:
        message = f"{what} is also set by '{title}': only the older object's counts, and the files do not tell which"
    yield part.finding(message, related=(rival.note("sets it too"),), anchor=Anchor.KEY)


def _parts(resource: Resource) -> tuple[tuple[str, Node], ...]:
    """What istiod keeps once per host: the traffic policy, by the empty name, and each subset."""
    return tuple(_named_parts(resource))


def _named_parts(resource: Resource) -> Iterator[tuple[str, Node]]:
    policy = resource.get("spec.trafficPolicy")
    if policy is not None and policy.value:
        yield "", policy
    for item in resource.each("spec.subsets[]"):
        name = item.get("name")
        if name is not None and name.text:
            yield name.text, item


def _group(mesh: MeshView, resource: Resource) -> _Merged | None:
    host = rule_host(resource)
    if not host:
        return None
    labels = frozenset((node.path[-1], node.text) for node in resource.each("spec.workloadSelector.matchLabels{}"))
    return _Merged(resource.cluster, resource.namespace, host, visibility(mesh, resource).entries, labels)


def _contests(mesh: MeshView) -> Mapping[tuple[_Merged | None, str], Contest]:
    """What is set more than once, for nearly all rules nothing."""
    alike: dict[tuple[str, str, str], list[Resource]] = {}
    for resource in mesh.of_kind(DESTINATION_RULE):
        alike.setdefault((resource.cluster, resource.namespace, rule_host(resource)), []).append(resource)
    parts: dict[tuple[_Merged | None, str], list[Node]] = {}
    for resource in (one for rivals in alike.values() if len(rivals) > 1 for one in rivals):
        if (group := mesh.once(_group, resource)) is not None:
            for name, part in resource.once(_parts):
                parts.setdefault((group, name), []).append(part)
    return {key: contest(found) for key, found in parts.items() if len(found) > 1}
