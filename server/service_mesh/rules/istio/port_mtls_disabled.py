"""PeerAuthentication turns mTLS off for a port.

## Why it matters
The port takes plaintext from everybody, and clients of the mesh stop using mTLS towards it: no identity, no encryption,
and policies by identity no longer match there. Probes of the kubelet do not need it, because the sidecar answers them
on a port of its own.

## Wrong
```yaml
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: cart, namespace: shop}
spec:
  selector:
    matchLabels: {app: cart}
  mtls: {mode: STRICT}
  portLevelMtls:
    "8080": {mode: DISABLE}
```

## Right
```yaml
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: cart, namespace: shop}
spec:
  selector:
    matchLabels: {app: cart}
  mtls: {mode: STRICT}
  portLevelMtls:
    "8080": {mode: PERMISSIVE}
```

## When it stays quiet
The workload's own mode is DISABLE too, which says it outright. It is info, because clients outside the mesh may need
the port; PERMISSIVE serves them as well and keeps mTLS for the others. In ambient mode mTLS cannot be turned off,
which AM119 and AM120 report.

## Fix safety
PERMISSIVE is offered; unsafe, because an application that speaks TLS itself may have needed DISABLE.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Fix
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import PEER_AUTHENTICATION
from service_mesh.model.resource import Resource
from service_mesh.posture.istio.attachment import modes_of
from service_mesh.posture.istio.enrolment import ENROLMENT_KINDS, Enrolled
from service_mesh.rules.rule import rule


@rule(
    "IS225",
    category=Category.SECURITY,
    severity=Severity.INFO,
    about=(PEER_AUTHENTICATION,),
    reads=ENROLMENT_KINDS,
    sources=(
        "istio/istio: pilot/pkg/xds/endpoints/mtls_checker.go",
        "istio/istio: pkg/kube/inject/app_probe.go",
        "https://istio.io/latest/docs/ops/configuration/mesh/app-health-check/",
    ),
)
def port_mtls_disabled(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each port for which mTLS is turned off."""
    own = resource.get("spec.mtls.mode")
    if (own is not None and own.value == "DISABLE") or modes_of(mesh, resource) == {Enrolled.AMBIENT}:
        return
    for mode in resource.each("spec.portLevelMtls{}.mode"):
        if mode.value == "DISABLE":
            message = f"port {mode.path[-2]} takes plaintext only, and clients of the mesh stop using mTLS towards it"
            yield mode.finding(message, fix=Fix.replace(mode, "PERMISSIVE"))
