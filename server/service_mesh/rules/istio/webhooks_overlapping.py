"""Two webhooks of Istio inject the same pods.

## Why it matters
A pod that both select is injected twice: it gets the proxy of one revision and the settings of another, or two sets of
init containers that redirect its traffic.

## Wrong
```yaml
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingWebhookConfiguration
metadata: {name: istio-sidecar-injector}
webhooks:
- name: sidecar-injector.istio.io
  admissionReviewVersions: [v1]
  sideEffects: None
  clientConfig:
    url: https://istiod.example.com/inject
  namespaceSelector:
    matchLabels: {istio-injection: enabled}
---
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingWebhookConfiguration
metadata: {name: istio-sidecar-injector-canary}
webhooks:
- name: sidecar-injector.istio.io
  admissionReviewVersions: [v1]
  sideEffects: None
  clientConfig:
    url: https://canary.example.com/inject
  namespaceSelector:
    matchLabels: {istio-injection: enabled}
```

## Right
```yaml
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingWebhookConfiguration
metadata: {name: istio-sidecar-injector}
webhooks:
- name: sidecar-injector.istio.io
  admissionReviewVersions: [v1]
  sideEffects: None
  clientConfig:
    url: https://istiod.example.com/inject
  namespaceSelector:
    matchLabels: {istio-injection: enabled}
---
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingWebhookConfiguration
metadata: {name: istio-sidecar-injector-canary}
webhooks:
- name: sidecar-injector.istio.io
  admissionReviewVersions: [v1]
  sideEffects: None
  clientConfig:
    url: https://canary.example.com/inject
  namespaceSelector:
    matchLabels: {istio.io/rev: canary}
    matchExpressions:
    - {key: istio-injection, operator: DoesNotExist}
```

## When it stays quiet
No combination of `istio-injection`, `sidecar.istio.io/inject` and the revisions that the webhooks name is taken by two.
Both call the same address: an injector knows its own work, so that a second call changes nothing; Istio's analyzer
does not look at that.
Other labels are not tried: selectors that differ in those alone are taken to mean different pods. Of more than twenty
revisions of a cluster the first twenty by name are tried.

## Fix safety
There is no fix: which control plane is to inject has to be decided.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import MUTATING_WEBHOOK
from service_mesh.model.node import Node
from service_mesh.model.path import Path
from service_mesh.model.resource import Resource, ResourceKey
from service_mesh.model.selectors import Selector, label_selector
from service_mesh.rules.istio._webhooks import REVISION, hooks, revisions
from service_mesh.rules.rule import rule

_REVISIONS = 20
_NOTES = 3
_NAMESPACES: tuple[Mapping[str, str], ...] = ({}, {"istio-injection": "enabled"}, {"istio-injection": "disabled"})
_PODS: tuple[Mapping[str, str], ...] = (
    {},
    {"sidecar.istio.io/inject": "true"},
    {"sidecar.istio.io/inject": "false"},
)


@dataclass(frozen=True, slots=True)
class _Hook:
    """One webhook, what it calls and whom it takes."""

    node: Node
    calls: tuple[str, ...]
    namespaces: Selector
    pods: Selector


@rule(
    "IS251",
    category=Category.CONFLICT,
    severity=Severity.ERROR,
    about=(MUTATING_WEBHOOK,),
    sources=(
        "istio/istio: pkg/config/analysis/analyzers/webhook/webhook.go",
        "https://istio.io/latest/docs/setup/upgrade/canary/",
    ),
    upstream=("IST0139",),
)
def webhooks_overlapping(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each webhook that takes pods which another one takes too."""
    found = mesh.index(_overlaps)
    for hook in hooks(resource):
        others = found.get((resource.key, hook.path), ())
        if others:
            first = others[0]
            named = f"'{_name(first)[:120]}' of '{first.resource.title}'"
            notes = tuple(other.note("takes the same pods") for other in others)
            yield (hook.get("name") or hook).finding(f"injects pods that {named} injects too", related=notes)


def _overlaps(mesh: MeshView) -> Mapping[tuple[ResourceKey, Path], Sequence[Node]]:
    by_cluster: dict[str, list[Resource]] = {}
    for resource in mesh.of_kind(MUTATING_WEBHOOK):
        by_cluster.setdefault(resource.cluster, []).append(resource)
    found: dict[tuple[ResourceKey, Path], list[Node]] = {}
    for resources in by_cluster.values():
        _overlapping(resources, found)
    return found


def _overlapping(resources: Sequence[Resource], found: dict[tuple[ResourceKey, Path], list[Node]]) -> None:
    taking = [
        _Hook(
            hook,
            _calls(hook),
            label_selector(hook.get("namespaceSelector")),
            label_selector(hook.get("objectSelector")),
        )
        for resource in resources
        for hook in hooks(resource)
    ]
    named = sorted({name for resource in resources if hooks(resource) for name in revisions(resource)})[:_REVISIONS]
    by_namespace = {_bits(taking, labels, of_pods=False) for labels in _combined(_NAMESPACES, named)}
    by_pod = {_bits(taking, labels, of_pods=True) for labels in _combined(_PODS, named)}
    for bits in {left & right for left in by_namespace for right in by_pod}:
        if bits & (bits - 1):
            _note([hook for number, hook in enumerate(taking) if bits >> number & 1], found)


def _note(together: Sequence[_Hook], found: dict[tuple[ResourceKey, Path], list[Node]]) -> None:
    first: dict[tuple[str, ...], _Hook] = {}
    for hook in together:
        first.setdefault(hook.calls, hook)
    shown = list(first.values())[: _NOTES + 1]
    for hook in together:
        others = [other.node for other in shown if other.calls != hook.calls]
        if others:
            found.setdefault((hook.node.resource.key, hook.node.path), others[:_NOTES])


def _combined(base: Sequence[Mapping[str, str]], named: Sequence[str]) -> Iterator[Mapping[str, str]]:
    for labels in base:
        yield labels
        for revision in named:
            yield {**labels, REVISION: revision}


def _bits(taking: Sequence[_Hook], labels: Mapping[str, str], *, of_pods: bool) -> int:
    """Which webhooks take these labels, one bit each."""
    bits = 0
    for number, hook in enumerate(taking):
        if (hook.pods if of_pods else hook.namespaces).matches(labels):
            bits |= 1 << number
    return bits


def _calls(hook: Node) -> tuple[str, ...]:
    fields = ("url", "service.namespace", "service.name", "service.path")
    return tuple(hook.text_at(f"clientConfig.{field}") for field in fields)


def _name(hook: Node) -> str:
    return hook.text_at("name")
