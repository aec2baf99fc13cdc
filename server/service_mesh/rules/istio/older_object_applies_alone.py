"""Several objects are for the same workload, and only the oldest of them counts.

## Why it matters
Of Sidecar, Telemetry and PeerAuthentication istiod takes one object for the whole namespace and one for chosen
workloads. A second one for the same workload is accepted and ignored as a whole: a stricter mode, a narrower egress or
an access log that was applied later has no effect.

## Wrong
```yaml
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: shop}
spec:
  mtls: {mode: PERMISSIVE}
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: strict, namespace: shop}
spec:
  mtls: {mode: STRICT}
```

## Right
```yaml
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: shop}
spec:
  mtls: {mode: STRICT}
```

## When it stays quiet
One object is for the namespace and the other for chosen workloads, which is an order and no conflict; the objects have
`targetRefs`; the older of two objects with creation times. RequestAuthentication, AuthorizationPolicy and the like are
combined, so several of them are no fault, although other checkers say so of the first. Without creation times it is
said that the order is unknown, on every object. Objects that say the same are a warning.

## Fix safety
No fix is offered: the objects have to be put together by somebody who knows what is meant.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import WORKLOAD_KINDS
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.resource import Resource
from service_mesh.rules.istio._competing import KINDS, Rivalry, anchor, rivalry, selector_node
from service_mesh.rules.rule import rule

_NOTES = 3


@rule(
    "IS151",
    category=Category.CONFLICT,
    severity=Severity.ERROR,
    about=KINDS,
    reads=WORKLOAD_KINDS,
    sources=(
        "istio/istio: pilot/pkg/model/authentication.go",
        "istio/istio: pilot/pkg/model/push_context.go",
        "istio/istio: pilot/pkg/model/telemetry.go",
        "https://istio.io/latest/docs/reference/config/networking/sidecar/",
    ),
    upstream=("IST0110", "IST0111", "IST0159", "IST0160", "KIA0002", "KIA0003"),
)
def older_object_applies_alone(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report an object that is, or may be, ignored for an older one."""
    found = rivalry(mesh, resource)
    if found is None or (found.contest.is_dated and found.contest.entries[0].resource is resource):
        return
    rivals = found.contest.others(resource, _NOTES)
    notes = tuple(node.note("is for the same workloads") for node in rivals)
    severity = Severity.WARNING if all(_content(rival.resource) == _content(resource) for rival in rivals) else None
    message = _message(resource, rivals[0].resource, found)
    yield anchor(resource).finding(message, related=notes, severity=severity)


def _message(resource: Resource, rival: Resource, found: Rivalry) -> str:
    whom = f"'{found.workload}'" if found.workload else _group(resource)
    if found.contest.is_dated:
        return f"the older '{rival.title}' is for {whom} too and applies alone"
    return (
        f"'{rival.title}' is for {whom} too: the older object applies alone, and the files do not tell which is older"
    )


def _group(resource: Resource) -> str:
    chosen = selector_node(resource)
    return "the same labels" if chosen is not None and chosen.value else f"all of namespace '{resource.namespace}'"


def _content(resource: Resource) -> object:
    spec = resource.data.get("spec")
    kept = spec if isinstance(spec, dict) else {}
    return {key: value for key, value in kept.items() if key not in ("selector", "workloadSelector")}
