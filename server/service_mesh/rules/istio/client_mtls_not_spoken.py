"""Clients are told to use mTLS towards a server that does not speak it.

## Why it matters
Clients begin a TLS handshake with a server that expects plaintext, so that every request fails. Without the rule they
would have found out by themselves.

## Wrong
```yaml
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: reviews, namespace: shop}
spec:
  host: reviews
  trafficPolicy:
    tls: {mode: ISTIO_MUTUAL}
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: shop}
spec:
  mtls: {mode: DISABLE}
---
apiVersion: v1
kind: Namespace
metadata:
  name: shop
  labels: {istio-injection: enabled}
---
apiVersion: v1
kind: Service
metadata: {name: reviews, namespace: shop}
spec:
  selector: {app: reviews}
  ports:
  - {name: http, port: 80}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: reviews, namespace: shop}
spec:
  selector:
    matchLabels: {app: reviews}
  template:
    metadata:
      labels: {app: reviews}
    spec:
      containers:
      - {name: reviews, image: example.com/reviews:1}
```

## Right
```yaml
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: reviews, namespace: shop}
spec:
  host: reviews
  trafficPolicy:
    tls: {mode: ISTIO_MUTUAL}
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: shop}
spec:
  mtls: {mode: PERMISSIVE}
---
apiVersion: v1
kind: Namespace
metadata:
  name: shop
  labels: {istio-injection: enabled}
---
apiVersion: v1
kind: Service
metadata: {name: reviews, namespace: shop}
spec:
  selector: {app: reviews}
  ports:
  - {name: http, port: 80}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: reviews, namespace: shop}
spec:
  selector:
    matchLabels: {app: reviews}
  template:
    metadata:
      labels: {app: reviews}
    spec:
      containers:
      - {name: reviews, image: example.com/reviews:1}
```

## When it stays quiet
Every loaded workload behind the host accepts mTLS on the port in question; whether it is in the mesh or its mode is not
known; no client is served the rule, as where it is for its own namespace and nothing there has a sidecar. Where a rule
for many hosts says the same, a server that disables mTLS is reported at the PeerAuthentication that does so. That a
wide rule meets a server outside the mesh is a warning, istiod excepted, which proxies reach past their rules. Other
checkers ask for a PeerAuthentication beside such a rule; none is needed, because servers accept mTLS without one.

## Fix safety
No fix is offered: whether the client or the server is to change is not known.
"""

from collections.abc import Iterator

from service_mesh.mesh.destination_rules import rule_host
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.hosts import is_wildcard
from service_mesh.model.kinds import DESTINATION_RULE
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.istio._mtls_conflicts import CONFLICT_KINDS, Clash, Conflict, conflicts_at, sent_by_wide_rule
from service_mesh.rules.rule import rule

_WHY = {Clash.DISABLED: "which disables it", Clash.OUTSIDE: "which is not in the mesh"}

_CONTROL_PLANE = "istiod"
"""Proxies reach it by themselves, past their own rules."""


@rule(
    "IS176",
    category=Category.SECURITY,
    severity=Severity.ERROR,
    about=(DESTINATION_RULE,),
    reads=tuple(kind for kind in CONFLICT_KINDS if kind != DESTINATION_RULE),
    sources=(
        "istio/istio: pilot/pkg/networking/core/cluster_tls.go",
        "istio/istio: pilot/pkg/security/authn/policy_applier.go",
        "https://istio.io/latest/docs/ops/configuration/traffic-management/tls-configuration/",
    ),
)
def client_mtls_not_spoken(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each ISTIO_MUTUAL that some server does not speak, with the first such server."""
    wide = is_wildcard(rule_host(resource))
    seen: set[object] = set()
    for conflict in conflicts_at(mesh, resource):
        node = conflict.client
        if node is None or node.resource is not resource or node.path in seen or conflict.clash not in _WHY:
            continue
        if wide and conflict.workload.labels.get("app") == _CONTROL_PLANE:
            continue
        if conflict.clash is Clash.OUTSIDE or not sent_by_wide_rule(mesh, conflict):
            seen.add(node.path)
            yield _draft(node, conflict, Severity.WARNING if wide else None)


def _draft(node: Node, conflict: Conflict, severity: Severity | None) -> Draft:
    server = f"port {conflict.port} of '{conflict.workload.title}'"
    message = f"{conflict.clients} send mTLS to {server}, {_WHY[conflict.clash]}"
    notes = (conflict.server.note("disables mTLS"),) if conflict.server is not None else ()
    return node.finding(message, related=notes, severity=severity)
