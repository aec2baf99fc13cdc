"""DestinationRule begins TLS and does not say which CA vouches for the server.

## Why it matters
Up to Istio 1.20 the proxy then accepts any certificate, so that whoever sits between reads and changes the traffic.
Since 1.21 it verifies against the CAs of its operating system: no public CA vouches for a name inside the cluster, so
that requests to such a server fail.

## Wrong
```yaml
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: db, namespace: shop}
spec:
  host: db.data.svc.cluster.local
  trafficPolicy:
    tls: {mode: SIMPLE}
```

## Right
```yaml
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: db, namespace: shop}
spec:
  host: db.data.svc.cluster.local
  trafficPolicy:
    tls: {mode: SIMPLE, credentialName: db-ca}
  workloadSelector:
    matchLabels: {app: web}
```

## When it stays quiet
`caCertificates` names a file, or `credentialName` a Secret and the rule has the `workloadSelector` that sidecars need
for it, or a VirtualService leads a gateway to the host, which uses the Secret; `insecureSkipVerify` says that nothing
is to be verified; since Istio 1.21 the host is outside the cluster, where public CAs are to be expected. Other checkers
warn there too, as if nothing were verified. Where a server refuses this TLS because it accepts only the mesh's, another
rule says so, and a CA would not help.

## Fix safety
No fix is offered: the CA is not known.
"""

from collections.abc import Iterator

from service_mesh.mesh.destination_rules import has_selector, rule_host
from service_mesh.mesh.gateways import SIDECARS
from service_mesh.mesh.mesh_config import mesh_config
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.hosts import DEFAULT_DOMAIN, is_wildcard, resolve_host, service_name
from service_mesh.model.kinds import DESTINATION_RULE, VIRTUAL_SERVICE
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.istio.client_tls import tls_settings
from service_mesh.rules.istio._mtls_conflicts import CONFLICT_KINDS, refused_at
from service_mesh.rules.istio._routes import destinations
from service_mesh.rules.istio._tls import ORIGINATING, mode_of
from service_mesh.rules.rule import rule

_VERIFIES_SINCE = (1, 21)


@rule(
    "IS170",
    category=Category.SECURITY,
    severity=Severity.WARNING,
    about=(DESTINATION_RULE,),
    reads=(VIRTUAL_SERVICE, *(kind for kind in CONFLICT_KINDS if kind not in (DESTINATION_RULE, VIRTUAL_SERVICE))),
    sources=(
        "istio/istio: pilot/pkg/networking/core/cluster_builder.go",
        "istio/istio: pkg/config/analysis/analyzers/destinationrule/ca-certificates.go",
        "https://istio.io/latest/docs/reference/config/networking/destination-rule/#ClientTLSSettings",
    ),
    upstream=("IST0128", "IST0129"),
)
def tls_origination_without_ca(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each place that begins TLS without naming a CA, unless the CAs of the system will do."""
    verifies = _verifies(resource, mesh)
    if verifies and not _is_inside(resource):
        return
    refused = {conflict.client.path for conflict in refused_at(mesh, resource) if conflict.client is not None}
    for tls in tls_settings(resource):
        node = tls.get("mode") or tls
        if mode_of(tls) in ORIGINATING and not _names_ca(tls) and node.path not in refused:
            if tls.text_at("credentialName") and _sent(resource) in mesh.index(_sent_by_gateways):
                continue
            yield node.finding(_message(tls, verifies))


def _sent(rule: Resource) -> tuple[str, str]:
    return rule.cluster, rule_host(rule)


def _sent_by_gateways(mesh: MeshView) -> frozenset[tuple[str, str]]:
    """Cluster and host of what gateways send requests to: unlike sidecars they use `credentialName` alone."""
    return frozenset(
        (route.cluster, resolve_host(host.text, route.namespace))
        for route in mesh.of_kind(VIRTUAL_SERVICE)
        if any(gateway.text != SIDECARS for gateway in route.each("spec.gateways[]"))
        for destination in destinations(route)
        if (host := destination.get("host")) is not None
    )


def _message(tls: Node, verifies: bool) -> str:
    host, mode = rule_host(tls.resource), mode_of(tls)
    if tls.text_at("credentialName"):
        why = "sidecars do not use 'credentialName' of a rule without 'workloadSelector'"
        end = "they verify it with the system's CAs" if verifies else "they do not verify the server"
        return f"TLS mode '{mode}' for host '{host}' has no CA: {why}, so {end}"
    if verifies:
        return (
            f"TLS mode '{mode}' for host '{host}' names no CA, so the server inside the cluster is verified with the "
            "system's CAs"
        )
    return f"TLS mode '{mode}' for host '{host}' names no CA, so the server's certificate is not verified"


def _names_ca(tls: Node) -> bool:
    skips = tls.get("insecureSkipVerify")
    if tls.text_at("caCertificates") or (skips is not None and skips.value is True):
        return True
    return bool(tls.text_at("credentialName")) and has_selector(tls.resource)


def _verifies(resource: Resource, mesh: MeshView) -> bool:
    default = mesh.release("istio") >= _VERIFIES_SINCE
    return mesh_config(mesh, resource.cluster).flag("VERIFY_CERTIFICATE_AT_CLIENT", default=default)


def _is_inside(resource: Resource) -> bool:
    host = rule_host(resource)
    return service_name(host) is not None or (is_wildcard(host) and host.endswith(f".{DEFAULT_DOMAIN}"))
