"""Most requests are traced.

## Why it matters
Each traced request makes every proxy on its way send a span: that costs time in the proxies, and storage for traces
that nobody reads. A share of 100 is for trying out; 1 is the default.

## Wrong
```yaml
apiVersion: telemetry.istio.io/v1
kind: Telemetry
metadata: {name: mesh-default, namespace: istio-system}
spec:
  tracing:
  - randomSamplingPercentage: 100
```

## Right
```yaml
apiVersion: telemetry.istio.io/v1
kind: Telemetry
metadata: {name: mesh-default, namespace: istio-system}
spec:
  tracing:
  - randomSamplingPercentage: 1
```

## When it stays quiet
The share is below 50, or the Telemetry is for chosen workloads only: somebody looks into something.

## Fix safety
There is no fix: how many traces are wanted is not known.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import TELEMETRY
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.istio._competing import selector_node
from service_mesh.rules.istio._mesh_settings import HOLDERS, chart_values, mesh_settings
from service_mesh.rules.rule import rule

_MANY = 50


@rule(
    "IS275",
    category=Category.OPERATIONS,
    severity=Severity.INFO,
    about=(TELEMETRY, *HOLDERS),
    sources=(
        "https://istio.io/latest/docs/tasks/observability/distributed-tracing/sampling/",
        "https://istio.io/latest/docs/reference/config/telemetry/#Tracing",
    ),
)
def every_request_traced(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report a share of traced requests that is meant for trying out."""
    for share, place in _shares(resource):
        if share.number is not None and _MANY <= share.number <= 100:
            yield place.finding(f"{share.number:g} % of all requests are traced")


def _shares(resource: Resource) -> Iterator[tuple[Node, Node]]:
    """Each share in percent, and where it stands."""
    if resource.kind == TELEMETRY:
        chosen = selector_node(resource)
        if chosen is None or not chosen.value:
            yield from ((share, share) for share in resource.each("spec.tracing[].randomSamplingPercentage"))
        return
    for settings in mesh_settings(resource):
        share = settings.root.get("defaultConfig.tracing.sampling")
        if share is not None:
            yield share, settings.place(share)
    values = chart_values(resource)
    share = values.get("pilot.traceSampling") if values is not None else None
    if share is not None:
        yield share, share
