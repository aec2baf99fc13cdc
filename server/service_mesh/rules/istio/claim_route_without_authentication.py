"""Route chooses by claims of a token that nobody validates.

## Why it matters
Claims can be matched only after a RequestAuthentication for the gateway's pods has validated the token. Without one a
match on `@request.auth.claims` never fits, and one in `withoutHeaders` always does. Sidecars never read the claims of
requests that they send.

## Wrong
```yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: shop, namespace: web}
spec:
  hosts: [shop.example.com]
  gateways: [public]
  http:
  - match:
    - headers:
        "@request.auth.claims.group": {exact: beta}
    route:
    - destination: {host: shop}
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: public, namespace: web}
spec:
  selector: {app: public-gateway}
  servers:
  - port: {number: 80, name: http, protocol: HTTP}
    hosts: [shop.example.com]
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
kind: VirtualService
metadata: {name: shop, namespace: web}
spec:
  hosts: [shop.example.com]
  gateways: [public]
  http:
  - match:
    - headers:
        "@request.auth.claims.group": {exact: beta}
    route:
    - destination: {host: shop}
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: public, namespace: web}
spec:
  selector: {app: public-gateway}
  servers:
  - port: {number: 80, name: http, protocol: HTTP}
    hosts: [shop.example.com]
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
---
apiVersion: security.istio.io/v1
kind: RequestAuthentication
metadata: {name: public, namespace: ingress}
spec:
  selector:
    matchLabels: {app: public-gateway}
  jwtRules:
  - {issuer: "https://login.example.com", jwksUri: "https://login.example.com/keys"}
```

## When it stays quiet
A RequestAuthentication of the pods' namespace or of the root namespace selects every loaded pod of the gateway. Pods of
the gateway are not loaded, and for a Gateway of the Gateway API. If the pods' namespace is not loaded as a whole, it is
reported as not checked. A delegate, whose gateways are those of its roots.

## Fix safety
No fix is offered: the issuer is not known.
"""

from collections.abc import Iterator

from service_mesh.mesh.gateways import binds_sidecars, gateway_workloads
from service_mesh.mesh.installation import INSTALLATION_KINDS
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.virtual_services import is_delegate
from service_mesh.mesh.workloads import WORKLOAD_KINDS, Workload
from service_mesh.model.finding import Anchor, Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import GATEWAY, GATEWAY_API_GATEWAY, REQUEST_AUTHENTICATION, VIRTUAL_SERVICE
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.istio.attachment import policies_selecting
from service_mesh.rules.istio._bindings import bound_gateways
from service_mesh.rules.rule import rule

_CLAIMS = "@request.auth.claims"


@rule(
    "IS129",
    category=Category.SECURITY,
    severity=Severity.ERROR,
    about=(VIRTUAL_SERVICE,),
    needs=("headers", "withoutHeaders"),
    reads=(
        GATEWAY,
        GATEWAY_API_GATEWAY,
        REQUEST_AUTHENTICATION,
        *WORKLOAD_KINDS,
        *(kind for kind in INSTALLATION_KINDS if kind not in WORKLOAD_KINDS),
    ),
    sources=(
        "istio/istio: pkg/config/analysis/analyzers/virtualservice/jwtclaimroute.go",
        "istio/istio: pilot/pkg/networking/core/route/route.go",
        "https://istio.io/latest/docs/tasks/security/authentication/jwt-route/",
    ),
    upstream=("IST0149",),
)
def claim_route_without_authentication(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report the first match on claims, for the first gateway pod that does not validate tokens."""
    claim = next(_claims(resource), None)
    if claim is None or is_delegate(resource):
        return
    bound = bound_gateways(mesh, resource)
    if not bound and binds_sidecars(resource):
        message = f"'{claim.path[-1]}' is matched for sidecars alone, which read no claims of requests that they send"
        yield claim.finding(message, severity=Severity.WARNING, anchor=Anchor.KEY)
        return
    gateways = [one.gateway for one in bound if one.gateway is not None and one.gateway.kind == GATEWAY]
    bare = next((p for gateway in gateways for p in gateway_workloads(mesh, gateway) if not _validates(mesh, p)), None)
    if bare is not None:
        yield _draft(mesh, claim, bare)


def _draft(mesh: MeshView, claim: Node, pod: Workload) -> Draft:
    message = f"'{claim.path[-1]}' is matched, but no RequestAuthentication validates tokens at '{pod.title}'"
    partial = not mesh.is_complete(pod.namespace, pod.cluster)
    note = pod.labels_node.note("are the labels that a RequestAuthentication has to select")
    return claim.finding(message, related=(note,), partial=partial, anchor=Anchor.KEY)


def _validates(mesh: MeshView, pod: Workload) -> bool:
    return any(next(r.each("spec.jwtRules[]"), None) for r in policies_selecting(mesh, REQUEST_AUTHENTICATION, pod))


def _claims(route: Resource) -> Iterator[Node]:
    for match in route.each("spec.http[].match[]"):
        for field in ("headers", "withoutHeaders"):
            held = match.value.get(field) if isinstance(match.value, dict) else None
            for name, value in held.items() if isinstance(held, dict) else ():
                if str(name).startswith(_CLAIMS):
                    yield Node(match.resource, (*match.path, field, name), value)
