"""Clients are told to use the mesh's mTLS towards a host outside the mesh.

## Why it matters
`ISTIO_MUTUAL` presents the certificate that istiod has issued and accepts only servers with one of the same root. A
server outside the mesh has none, so that the proxy refuses it and every request fails. Automatic mTLS leaves such hosts
out; the rule does not, whatever the endpoints are.

## Wrong
```yaml
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: api, namespace: shop}
spec:
  hosts: [api.example.com]
  location: MESH_EXTERNAL
  resolution: DNS
  ports:
  - {number: 80, name: http, protocol: HTTP, targetPort: 443}
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: api, namespace: shop}
spec:
  host: api.example.com
  trafficPolicy:
    tls: {mode: ISTIO_MUTUAL}
```

## Right
```yaml
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: api, namespace: shop}
spec:
  hosts: [api.example.com]
  location: MESH_EXTERNAL
  resolution: DNS
  ports:
  - {number: 80, name: http, protocol: HTTP, targetPort: 443}
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: api, namespace: shop}
spec:
  host: api.example.com
  trafficPolicy:
    tls: {mode: SIMPLE}
```

## When it stays quiet
Something tells that a peer with a certificate of the mesh is meant: `subjectAltNames` of the entry or the rule, an
`sni` of the rule; an endpoint with `serviceAccount`, `network`, the label `security.istio.io/tlsMode: istio`, port
15443 or an address below `svc`; a `workloadSelector`; a host below `svc` or `.global`, which is a service of another
cluster or mesh. The entry is `MESH_INTERNAL`; another rule decides for the host; the clients are in ambient mode, where
ztunnel follows no DestinationRule. The finding is a warning and no error, because a server elsewhere may have been
given a certificate of the same root.

## Fix safety
No fix is offered: whether the server takes TLS at all is not known.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import DESTINATION_RULE
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.istio.client_tls import TlsMode
from service_mesh.rules.istio._external_tls import ORIGINATION_KINDS, Origination, originations
from service_mesh.rules.rule import rule

_TLS_MODE = "security.istio.io/tlsMode"
_CROSS_NETWORK_PORT = 15443


@rule(
    "IS193",
    category=Category.SECURITY,
    severity=Severity.WARNING,
    about=(DESTINATION_RULE,),
    reads=tuple(kind for kind in ORIGINATION_KINDS if kind != DESTINATION_RULE),
    sources=(
        "istio/istio: pilot/pkg/networking/core/cluster_builder.go",
        "istio/istio: pilot/pkg/networking/core/cluster_tls.go",
        "https://istio.io/latest/docs/reference/config/networking/destination-rule/#ClientTLSSettings-TLSmode",
    ),
)
def mesh_mtls_to_outside(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each ISTIO_MUTUAL that clients use for a host outside the mesh, with the first such host."""
    seen: set[object] = set()
    for begun in originations(mesh, resource):
        if begun.mode is TlsMode.ISTIO_MUTUAL and begun.setting.path not in seen and not _is_peer(begun):
            seen.add(begun.setting.path)
            yield _draft(begun)


def _draft(begun: Origination) -> Draft:
    message = (
        f"clients in namespace '{begun.namespace}' send mTLS with certificates of the mesh to '{begun.host}', which is"
        " outside the mesh"
    )
    place = begun.entry.get("spec.location") or begun.entry.get("spec.hosts") or begun.entry.root
    return begun.setting.finding(message, related=(place.note("declares the host outside the mesh"),))


def _is_peer(begun: Origination) -> bool:
    """Whether something tells that the server has a certificate of the mesh."""
    location = begun.entry.get("spec.location")
    if location is not None and location.text == "MESH_INTERNAL":
        return True
    if ".svc." in f"{begun.host}." or begun.host.endswith(".global"):
        return True
    if begun.entry.get("spec.workloadSelector") is not None or _holds(begun.entry.get("spec.subjectAltNames")):
        return True
    if _holds(begun.tls.get("subjectAltNames")) or _holds(begun.tls.get("sni")):
        return True
    return any(_is_peer_endpoint(endpoint) for endpoint in begun.entry.each("spec.endpoints[]"))


def _is_peer_endpoint(endpoint: Node) -> bool:
    labels, address = endpoint.get("labels"), endpoint.get("address")
    mode = labels.key(_TLS_MODE) if labels is not None else None
    if _holds(endpoint.get("serviceAccount")) or _holds(endpoint.get("network")):
        return True
    if mode is not None and mode.text == "istio":
        return True
    if address is not None and ".svc." in f"{address.text}.":
        return True
    return any(port.value == _CROSS_NETWORK_PORT for port in endpoint.each("ports{}"))


def _holds(node: Node | None) -> bool:
    return node is not None and bool(node.value)
