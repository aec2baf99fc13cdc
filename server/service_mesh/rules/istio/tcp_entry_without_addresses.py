"""ServiceEntry has a TCP port and no addresses.

## Why it matters
A TCP connection carries no host, so the sidecar tells services apart by their addresses. Without any it listens for all
addresses on that port: connections to other servers on the same port go to this host too, and of two such entries with
one port only one works.

## Wrong
```yaml
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: db, namespace: shop}
spec:
  hosts: [db.example.com]
  resolution: DNS
  ports:
  - {number: 5432, name: tcp, protocol: TCP}
```

## Right
```yaml
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: db, namespace: shop}
spec:
  hosts: [db.example.com]
  addresses: [192.0.2.10]
  resolution: DNS
  ports:
  - {number: 5432, name: tcp, protocol: TCP}
```

## When it stays quiet
`addresses` is set; the protocol is one that names its host, such as HTTP, TLS or gRPC; sidecars answer DNS themselves
(`ISTIO_META_DNS_CAPTURE`) and istiod has allocated addresses or does so, by default since 1.25, before that with
`ISTIO_META_DNS_AUTO_ALLOCATE`; the namespace is in ambient mode, where ztunnel answers DNS since 1.25.

## Fix safety
No fix is offered: the addresses are not known.
"""

from collections.abc import Iterator

from service_mesh.mesh.mesh_config import MeshConfig, mesh_config
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import SERVICE_ENTRY
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.istio.enrolment import Enrolled
from service_mesh.posture.istio.namespaces import NAMESPACE_ENROLMENT_KINDS, namespace_enrolment
from service_mesh.posture.istio.protocols import PLAIN_TCP
from service_mesh.rules.rule import rule

_BY_DEFAULT_SINCE = (1, 25)
_CAPTURE = "ISTIO_META_DNS_CAPTURE"
_ALLOCATE = ("ISTIO_META_DNS_AUTO_ALLOCATE", "PILOT_ENABLE_IP_AUTOALLOCATE")
_SWITCH = "networking.istio.io/enable-autoallocate-ip"


@rule(
    "IS164",
    category=Category.TRAFFIC,
    severity=Severity.WARNING,
    about=(SERVICE_ENTRY,),
    reads=NAMESPACE_ENROLMENT_KINDS,
    sources=(
        "istio/istio: pkg/config/analysis/analyzers/serviceentry/protocoladdresses.go",
        "istio/istio: pilot/pkg/features/experimental.go",
        "https://istio.io/latest/docs/ops/configuration/traffic-management/dns-proxy/",
    ),
    upstream=("IST0134",),
)
def tcp_entry_without_addresses(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each TCP port of an entry that has no address to be known by."""
    addresses = resource.get("spec.addresses")
    if (addresses is not None and addresses.value) or _is_allocated(resource, mesh):
        return
    for port in resource.each("spec.ports[]"):
        protocol, number = port.get("protocol"), port.get("number")
        if number is not None and (protocol is None or protocol.text.lower() in {"", *PLAIN_TCP}):
            message = (
                f"port {number.value} takes every connection to that number, since TCP has only addresses to go by"
            )
            yield _shown(protocol, number).finding(message)


def _shown(protocol: Node | None, number: Node) -> Node:
    return protocol if protocol is not None and protocol.text else number


def _is_allocated(resource: Resource, mesh: MeshView) -> bool:
    """Whether clients get an address of istiod's for the host, and ask for it."""
    config = mesh_config(mesh, resource.cluster)
    by_default = mesh.release("istio") >= _BY_DEFAULT_SINCE
    wanted = resource.labels.get(_SWITCH)
    if wanted == "false":
        return False
    if by_default and namespace_enrolment(mesh, resource.namespace, resource.cluster).mode is Enrolled.AMBIENT:
        return True
    allocates = config.flag("PILOT_ENABLE_IP_AUTOALLOCATE", default=by_default) or wanted == "true"
    given = next(resource.each("status.addresses[]"), None) is not None
    return _meta(config, _CAPTURE) and (given or allocates or any(_meta(config, name) for name in _ALLOCATE))


def _meta(config: MeshConfig, name: str) -> bool:
    return str(config.setting(f"defaultConfig.proxyMetadata.{name}")).lower() == "true"
