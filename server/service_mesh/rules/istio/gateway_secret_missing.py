"""Certificate of a gateway server is looked up where there is no such Secret.

## Why it matters
A Secret is looked up in the namespace that the gateway's pods run in, not in that of the Gateway object. Without it the
server has no certificate: connections to its hosts are reset.

## Wrong
```yaml
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: public, namespace: web}
spec:
  selector: {app: public-gateway}
  servers:
  - port: {number: 443, name: https, protocol: HTTPS}
    hosts: [shop.example.com]
    tls: {mode: SIMPLE, credentialName: shop}
---
apiVersion: cert-manager.io/v1
kind: Certificate
metadata: {name: shop, namespace: web}
spec:
  secretName: shop
  dnsNames: [shop.example.com]
  issuerRef: {name: public}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: public-gateway, namespace: ingress}
spec:
  selector:
    matchLabels: {app: public-gateway}
  template:
    metadata:
      labels: {app: public-gateway}
    spec:
      containers:
      - {name: istio-proxy, image: auto}
```

## Right
```yaml
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: public, namespace: web}
spec:
  selector: {app: public-gateway}
  servers:
  - port: {number: 443, name: https, protocol: HTTPS}
    hosts: [shop.example.com]
    tls: {mode: SIMPLE, credentialName: shop}
---
apiVersion: cert-manager.io/v1
kind: Certificate
metadata: {name: shop, namespace: ingress}
spec:
  secretName: shop
  dnsNames: [shop.example.com]
  issuerRef: {name: public}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: public-gateway, namespace: ingress}
spec:
  selector:
    matchLabels: {app: public-gateway}
  template:
    metadata:
      labels: {app: public-gateway}
    spec:
      containers:
      - {name: istio-proxy, image: auto}
```

## When it stays quiet
The Secret is loaded in the pods' namespace, or a Certificate of cert-manager, an ExternalSecret or a SealedSecret there
makes it; the pods are not loaded, and no IstioOperator puts them into another namespace than the Gateway's; the mode
passes TLS through or uses Istio's own certificates; the name has a prefix that stands for something else. Because
Secrets are rarely kept in files, the finding is reported as not checked unless everything is said to be loaded and
holds Secrets, or the Secret, or what makes it, is found in the Gateway's own namespace instead.

## Fix safety
Offered when exactly one Secret of the namespace has a near name; unsafe, because another certificate is served.
"""

from collections.abc import Iterator

from service_mesh.mesh.gateways import gateway_workloads
from service_mesh.mesh.installation import INSTALLATION_KINDS
from service_mesh.mesh.known_names import object_names
from service_mesh.mesh.selection import gateway_selector
from service_mesh.mesh.servers import Server, servers
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import WORKLOAD_KINDS
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Fix, Replace
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import CERTIFICATE, EXTERNAL_SECRET, GATEWAY, SEALED_SECRET, SECRET
from service_mesh.model.names import nearest
from service_mesh.model.resource import Resource
from service_mesh.rules.istio._ordered_gateways import ordered_gateways
from service_mesh.rules.istio._secrets import Wanted, is_made, wanted_secrets
from service_mesh.rules.rule import rule


@rule(
    "IS124",
    category=Category.REFERENCE,
    severity=Severity.ERROR,
    about=(GATEWAY,),
    reads=(
        SECRET,
        CERTIFICATE,
        EXTERNAL_SECRET,
        SEALED_SECRET,
        *WORKLOAD_KINDS,
        *(kind for kind in INSTALLATION_KINDS if kind not in WORKLOAD_KINDS),
    ),
    sources=(
        "istio/istio: pilot/pkg/xds/sds.go",
        "istio/istio: pkg/config/analysis/analyzers/gateway/secret.go",
        "https://istio.io/latest/docs/tasks/traffic-management/ingress/secure-ingress/",
    ),
    upstream=("IST0101",),
)
def gateway_secret_missing(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each credential that a namespace of the gateway's pods does not hold, once per name."""
    by_place: dict[tuple[str, str], list[Wanted]] = {}
    for server in servers(resource):
        for wanted in wanted_secrets(mesh, server):
            by_place.setdefault((wanted.namespace, wanted.name), []).append(wanted)
    yield from (_draft(mesh, found) for found in by_place.values() if not _is_there(mesh, found[0]))
    if not by_place:
        yield from _of_ordered(resource, mesh)


def _of_ordered(gateway: Resource, mesh: MeshView) -> Iterator[Draft]:
    """The same where the pods are not loaded, and an IstioOperator says which namespace they run in."""
    selector = gateway_selector(gateway)
    ordered = [one for one in ordered_gateways(mesh, gateway.cluster) if selector.matches(one.labels)]
    places = {one.namespace for one in ordered}
    if gateway_workloads(mesh, gateway) or selector.is_empty or len(places) != 1 or gateway.namespace in places:
        return
    for reference in {one.text: one for one in map(Server.credential, servers(gateway)) if one is not None}.values():
        wanted = Wanted(reference, ordered[0].namespace, reference.text)
        if "/" not in reference.text and reference.text and not _is_there(mesh, wanted):
            message = f"Secret '{wanted.name}' does not exist in namespace '{wanted.namespace}', where the pods run"
            yield reference.finding(message, related=(ordered[0].node.note("orders the gateway"),), partial=True)


def _is_there(mesh: MeshView, wanted: Wanted) -> bool:
    cluster = wanted.reference.resource.cluster
    return mesh.find(SECRET, wanted.namespace, wanted.name, cluster) is not None or is_made(mesh, wanted)


def _draft(mesh: MeshView, found: list[Wanted]) -> Draft:
    wanted = found[0]
    gateway = wanted.reference.resource
    here = wanted._replace(namespace=gateway.namespace)
    is_misplaced = wanted.namespace != gateway.namespace and _is_there(mesh, here)
    also = f", but in '{gateway.namespace}', where the Gateway lives" if is_misplaced else ""
    message = f"Secret '{wanted.name}' does not exist in namespace '{wanted.namespace}', where the pods run{also}"
    fix = None if is_misplaced else _fix(mesh, found)
    partial = not is_misplaced and not (mesh.is_whole and bool(mesh.of_kind(SECRET)))
    return wanted.reference.finding(message, fix=fix, partial=partial)


def _fix(mesh: MeshView, found: list[Wanted]) -> Fix | None:
    wanted, cluster = found[0], found[0].reference.resource.cluster
    near = nearest(wanted.name, object_names(mesh, SECRET, wanted.namespace, cluster), unique=True)
    nodes = [one.reference for one in found]
    if near is None or any(node.text != wanted.name for node in nodes):
        return None
    return Fix(f"rename to '{near}'", False, tuple(Replace(node.resource, node.path, near) for node in nodes))
