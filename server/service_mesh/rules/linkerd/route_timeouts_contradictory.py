"""Timeouts of a Linkerd HTTPRoute are negative, unreadable or contradict each other.

## Why it matters
The admission webhook refuses the route. `backendRequest` is the limit of one try and `request` that of all tries
together, so a try must not be allowed more than the whole. A `request` of `0s` counts as a limit of nothing here, not
as none. Units are those of Go, without a space: the CRD takes `10 s` and `1d` too, the controller does not.

## Wrong
```yaml
apiVersion: policy.linkerd.io/v1beta3
kind: HTTPRoute
metadata: {name: cart, namespace: shop}
spec:
  parentRefs:
  - {group: core, kind: Service, name: cart, port: 80}
  rules:
  - timeouts: {request: 1s, backendRequest: 2s}
```

## Right
```yaml
apiVersion: policy.linkerd.io/v1beta3
kind: HTTPRoute
metadata: {name: cart, namespace: shop}
spec:
  parentRefs:
  - {group: core, kind: Service, name: cart, port: 80}
  rules:
  - timeouts: {request: 2s, backendRequest: 2s}
```

## When it stays quiet
One of the two alone, or both in order. HTTPRoutes of the Gateway API are held to this by their CRD, which the schema
rules check. What is no duration in any way is reported by them as well.

## Fix safety
None is offered: which of the two is meant is not known.
"""

import re
from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import LINKERD_HTTP_ROUTE
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.linkerd._durations import field_seconds
from service_mesh.rules.rule import rule

_LOOSE = re.compile(r"\s*[0-9]+(\.[0-9]+)?\s*(ns|us|µs|ms|s|m|h|d|w|sec|min|hour|day|week)[a-z]{0,8}\s*")
"""What Kubernetes takes for the format `duration` beyond the notation of Go."""


@rule(
    "LD115",
    category=Category.SCHEMA,
    severity=Severity.ERROR,
    about=(LINKERD_HTTP_ROUTE,),
    sources=(
        "linkerd/linkerd2: policy-controller/runtime/src/admission.rs",
        "linkerd/linkerd2: policy-controller/k8s/api/src/duration.rs",
    ),
)
def route_timeouts_contradictory(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report each negative or unreadable timeout, and each one of a try that is above that of the whole request."""
    for timeouts in resource.each("spec.rules[].timeouts"):
        whole, single = timeouts.get("request"), timeouts.get("backendRequest")
        faults = [(node, fault) for node in (whole, single) if node is not None and (fault := _fault(node.text))]
        for node, fault in faults:
            yield node.finding(f"timeout '{node.text}' {fault}")
        if not faults and whole is not None and single is not None:
            yield from _compared(whole, single)


def _fault(text: str) -> str:
    length = field_seconds(text)
    if length is None:
        return "has a space or a unit that Linkerd does not read" if _LOOSE.fullmatch(text) else ""
    return "is negative" if length < 0 else ""


def _compared(whole: Node, single: Node) -> Iterator[Draft]:
    limit, part = field_seconds(whole.text), field_seconds(single.text)
    if limit is not None and part is not None and part > limit:
        message = f"'backendRequest' of '{single.text}' is longer than the 'request' of '{whole.text}' around it"
        yield single.finding(message, related=(whole.note("is the limit of the whole request"),))
