"""Connections are closed after very few requests.

## Why it matters
`maxRequestsPerConnection` is no limit of load: after that many requests the connection is closed and the next request
pays for a new one, with TCP and mTLS handshakes. A value of 1 switches keep-alive off, and with HTTP/2 every connection
carries only that many streams.

## Wrong
```yaml
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: reviews, namespace: shop}
spec:
  host: reviews
  trafficPolicy:
    connectionPool:
      http: {maxRequestsPerConnection: 2}
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
      http: {http2MaxRequests: 1000}
```

## When it stays quiet
The value is 0, which means no limit, or above 10.

## Fix safety
Removing the field is offered; unsafe, because connections live longer then.
"""

from collections.abc import Iterator

from service_mesh.mesh.destination_rules import traffic_policies
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Fix
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import DESTINATION_RULE
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule

_FEW = 10


@rule(
    "IS179",
    category=Category.TRAFFIC,
    severity=Severity.WARNING,
    about=(DESTINATION_RULE,),
    needs=("maxRequestsPerConnection",),
    sources=(
        "https://istio.io/latest/docs/reference/config/networking/destination-rule/"
        "#ConnectionPoolSettings-HTTPSettings",
    ),
)
def requests_per_connection_low(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature for all rules
    """Report each small `maxRequestsPerConnection`."""
    for policy in traffic_policies(resource):
        node = policy.get("connectionPool.http.maxRequestsPerConnection")
        if node is not None and isinstance(node.number, int) and 0 < node.number <= _FEW:
            message = f"each connection is closed after {node.number} request(s), and the next one pays for handshakes"
            yield node.finding(message, fix=Fix.remove(node))
