"""Endpoint of a service inside the mesh is reached without mTLS.

## Why it matters
`MESH_INTERNAL` does not make an endpoint part of the mesh: istiod takes it to run no proxy unless it has a
`serviceAccount` or the label `security.istio.io/tlsMode: istio`. Requests to it leave in plaintext, and a STRICT server
refuses them.

## Wrong
```yaml
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: billing, namespace: shop}
spec:
  hosts: [billing.example.com]
  location: MESH_INTERNAL
  resolution: STATIC
  ports:
  - {number: 80, name: http, protocol: HTTP}
  endpoints:
  - address: 192.0.2.10
```

## Right
```yaml
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: billing, namespace: shop}
spec:
  hosts: [billing.example.com]
  location: MESH_INTERNAL
  resolution: STATIC
  ports:
  - {number: 80, name: http, protocol: HTTP}
  endpoints:
  - address: 192.0.2.10
    serviceAccount: billing
```

## When it stays quiet
The endpoint has an account or says its mode by the label, whatever it is; a DestinationRule with TLS settings is about
the host; the entry chooses its endpoints with `workloadSelector`.

## Fix safety
No fix is offered: the account is not known.
"""

from collections.abc import Iterator

from service_mesh.mesh.destination_rules import rules_about
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import DESTINATION_RULE, SERVICE_ENTRY
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.istio.client_tls import tls_settings
from service_mesh.rules.rule import rule

_MODE = "security.istio.io/tlsMode"


@rule(
    "IS168",
    category=Category.SECURITY,
    severity=Severity.WARNING,
    about=(SERVICE_ENTRY,),
    reads=(DESTINATION_RULE,),
    sources=(
        "istio/istio: pilot/pkg/serviceregistry/serviceentry/conversion.go",
        "https://istio.io/latest/docs/reference/config/networking/service-entry/#ServiceEntry-Location",
    ),
)
def internal_endpoint_in_plaintext(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each endpoint of an internal entry that nothing marks as part of the mesh."""
    location = resource.get("spec.location")
    if location is None or location.value != "MESH_INTERNAL" or _has_rule(resource, mesh):
        return
    for endpoint in resource.each("spec.endpoints[]"):
        address = endpoint.get("address")
        if address is not None and address.text and not _is_marked(endpoint):
            message = f"endpoint '{address.text}' of a service inside the mesh is sent plaintext, as it has no account"
            yield address.finding(message)


def _is_marked(endpoint: Node) -> bool:
    account, labels = endpoint.get("serviceAccount"), endpoint.get("labels")
    return bool(account and account.text) or (labels is not None and labels.key(_MODE) is not None)


def _has_rule(resource: Resource, mesh: MeshView) -> bool:
    return any(
        True
        for host in resource.each("spec.hosts[]")
        for found in rules_about(mesh, host.text, resource.cluster)
        for _ in tls_settings(found)
    )
