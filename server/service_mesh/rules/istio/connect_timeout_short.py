"""Connections get less than a second to be made.

## Why it matters
The default is ten seconds. A few milliseconds are enough inside a node and not between zones or clusters or while a
node is busy: the attempts fail, are retried, and the retries add to the load that made them slow.

## Wrong
```yaml
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: reviews, namespace: shop}
spec:
  host: reviews
  trafficPolicy:
    connectionPool:
      tcp: {connectTimeout: 30ms}
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
      tcp: {connectTimeout: 3s}
```

## When it stays quiet
The value is a second or more, zero, or no duration. From 100 ms on it is a remark: inside a zone that is enough.

## Fix safety
Removing the field, which restores the default, is offered; unsafe, because failures show later then.
"""

from collections.abc import Iterator

from service_mesh.mesh.destination_rules import traffic_policies
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Fix
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import DESTINATION_RULE
from service_mesh.model.resource import Resource
from service_mesh.rules.istio._duration import seconds
from service_mesh.rules.rule import rule

_FRAIL = 0.1
"""Seconds below which a busy node is enough to make connections fail; between this and a second it is a remark."""


@rule(
    "IS158",
    category=Category.TRAFFIC,
    severity=Severity.WARNING,
    about=(DESTINATION_RULE,),
    needs=("connectTimeout",),
    sources=(
        "https://istio.io/latest/docs/reference/config/networking/destination-rule/#ConnectionPoolSettings-TCPSettings",
    ),
)
def connect_timeout_short(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature for all rules
    """Report each `connectTimeout` below a second."""
    for policy in traffic_policies(resource):
        node = policy.get("connectionPool.tcp.connectTimeout")
        length = seconds(node.text) if node is not None else None
        if node is not None and length is not None and 0 < length < 1:
            message = f"'{node.text}' is short for connections beyond a node; the default is '10s'"
            severity = None if length < _FRAIL else Severity.INFO
            yield node.finding(message, severity=severity, fix=Fix.remove(node))
