"""ServiceProfile stands in a namespace where it has no clients.

## Why it matters
A profile in the namespace of its Service is used by all clients. In any other namespace it is one for the clients of
that namespace alone, and takes the place of the Service's own for them. Where no meshed workload runs, nobody uses it.

## Wrong
```yaml
apiVersion: v1
kind: Namespace
metadata: {name: settings}
---
apiVersion: linkerd.io/v1alpha2
kind: ServiceProfile
metadata: {name: cart.shop.svc.cluster.local, namespace: settings}
spec:
  routes:
  - name: GET /
    condition: {method: GET, pathRegex: /}
```

## Right
```yaml
apiVersion: v1
kind: Namespace
metadata: {name: settings}
---
apiVersion: linkerd.io/v1alpha2
kind: ServiceProfile
metadata: {name: cart.shop.svc.cluster.local, namespace: shop}
spec:
  routes:
  - name: GET /
    condition: {method: GET, pathRegex: /}
```

## When it stays quiet
A workload of the namespace is meshed, or it is not known whether one is; the name of the profile is not the full name
of a Service. Where the namespace is not loaded as a whole, nothing is said.

## Fix safety
The namespace of the Service is offered; unsafe, because the profile then takes effect for every client.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import workloads_in
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Fix
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import SERVICE_PROFILE
from service_mesh.model.resource import Resource
from service_mesh.posture.linkerd.enrolment import ENROLMENT_KINDS, Enrolled, enrolment
from service_mesh.posture.linkerd.profiles import split_name
from service_mesh.rules.rule import rule


@rule(
    "LD161",
    category=Category.REFERENCE,
    severity=Severity.WARNING,
    about=(SERVICE_PROFILE,),
    reads=ENROLMENT_KINDS,
    sources=(
        "linkerd/linkerd2: controller/api/destination/server.go",
        "https://linkerd.io/2/features/service-profiles/",
    ),
)
def profile_for_nobody(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report a profile in a foreign namespace without a meshed workload."""
    named, place = split_name(resource.name), resource.namespace
    if named is None or named[0].namespace == place or not mesh.is_complete(place, resource.cluster):
        return
    if any(enrolment(mesh, one).mode is not Enrolled.NONE for one in workloads_in(mesh, place, resource.cluster)):
        return
    node = resource.get("metadata.namespace")
    message = f"only clients in namespace '{place}' use the profile, and no meshed workload runs there"
    fix = Fix.replace(node, named[0].namespace) if node is not None else None
    yield (node or resource.get("metadata.name") or resource.root).finding(message, fix=fix)
