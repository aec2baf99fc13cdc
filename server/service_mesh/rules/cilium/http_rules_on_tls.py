"""HTTP rules stand on the port of HTTPS, and TLS is not terminated.

## Why it matters
HTTP rules send a port through Envoy, which expects requests in the clear. On port 443 it sees a TLS handshake, refuses
it as malformed and closes the connection, unless the policy lets it end TLS with a certificate of its own.

## Wrong
```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  egress:
  - toEntities: [world]
    toPorts:
    - ports: [{port: "443", protocol: TCP}]
      rules:
        http:
        - {method: GET}
```

## Right
```yaml
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  egress:
  - toEntities: [world]
    toPorts:
    - ports: [{port: "443", protocol: TCP}]
      terminatingTLS: {secret: {name: cart-tls, namespace: kube-system}}
      originatingTLS: {secret: {name: public-cas, namespace: kube-system}}
      rules:
        http:
        - {method: GET}
```

## When it stays quiet
The policy ends TLS (`terminatingTLS`); server names, beside which the agent refuses the rules; ports that are neither
443 nor named `https`; ranges.

## Fix safety
None is offered: TLS can be ended with a certificate that clients trust, or the rules go.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.resource import Resource
from service_mesh.posture.cilium.rules import is_refused
from service_mesh.rules.cilium._policies import POLICIES, is_filled, port_rules
from service_mesh.rules.rule import rule

_SECURE = frozenset({"443", "https"})
_OWN_WAY = ("terminatingTLS", "serverNames")


@rule(
    "CI142",
    category=Category.TRAFFIC,
    severity=Severity.WARNING,
    about=POLICIES,
    needs=("http",),
    sources=(
        "cilium/cilium: pkg/policy/api/l4.go",
        "https://docs.cilium.io/en/stable/security/tls-visibility/",
    ),
)
def http_rules_on_tls(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report the first port of HTTPS beside HTTP rules."""
    for _, port_rule in port_rules(resource) if not is_refused(resource) else ():
        if any(port_rule.get(name) for name in _OWN_WAY) or not is_filled(port_rule.get("rules.http")):
            continue
        for node in port_rule.each("ports[]"):
            port = node.get("port")
            if port is not None and str(port.value) in _SECURE and not node.get("endPort"):
                message = f"port '{port.text}' carries TLS, of which the HTTP rules see no request, so connections fail"
                yield port.finding(message)
                break
