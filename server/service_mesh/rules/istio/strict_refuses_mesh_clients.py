"""Workload accepts only mTLS, and clients of the mesh send it plaintext.

## Why it matters
Clients decide by the mode of the service's namespace and look at nothing narrower; for a headless service they use
mTLS only if everything behind it runs a sidecar. A STRICT mode for one workload does not change what they send, so it
refuses all of them.

## Wrong
```yaml
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: shop}
spec:
  mtls: {mode: DISABLE}
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: cart, namespace: shop}
spec:
  selector:
    matchLabels: {app: cart}
  mtls: {mode: STRICT}
---
apiVersion: v1
kind: Namespace
metadata:
  name: shop
  labels: {istio-injection: enabled}
---
apiVersion: v1
kind: Service
metadata: {name: cart, namespace: shop}
spec:
  selector: {app: cart}
  ports:
  - {name: http, port: 80, targetPort: 8080}
---
apiVersion: v1
kind: Pod
metadata:
  name: cart
  namespace: shop
  labels: {app: cart}
spec:
  containers:
  - {name: app, image: cart}
```

## Right
```yaml
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: shop}
spec:
  mtls: {mode: PERMISSIVE}
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: cart, namespace: shop}
spec:
  selector:
    matchLabels: {app: cart}
  mtls: {mode: STRICT}
---
apiVersion: v1
kind: Namespace
metadata:
  name: shop
  labels: {istio-injection: enabled}
---
apiVersion: v1
kind: Service
metadata: {name: cart, namespace: shop}
spec:
  selector: {app: cart}
  ports:
  - {name: http, port: 80, targetPort: 8080}
---
apiVersion: v1
kind: Pod
metadata:
  name: cart
  namespace: shop
  labels: {app: cart}
spec:
  containers:
  - {name: app, image: cart}
```

## When it stays quiet
A DestinationRule says what clients send, which other rules judge; automatic mTLS is off; the workload runs no sidecar;
its mode, or who is behind a headless service, is not known. Clients are those of the workload's own namespace.

## Fix safety
No fix is offered: the namespace's mode, the headless service or the workload's own mode may be what is wrong.
"""

from collections.abc import Iterator, Mapping

from service_mesh.mesh.destination_rules import rules_about
from service_mesh.mesh.mesh_config import mesh_config
from service_mesh.mesh.ports import is_headless, port_number, target_number
from service_mesh.mesh.selection import services_of, workloads_of
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import Workload
from service_mesh.model.finding import Draft, Note
from service_mesh.model.grade import Category, Severity
from service_mesh.model.hosts import service_host
from service_mesh.model.kinds import PEER_AUTHENTICATION, SERVICE
from service_mesh.model.node import Node
from service_mesh.model.path import Path
from service_mesh.model.resource import Resource, ResourceKey
from service_mesh.posture.istio.client_tls import TlsMode, client_tls, tls_settings
from service_mesh.posture.istio.peer_authentication import MtlsMode, namespace_mode, workload_policies
from service_mesh.posture.istio.transport import TRANSPORT_KINDS, Edge, Transport, accepted, from_namespace
from service_mesh.rules.rule import rule

_MOST = 50
"""Workloads of one service that are looked at."""


@rule(
    "IS223",
    category=Category.SECURITY,
    severity=Severity.ERROR,
    about=(PEER_AUTHENTICATION,),
    reads=tuple(kind for kind in TRANSPORT_KINDS if kind != PEER_AUTHENTICATION),
    sources=(
        "istio/istio: pilot/pkg/model/push_context.go",
        "istio/istio: pilot/pkg/networking/core/cluster_tls.go",
        "https://istio.io/latest/docs/concepts/security/#peer-authentication",
    ),
)
def strict_refuses_mesh_clients(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report a STRICT mode that refuses the clients of its own namespace."""
    for node, server, port, edge in mesh.index(_refusing).get(resource.key, ()):
        reason = edge.reason.removesuffix(", and the server accepts only mTLS")
        message = f"port {port} of '{server.title}' accepts only mTLS, and clients send it plaintext: {reason}"
        notes = tuple(note for note in edge.chain if note.node.resource is not resource)
        yield node.finding(message, related=_last(notes))


def _last(notes: tuple[Note, ...]) -> tuple[Note, ...]:
    return notes[-1:]


_Refusal = tuple[Node, Workload, int, Edge]


def _refusing(mesh: MeshView) -> Mapping[ResourceKey, tuple[_Refusal, ...]]:
    """The first refusal of each deciding setting, by the PeerAuthentication that holds it."""
    mesh.mark_read(*TRANSPORT_KINDS)
    found: dict[tuple[ResourceKey, Path], _Refusal] = {}
    for service in mesh.of_kind(SERVICE):
        if mesh_config(mesh, service.cluster).auto_mtls:
            for refusal in _of_service(mesh, service):
                node = refusal[0]
                found.setdefault((node.resource.key, node.path), refusal)
    by_policy: dict[ResourceKey, list[_Refusal]] = {}
    for (policy, _), refusal in found.items():
        by_policy.setdefault(policy, []).append(refusal)
    return {key: tuple(refusals) for key, refusals in by_policy.items()}


def _of_service(mesh: MeshView, service: Resource) -> Iterator[_Refusal]:
    host = service_host(service.name, service.namespace)
    for workload in workloads_of(mesh, service)[:_MOST]:
        if not mesh.once(_may_refuse, workload):
            continue
        for entry in service.each("spec.ports[]"):
            port = target_number(entry, workload)
            mode = accepted(mesh, workload, port) if port is not None else None
            if port is None or mode is None or mode.mode is not MtlsMode.STRICT or not mode.chain:
                continue
            sent = client_tls(mesh, host, port_number(entry), service.namespace, service.cluster)
            edge = from_namespace(mesh, service.namespace, workload, port)
            if sent.mode in (TlsMode.AUTO, TlsMode.MARKED) and edge.transport is Transport.BROKEN:
                yield mode.chain[-1].node, workload, port, edge


def _may_refuse(mesh: MeshView, workload: Workload) -> bool:
    """Whether it could accept mTLS alone while somebody sends plaintext: spares the look at everything else."""
    wide = namespace_mode(mesh, workload.namespace, workload.cluster).mode
    if wide is not MtlsMode.STRICT and not workload_policies(mesh, workload):
        return False
    return wide is MtlsMode.DISABLE or any(mesh.once(_is_special, service) for service in services_of(mesh, workload))


def _is_special(mesh: MeshView, service: Resource) -> bool:
    """Whether more than automatic mTLS may decide what clients of a Service send."""
    about = rules_about(mesh, service_host(service.name, service.namespace), service.cluster)
    return is_headless(service) or any(True for rule in about for _ in tls_settings(rule))
