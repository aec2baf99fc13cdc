"""Address of the primary cluster's istiod is a name inside the remote cluster.

## Why it matters
`remotePilotAddress` is where proxies of a remote cluster find the istiod of the primary one: the address of its
east-west gateway, or another one that is reachable from outside. The chart makes the service `istiod` of the remote
cluster an alias of it, so a name such as `istiod.istio-system.svc` leads back to itself.

## Wrong
```yaml
apiVersion: install.istio.io/v1alpha1
kind: IstioOperator
metadata: {name: remote, namespace: istio-system}
spec:
  profile: remote
  values:
    global: {remotePilotAddress: istiod.istio-system.svc.cluster.local}
```

## Right
```yaml
apiVersion: install.istio.io/v1alpha1
kind: IstioOperator
metadata: {name: remote, namespace: istio-system}
spec:
  profile: remote
  values:
    global: {remotePilotAddress: 192.0.2.20}
```

## When it stays quiet
The address is an IP address or a name outside the cluster, names that clusters share (`.svc.clusterset.local`)
included.

## Fix safety
There is no fix: the address of the gateway is not known.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.resource import Resource
from service_mesh.rules.istio._mesh_settings import VALUES, chart_values
from service_mesh.rules.rule import rule

_INSIDE = (".svc", ".svc.cluster.local")


@rule(
    "IS278",
    category=Category.OPERATIONS,
    severity=Severity.WARNING,
    about=tuple(VALUES),
    sources=(
        "istio/istio: manifests/charts/istio-control/istio-discovery/templates/remote-istiod-service.yaml",
        "https://istio.io/latest/docs/setup/install/multicluster/primary-remote/",
    ),
)
def remote_istiod_inside_cluster(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report an address of a remote istiod that no other cluster can have."""
    values = chart_values(resource)
    address = values.get("global.remotePilotAddress") if values is not None else None
    if address is not None and address.text.rstrip(".").endswith(_INSIDE):
        yield address.finding(f"'{address.text[:120]}' is a name inside this cluster, so no other istiod is found")
