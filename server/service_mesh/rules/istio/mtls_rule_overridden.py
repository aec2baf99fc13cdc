"""DestinationRule for a host takes the mTLS of a wider rule away.

## Why it matters
Rules are not inherited: a client gets the most specific rule for a host and nothing of the wider one. With automatic
mTLS off, a rule that was only meant to set a connection limit turns mTLS off for its host.

## Wrong
```yaml
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: mtls, namespace: shop}
spec:
  host: "*.shop.svc.cluster.local"
  trafficPolicy:
    tls: {mode: ISTIO_MUTUAL}
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: reviews, namespace: shop}
spec:
  host: reviews
  trafficPolicy:
    connectionPool:
      tcp: {maxConnections: 100}
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: shop}
spec:
  mtls: {mode: STRICT}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: istio, namespace: istio-system}
data:
  mesh: |-
    enableAutoMtls: false
```

## Right
```yaml
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: mtls, namespace: shop}
spec:
  host: "*.shop.svc.cluster.local"
  trafficPolicy:
    tls: {mode: ISTIO_MUTUAL}
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: reviews, namespace: shop}
spec:
  host: reviews
  trafficPolicy:
    tls: {mode: ISTIO_MUTUAL}
    connectionPool:
      tcp: {maxConnections: 100}
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: shop}
spec:
  mtls: {mode: STRICT}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: istio, namespace: istio-system}
data:
  mesh: |-
    enableAutoMtls: false
```

## When it stays quiet
Automatic mTLS is on, as it is by default, where mTLS does not come from rules; the rule has TLS settings of its own,
for a port too; it is for chosen client pods; the wider rule lives in a third namespace, where it is not what the rule
displaces. Other checkers warn with automatic mTLS too.

## Fix safety
Adding ISTIO_MUTUAL is offered; unsafe, because servers outside the mesh may be behind the host.
"""

from collections.abc import Iterator

from service_mesh.mesh.destination_rules import has_selector, rule_host, rules_about
from service_mesh.mesh.installation import INSTALLATION_KINDS
from service_mesh.mesh.mesh_config import mesh_config
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Anchor, Draft
from service_mesh.model.fix import Fix, Insert
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import DESTINATION_RULE
from service_mesh.model.resource import Resource
from service_mesh.posture.istio.client_tls import tls_settings
from service_mesh.rules.rule import rule


@rule(
    "IS174",
    category=Category.SECURITY,
    severity=Severity.WARNING,
    about=(DESTINATION_RULE,),
    reads=INSTALLATION_KINDS,
    sources=(
        "istio/istio: pilot/pkg/model/push_context.go",
        "kiali/kiali: business/checkers/destinationrules/traffic_policy_checker.go",
    ),
    upstream=("KIA0204",),
)
def mtls_rule_overridden(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report a rule without TLS settings that displaces a wider one with mTLS."""
    config = mesh_config(mesh, resource.cluster)
    if config.auto_mtls or has_selector(resource) or any(True for _ in tls_settings(resource)):
        return
    host = rule_host(resource)
    for wide in rules_about(mesh, host, resource.cluster) if host else ():
        mode = wide.get("spec.trafficPolicy.tls.mode")
        is_wider = rule_host(wide) != host and wide.namespace in (resource.namespace, config.root_namespace)
        if is_wider and mode is not None and mode.value == "ISTIO_MUTUAL":
            yield _draft(resource, wide.title, host)
            return


def _draft(resource: Resource, title: str, host: str) -> Draft:
    policy = resource.get("spec.trafficPolicy")
    node = policy or resource.get("spec.host") or resource.root
    fix = None
    if policy is not None and isinstance(policy.value, dict) and policy.value:
        edit = Insert(resource, policy.path, "tls", {"mode": "ISTIO_MUTUAL"})
        fix = Fix("add 'tls' with the mode ISTIO_MUTUAL", False, (edit,))
    message = f"mTLS of the wider '{title}' no longer applies to host '{host}', and automatic mTLS is off"
    return node.finding(message, fix=fix, anchor=Anchor.KEY)
