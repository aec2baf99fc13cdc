"""Port of an ExternalName service takes every connection to that port.

## Why it matters
Up to Istio 1.20, and later with `ENABLE_EXTERNAL_NAME_ALIAS=false` or a compatibility version of 1.20, sidecars make a
listener of each port. For a port that is not known to be HTTP or TLS it has no address, so that connections to that
port go to this name, whomever they were meant for. Later versions take the service as a mere alias.

## Wrong
```yaml
apiVersion: v1
kind: Service
metadata: {name: search, namespace: shop}
spec:
  type: ExternalName
  externalName: search.example.com
  ports:
  - {name: tcp, port: 443}
```

## Right
```yaml
apiVersion: v1
kind: Service
metadata: {name: search, namespace: shop}
spec:
  type: ExternalName
  externalName: search.example.com
  ports:
  - {name: https, port: 443}
```

## When it stays quiet
The name or `appProtocol` of the port says HTTP or TLS in one of their forms; UDP; the service has no ports. Where the
input tells how Istio is installed and the service is an alias there, it is a remark.

## Fix safety
No fix is offered: the protocol is not known.
"""

from collections.abc import Iterator

from service_mesh.mesh.installation import INSTALLATION_KINDS
from service_mesh.mesh.mesh_config import mesh_config
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import SERVICE
from service_mesh.model.resource import Resource
from service_mesh.posture.istio.protocols import PLAIN_TCP, protocol_of
from service_mesh.rules.rule import rule

_ALIAS_SINCE = (1, 21)


@rule(
    "IS162",
    category=Category.TRAFFIC,
    severity=Severity.WARNING,
    about=(SERVICE,),
    reads=INSTALLATION_KINDS,
    sources=(
        "istio/istio: pkg/config/analysis/analyzers/service/portname.go",
        "istio/istio: pilot/pkg/features/pilot.go",
        "https://istio.io/latest/news/releases/1.21.x/announcing-1.21/upgrade-notes/",
    ),
    upstream=("IST0150",),
)
def external_name_port(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each port of an ExternalName service that is plain TCP or says nothing."""
    kind = resource.get("spec.type")
    if kind is None or kind.value != "ExternalName":
        return
    config = mesh_config(mesh, resource.cluster)
    is_alias = config.flag("ENABLE_EXTERNAL_NAME_ALIAS", default=mesh.release("istio") >= _ALIAS_SINCE)
    for port in resource.each("spec.ports[]"):
        number, name = port.get("port"), port.get("name")
        if number is not None and (not protocol_of(port) or protocol_of(port) in PLAIN_TCP):
            message = (
                f"port {number.value} takes every connection to that number, since it is not known to be HTTP or TLS"
            )
            if is_alias:
                message += "; only where ExternalName services are not taken as aliases"
            severity = Severity.INFO if is_alias and config.installed is not None else None
            yield (name or number).finding(message, severity=severity)
