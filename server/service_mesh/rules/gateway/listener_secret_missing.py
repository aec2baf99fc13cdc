"""Listener takes its certificate from a Secret that does not exist.

## Why it matters
The reference does not resolve, so that the listener has no certificate: it is not programmed, and connections to its
hosts are refused or reset. The API server accepts the Gateway, and only its status tells.

## Wrong
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: public, namespace: edge}
spec:
  gatewayClassName: istio
  listeners:
  - name: https
    port: 443
    protocol: HTTPS
    tls:
      certificateRefs: [{name: shop-tsl}]
---
apiVersion: v1
kind: Secret
metadata: {name: shop-tls, namespace: edge}
type: kubernetes.io/tls
data: {tls.crt: "", tls.key: ""}
```

## Right
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: public, namespace: edge}
spec:
  gatewayClassName: istio
  listeners:
  - name: https
    port: 443
    protocol: HTTPS
    tls:
      certificateRefs: [{name: shop-tls}]
---
apiVersion: v1
kind: Secret
metadata: {name: shop-tls, namespace: edge}
type: kubernetes.io/tls
data: {tls.crt: "", tls.key: ""}
```

## When it stays quiet
The Secret is loaded, or a Certificate of cert-manager, an ExternalSecret or a SealedSecret makes it; annotations of the
Gateway, or of the Gateway that a ListenerSet belongs to, have cert-manager make it in the same namespace; the listener
passes TLS on or uses a certificate of the mesh; nobody allows the reference into the other namespace, which is reported
for its own sake. Because Secrets are rarely kept in files, the finding is reported as not checked unless everything is
said to be loaded and holds Secrets. A listener with a second certificate gets a warning.

## Fix safety
Offered when exactly one Secret of the namespace has a near name; unsafe, because another certificate is served.
"""

from collections.abc import Iterator

from service_mesh.mesh.known_names import object_names
from service_mesh.mesh.listeners import WITH_LISTENERS
from service_mesh.mesh.route_references import Reference, is_granted, reference
from service_mesh.mesh.secret_makers import MAKER_KINDS, makes_secret
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Fix, Replace
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import GATEWAY_API_GATEWAY, REFERENCE_GRANT, SECRET
from service_mesh.model.names import nearest
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.gateway._certificates import certificates
from service_mesh.rules.rule import rule

_ISSUERS = ("cert-manager.io/issuer", "cert-manager.io/cluster-issuer")
_ACME = "kubernetes.io/tls-acme"


@rule(
    "GW109",
    category=Category.REFERENCE,
    severity=Severity.ERROR,
    about=WITH_LISTENERS,
    reads=(SECRET, REFERENCE_GRANT, *MAKER_KINDS),
    sources=(
        "istio/istio: pilot/pkg/config/kube/gateway/conversion.go",
        "cert-manager/cert-manager: pkg/controller/certificate-shim/sync.go",
        "https://gateway-api.sigs.k8s.io/reference/spec/#listenertlsconfig",
    ),
)
def listener_secret_missing(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each Secret of a listener that is not there and that nothing makes, once per name."""
    by_place: dict[tuple[str, str], list[tuple[Node, Reference]]] = {}
    for listener, wanted in certificates(resource):
        by_place.setdefault((wanted.namespace, wanted.name), []).append((listener, wanted))
    for found in by_place.values():
        wanted = found[0][1]
        granted = is_granted(mesh, resource.kind, resource.namespace, wanted)
        if granted and not _is_there(mesh, resource, wanted):
            yield _draft(mesh, found[0][0], [one for _, one in found])


def _is_there(mesh: MeshView, resource: Resource, wanted: Reference) -> bool:
    if mesh.find(SECRET, wanted.namespace, wanted.name, resource.cluster) is not None:
        return True
    if makes_secret(mesh, wanted.namespace, wanted.name, resource.cluster):
        return True
    return wanted.namespace == resource.namespace and _is_issued(mesh, resource)


def _is_issued(mesh: MeshView, resource: Resource) -> bool:
    """Whether cert-manager is asked for the certificates of an object with listeners, or of the Gateway it extends."""
    if any(name in resource.annotations for name in _ISSUERS) or resource.annotations.get(_ACME) == "true":
        return True
    parent = resource.get("spec.parentRef")
    if parent is None or resource.kind == GATEWAY_API_GATEWAY:
        return False
    named = reference(parent, GATEWAY_API_GATEWAY.group, GATEWAY_API_GATEWAY.name)
    gateway = mesh.find(GATEWAY_API_GATEWAY, named.namespace, named.name, resource.cluster)
    return gateway is not None and _is_issued(mesh, gateway)


def _draft(mesh: MeshView, listener: Node, found: list[Reference]) -> Draft:
    wanted, name = found[0], listener.get("name")
    message = (
        f"Secret '{wanted.namespace}/{wanted.name}' does not exist, so listener"
        f" '{name.text if name is not None else ''}' gets no certificate from it"
    )
    has_other = sum(1 for _ in listener.each("tls.certificateRefs[]")) > 1
    partial = not (mesh.is_whole and bool(mesh.of_kind(SECRET)))
    severity = Severity.WARNING if has_other else None
    return wanted.name_node.finding(message, fix=_fix(mesh, found), severity=severity, partial=partial)


def _fix(mesh: MeshView, found: list[Reference]) -> Fix | None:
    wanted, cluster = found[0], found[0].node.resource.cluster
    near = nearest(wanted.name, object_names(mesh, SECRET, wanted.namespace, cluster), unique=True)
    if near is None:
        return None
    edits = tuple(Replace(one.name_node.resource, one.name_node.path, near) for one in found)
    return Fix(f"rename to '{near}'", False, edits)
