"""Policy selects the canary pods of a release and not the primary ones.

## Why it matters
Flagger makes the pods that serve everybody as a copy whose label ends with '-primary'. A policy that selects the old
value is in force for the canary alone: what it denies is allowed at the primary, what it opens is closed there, and a
disruption budget guards pods that are scaled to zero.

## Wrong
```yaml
apiVersion: flagger.app/v1beta1
kind: Canary
metadata: {name: shop, namespace: web}
spec:
  provider: istio
  targetRef: {apiVersion: apps/v1, kind: Deployment, name: shop}
  service: {port: 80}
  analysis:
    interval: 1m
    threshold: 5
    maxWeight: 50
    stepWeight: 10
    metrics:
    - {name: request-success-rate, thresholdRange: {min: 99}, interval: 1m}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: shop, namespace: web}
spec:
  selector: {matchLabels: {app: shop}}
  template:
    metadata: {labels: {app: shop}}
    spec:
      containers:
      - {name: app, image: "shop:1"}
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: shop, namespace: web}
spec:
  selector:
    matchLabels:
      app: shop
  action: DENY
  rules:
  - to: [{operation: {paths: [/admin]}}]
```

## Right
```yaml
apiVersion: flagger.app/v1beta1
kind: Canary
metadata: {name: shop, namespace: web}
spec:
  provider: istio
  targetRef: {apiVersion: apps/v1, kind: Deployment, name: shop}
  service: {port: 80}
  analysis:
    interval: 1m
    threshold: 5
    maxWeight: 50
    stepWeight: 10
    metrics:
    - {name: request-success-rate, thresholdRange: {min: 99}, interval: 1m}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: shop, namespace: web}
spec:
  selector: {matchLabels: {app: shop}}
  template:
    metadata: {labels: {app: shop, tier: web}}
    spec:
      containers:
      - {name: app, image: "shop:1"}
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: shop, namespace: web}
spec:
  selector:
    matchLabels: {tier: web}
  action: DENY
  rules:
  - to: [{operation: {paths: [/admin]}}]
```

## When it stays quiet
The selector is empty or names labels that both kinds of pods have; another policy of the same kind selects the primary
pods; the workload of the Canary is not here, so that its labels are not known.

## Fix safety
None is offered: a label that both have has to be put on the pods first.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from service_mesh.mesh.presence import holds
from service_mesh.mesh.selection import SelectorIndex
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import (
    AUTHORIZATION_POLICY,
    CANARY,
    DAEMON_SET,
    DEPLOYMENT,
    LINKERD_SERVER,
    NETWORK_POLICY,
    PEER_AUTHENTICATION,
    POD_DISRUPTION_BUDGET,
    REQUEST_AUTHENTICATION,
    Kind,
)
from service_mesh.model.resource import Resource, ResourceKey
from service_mesh.model.selectors import label_selector
from service_mesh.rules.delivery._canaries import DEPLOYER, label_key, matched_labels, target
from service_mesh.rules.delivery._fields import present
from service_mesh.rules.rule import rule

_POLICIES = (AUTHORIZATION_POLICY, PEER_AUTHENTICATION, REQUEST_AUTHENTICATION)
_PLACES = {
    NETWORK_POLICY: "spec.podSelector",
    LINKERD_SERVER: "spec.podSelector",
    POD_DISRUPTION_BUDGET: "spec.selector",
    **dict.fromkeys(_POLICIES, "spec.selector"),
}


class _Release(NamedTuple):
    """A Canary with the labels of its two kinds of pods."""

    canary: Resource
    labels: Mapping[str, object]
    key: str
    value: str

    @property
    def primary(self) -> dict[str, object]:
        return {**self.labels, self.key: self.value}


@rule(
    "DL127",
    category=Category.SECURITY,
    severity=Severity.WARNING,
    about=(*_POLICIES, NETWORK_POLICY, LINKERD_SERVER, POD_DISRUPTION_BUDGET),
    where=holds(CANARY),
    needs=("matchLabels", "matchExpressions"),
    reads=(CANARY, DAEMON_SET, DEPLOYMENT),
    sources=(DEPLOYER, "https://docs.flagger.app/usage/how-it-works#canary-target"),
)
def policy_misses_primary(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report a selector that matches the labels of a Canary's workload and not those of its copy."""
    release = mesh.once(_missed, resource.kind).get(resource.key)
    at = resource.get(_PLACES[resource.kind]) if release is not None else None
    if release is None or at is None:
        return
    labels = at.get("matchLabels")
    node = (labels.key(release.key) if labels is not None else None) or at
    yield node.finding(
        f"selects canary pods of Canary '{release.canary.name}' and not the primary ones, "
        f"whose label '{release.key}' is '{release.value}'",
        related=((release.canary.get("spec.targetRef") or release.canary.root).note("the Canary"),),
    )


def _missed(mesh: MeshView, kind: Kind) -> Mapping[ResourceKey, _Release]:
    """The objects of a kind that select canary pods, where none of the kind selects the primary ones."""
    known, found = _selecting(mesh, kind), dict[ResourceKey, _Release]()
    for release in mesh.index(_releases).values():
        place = release.canary.cluster, release.canary.namespace
        if not known.matching(*place, release.primary):
            for policy in known.matching(*place, release.labels):
                found.setdefault(policy.key, release)
    return found


def _selecting(mesh: MeshView, kind: Kind) -> SelectorIndex[Resource]:
    """The objects of a kind by whom they select, those for a whole namespace left out."""
    chosen = ((one, label_selector(one.get(_PLACES[kind]))) for one in mesh.of_kind(kind) if one.get(_PLACES[kind]))
    return SelectorIndex((one.cluster, one.namespace, s, one) for one, s in chosen if not s.is_empty)


def _releases(mesh: MeshView) -> Mapping[tuple[object, ...], _Release]:
    """The releases by place and labels: those with the same labels need to be looked at once."""
    found: dict[tuple[object, ...], _Release] = {}
    for one in _found(mesh):
        labels = frozenset((key, value) for key, value in one.labels.items() if isinstance(value, str))
        found.setdefault((one.canary.cluster, one.canary.namespace, labels, one.key), one)
    return found


def _found(mesh: MeshView) -> Iterator[_Release]:
    for canary in mesh.of_kind(CANARY):
        key, wanted = label_key(mesh, canary), target(canary)
        value = matched_labels(mesh, canary).get(key)
        if not key or not isinstance(value, str) or wanted is None:
            continue
        workload = mesh.find(wanted.kind, canary.namespace, wanted.name, canary.cluster)
        labels = present(workload, "spec.template.metadata.labels")
        if labels is not None and isinstance(labels.value, dict):
            yield _Release(canary, labels.value, key, f"{value}-primary")
