"""Prometheus of linkerd-viz may not scrape the proxies of a workload.

## Why it matters
The proxy's metrics on port 4191 are under the same policies as all other ports. A default policy of `deny`, or a Server
for that port that does not name Prometheus, closes it: the workload disappears from `linkerd viz` and its dashboards,
and alerts on its success rate are silent. `linkerd viz allow-scrapes` writes the Server, routes and policies it takes.

## Wrong
```yaml
apiVersion: v1
kind: Namespace
metadata:
  name: shop
  annotations: {linkerd.io/inject: enabled, config.linkerd.io/default-inbound-policy: deny}
---
apiVersion: v1
kind: Pod
metadata:
  name: cart
  namespace: shop
  labels: {app: cart}
spec:
  containers:
  - name: app
    image: cart
    ports:
    - {name: http, containerPort: 8080}
---
apiVersion: v1
kind: Pod
metadata:
  name: prometheus
  namespace: linkerd-viz
  annotations: {linkerd.io/inject: enabled}
spec:
  serviceAccountName: prometheus
  containers:
  - {name: prometheus, image: prom/prometheus}
```

## Right
```yaml
apiVersion: v1
kind: Namespace
metadata:
  name: shop
  annotations: {linkerd.io/inject: enabled, config.linkerd.io/default-inbound-policy: all-authenticated}
---
apiVersion: v1
kind: Pod
metadata:
  name: cart
  namespace: shop
  labels: {app: cart}
spec:
  containers:
  - name: app
    image: cart
    ports:
    - {name: http, containerPort: 8080}
---
apiVersion: v1
kind: Pod
metadata:
  name: prometheus
  namespace: linkerd-viz
  annotations: {linkerd.io/inject: enabled}
spec:
  serviceAccountName: prometheus
  containers:
  - {name: prometheus, image: prom/prometheus}
```

## When it stays quiet
The Prometheus of linkerd-viz is not loaded; it is not known whether it or the workload is meshed, or which Server
governs the port; networks or routes decide that cannot be told. A Server that authorizes nobody at all is reported as
such.

## Fix safety
None is offered: it takes a Server, two routes and policies.
"""

from collections.abc import Iterator

from service_mesh.mesh.presence import has_linkerd
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import Workload, workloads_in
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.resource import Resource
from service_mesh.posture.linkerd.authorizations import (
    AUTHORIZATION_KINDS,
    admitted,
    port_access,
    route_authorizations,
    server_authorizations,
)
from service_mesh.posture.linkerd.clients import NO_IDENTITY, Client
from service_mesh.posture.linkerd.enrolment import ENROLMENT_KINDS, Enrolled, enrolment
from service_mesh.posture.linkerd.identity import identity_of
from service_mesh.posture.linkerd.server_routes import taking_over
from service_mesh.posture.linkerd.servers import servers_on
from service_mesh.rules.linkerd._policies import ADMIN_PORT, MADE_OF_PODS, granted_in_all, meshed_workload, ports_of
from service_mesh.rules.linkerd._probe_routes import Request, answers
from service_mesh.rules.rule import rule

_VIZ, _PROMETHEUS, _METRICS = "linkerd-viz", "prometheus", "/metrics"


@rule(
    "LD131",
    category=Category.SECURITY,
    severity=Severity.WARNING,
    about=MADE_OF_PODS,
    where=has_linkerd,
    reads=tuple(kind for kind in dict.fromkeys((*AUTHORIZATION_KINDS, *ENROLMENT_KINDS)) if kind not in MADE_OF_PODS),
    upstream=("l5d-viz-data-plane-prom-authz",),
    sources=(
        "linkerd/linkerd2: viz/pkg/healthcheck/healthcheck.go",
        "linkerd/linkerd2: viz/cmd/allow-scrapes.go",
        "https://linkerd.io/2/checks/#l5d-viz-data-plane-prom-authz",
    ),
)
def scraper_refused(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report a meshed workload whose proxy's metrics the loaded Prometheus of linkerd-viz may not read."""
    scraper = mesh.once(_scraper, resource.cluster)
    workload = meshed_workload(mesh, resource) if scraper is not None else None
    if scraper is None or workload is None or resource.namespace == _VIZ:
        return
    server = _server(mesh, workload)
    access = port_access(mesh, workload, ADMIN_PORT)
    if server is None and (access.default is None or access.governing.missing):
        return
    granted = server_authorizations(mesh, server) if server is not None else access.granted
    routes = taking_over(mesh, server) if server is not None else ()
    if admitted(granted, scraper) is not False or any(_lets_in(mesh, route, scraper) for route in routes):
        return
    if server is not None and not any(part.authorizations for part in granted_in_all(mesh, server)):
        return
    node = resource.get("metadata.name") or resource.root
    who = f"'{server.title}' governs port 4191 and" if server is not None else "the default policy of port 4191"
    message = f"Prometheus of linkerd-viz is not let in to the proxy's metrics: {who} does not authorize it"
    related = (server.root.note("governs the port"),) if server is not None else access.chain[-1:]
    yield node.finding(message, related=related)


def _server(mesh: MeshView, workload: Workload) -> Resource | None:
    """The only Server that selects the proxy's own port, by number or by name."""
    found = [server for server in servers_on(mesh, workload) if ADMIN_PORT in ports_of(server, workload)]
    return found[0] if len(found) == 1 else None


def _lets_in(mesh: MeshView, route: Resource, scraper: Client) -> bool:
    return (
        answers(route, Request(_METRICS)) is not False
        and admitted(route_authorizations(mesh, route), scraper) is not False
    )


def _scraper(mesh: MeshView, cluster: str) -> Client | None:
    """The Prometheus of linkerd-viz as a client; None where it is not loaded or not known to be meshed or not."""
    for workload in workloads_in(mesh, _VIZ, cluster):
        if workload.resource.name == _PROMETHEUS:
            mode = enrolment(mesh, workload).mode
            identity = NO_IDENTITY if mode is Enrolled.NONE else identity_of(mesh, workload)
            return Client(identity) if mode is not Enrolled.UNKNOWN else None
    return None
