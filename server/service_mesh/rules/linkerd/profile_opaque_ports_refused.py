"""ServiceProfile lists opaque ports, for which Linkerd's validator refuses it.

## Why it matters
The CRD of ServiceProfiles takes `spec.opaquePorts` as a list only, and the webhook of `linkerd-sp-validator` reads it
as a map only, so that no value passes both. Where the webhook was down the list still opens no port: what the
annotations `config.linkerd.io/opaque-ports` of the Service and its namespace say replaces it.

## Wrong
```yaml
apiVersion: linkerd.io/v1alpha2
kind: ServiceProfile
metadata: {name: api.example.com, namespace: shop}
spec:
  opaquePorts: ["4222"]
  routes:
  - name: GET /
    condition: {method: GET, pathRegex: /}
```

## Right
```yaml
apiVersion: linkerd.io/v1alpha2
kind: ServiceProfile
metadata: {name: api.example.com, namespace: shop}
spec:
  routes:
  - name: GET /
    condition: {method: GET, pathRegex: /}
```

## When it stays quiet
Values that are no list, which the CRD refuses itself. Whether Service and pods agree on their opaque ports is looked at
by their annotations.

## Fix safety
Taking the list away is offered and safe: it has no effect anywhere. Ports that are to be opaque belong into the
annotation of the Service and of its pods.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Anchor, Draft
from service_mesh.model.fix import Fix
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import SERVICE_PROFILE
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule


@rule(
    "LD199",
    category=Category.SCHEMA,
    severity=Severity.ERROR,
    about=(SERVICE_PROFILE,),
    needs=("opaquePorts",),
    sources=(
        "linkerd/linkerd2: charts/linkerd-crds/templates/serviceprofile.yaml",
        "linkerd/linkerd2: controller/gen/apis/serviceprofile/v1alpha2/types.go",
        "linkerd/linkerd2: pkg/profiles/profiles.go",
        "linkerd/linkerd2: controller/api/destination/opaque_ports_adaptor.go",
    ),
)
def profile_opaque_ports_refused(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report the list, whatever it holds."""
    ports = resource.get("spec.opaquePorts")
    if ports is not None and isinstance(ports.value, list):
        message = "Linkerd's validator refuses a profile with 'opaquePorts', and the annotation of the Service counts"
        fix = Fix.remove(ports, title="take 'opaquePorts' away", safe=True)
        yield ports.finding(message, fix=fix, anchor=Anchor.KEY)
