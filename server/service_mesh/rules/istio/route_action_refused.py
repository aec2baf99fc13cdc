"""Route rule does nothing with its requests, or two things that exclude each other.

## Why it matters
A rule has to send its requests somewhere, redirect them, answer them or delegate them, and only one of these. Istio's
webhook refuses anything else. Where it is not asked, requests without an action are answered with an error, and of two
actions one is dropped without a word.

## Wrong
```yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
spec:
  hosts: [shop]
  http:
  - redirect: {uri: /closed}
    rewrite: {uri: /}
```

## Right
```yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
spec:
  hosts: [shop]
  http:
  - redirect: {uri: /closed}
```

## When it stays quiet
The rule has one action; a rule that delegates has nothing else to do, its `match`, `timeout` or `headers` hand
themselves on. A delegate that delegates has a rule of its own (IS184). An empty `tls` match is told by the schema.

## Fix safety
No fix is offered: which action is meant is not known.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.mesh.virtual_services import filled_sections, is_delegate
from service_mesh.model.finding import Anchor, Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import VIRTUAL_SERVICE
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule

_EXCLUDED = {
    "delegate": ("redirect", "route"),
    "redirect": ("route", "fault", "rewrite", "directResponse"),
    "directResponse": ("route", "fault", "rewrite"),
}
"""Action -> what must not stand beside it."""


@rule(
    "IS198",
    category=Category.SCHEMA,
    severity=Severity.ERROR,
    about=(VIRTUAL_SERVICE,),
    sources=(
        "istio/istio: pkg/config/validation/virtualservice.go (validateHTTPRouteConflict)",
        "istio/istio: pkg/config/validation/validation.go (validateTLSRoute, validateTCPRoute)",
    ),
    upstream=("IST0106",),
)
def route_action_refused(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report each rule without an action, and each field that excludes the action of its rule."""
    for entry in resource.each("spec.http[]"):
        if isinstance(entry.value, dict) and not (is_delegate(resource) and _is_set(entry, "delegate")):
            yield from _http(entry)
    for section in filled_sections(resource):
        for entry in resource.each(f"spec.{section}[]") if section != "http" else ():
            if isinstance(entry.value, dict) and not _is_set(entry, "route"):
                yield entry.finding("the rule has no 'route', which the webhook refuses")


def _http(entry: Node) -> Iterator[Draft]:
    action = next((name for name in _EXCLUDED if _is_set(entry, name)), "")
    if not action and not _is_set(entry, "route"):
        yield entry.finding("the rule has no 'route', 'redirect' or 'directResponse', which the webhook refuses")
    for name in _EXCLUDED.get(action, ()):
        yield from _refused(entry, name, action)
    if action != "delegate" and _is_set(entry, "mirror"):
        yield from _refused(entry, "mirrors", "mirror")


def _refused(entry: Node, name: str, action: str) -> Iterator[Draft]:
    field = entry.get(name)
    if field is not None and _is_set(entry, name):
        message = f"'{name}' stands beside '{action}', which the webhook refuses"
        yield field.finding(message, anchor=Anchor.KEY)


def _is_set(entry: Node, name: str) -> bool:
    return isinstance(entry.value, dict) and entry.value.get(name) not in (None, [])
