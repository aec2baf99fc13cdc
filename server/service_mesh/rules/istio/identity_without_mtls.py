"""AuthorizationPolicy asks who the client is, and no connection carries an identity.

## Why it matters
Principals, namespaces and service accounts are read from the client's certificate. Where connections arrive in
plaintext there is none: an ALLOW by identity refuses everybody, a DENY by identity stops nobody, and `notPrincipals`
and the like match everybody.

## Wrong
```yaml
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: cart, namespace: shop}
spec:
  action: DENY
  rules:
  - from:
    - source: {namespaces: [shop]}
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: shop}
spec:
  mtls: {mode: DISABLE}
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
  - {name: http, port: 80}
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
kind: AuthorizationPolicy
metadata: {name: cart, namespace: shop}
spec:
  action: DENY
  rules:
  - from:
    - source: {namespaces: [shop]}
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: shop}
spec:
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
  - {name: http, port: 80}
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
One port of one selected workload is reached with mTLS, or it is not known what it is reached with; the workloads are in
ambient mode, where clients of the mesh always have an identity; none of them is in the mesh. Clients are taken to run a
sidecar in the namespaces that the field names, or in the policy's own where it names none outright. PERMISSIVE is fine:
clients of the mesh use mTLS there. With automatic mTLS off, a DestinationRule for mTLS and nothing but the built-in
default on the server's side is a warning, as other checkers have it.

## Fix safety
No fix is offered: it is a question of which side is wrong.
"""

from collections.abc import Iterator
from typing import NamedTuple

from service_mesh.mesh.mesh_config import mesh_config
from service_mesh.mesh.ports import target_number
from service_mesh.mesh.selection import services_of
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import Workload
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import AUTHORIZATION_POLICY
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.istio.attachment import ATTACHMENT_KINDS, Point, point_of, selected_by, targets
from service_mesh.posture.istio.policy_parts import clauses
from service_mesh.posture.istio.transport import TRANSPORT_KINDS, Edge, accepted, from_namespace
from service_mesh.rules.istio._authorization import IDENTITY_CONDITIONS, IDENTITY_SOURCE, rules
from service_mesh.rules.istio._http_only import filled
from service_mesh.rules.rule import rule

_CONDITIONS = (*IDENTITY_CONDITIONS, "connection.sni")
_MOST = 50
"""Workloads that are looked at before the policy is believed."""


class _Case(NamedTuple):
    """A field that wants identities, and what arrives where the policy is enforced."""

    node: Node
    namespace: str
    server: Workload
    edge: Edge
    is_default: bool


@rule(
    "IS204",
    category=Category.SECURITY,
    severity=Severity.ERROR,
    about=(AUTHORIZATION_POLICY,),
    needs=(*IDENTITY_SOURCE, "when"),
    reads=tuple(dict.fromkeys((*ATTACHMENT_KINDS, *TRANSPORT_KINDS))),
    sources=(
        "istio/istio: pilot/pkg/security/authz/model/generator.go",
        "istio/istio: pilot/pkg/networking/core/cluster_tls.go",
        "kiali/kiali: business/checkers/authorization/mtls_enabled_checker.go",
        "https://istio.io/latest/docs/concepts/security/#authorization",
    ),
    upstream=("KIA0105",),
)
def identity_without_mtls(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each field that wants an identity where none arrives."""
    if targets(resource):
        return
    servers = [w for w in selected_by(mesh, resource)[:_MOST] if point_of(mesh, w) is Point.SIDECAR]
    sound: set[tuple[str, ...]] = set()
    for node, named in _fields(resource) if servers else ():
        if named in sound:
            continue
        case = _judged(mesh, node, named or (resource.namespace,), servers)
        if case is not None:
            yield _draft(case)
        else:
            sound.add(named)


def _fields(policy: Resource) -> Iterator[tuple[Node, tuple[str, ...]]]:
    """The fields, each with the client namespaces that it names outright."""
    for rule_node in rules(policy):
        parts = clauses(rule_node)
        for source in parts.sources:
            for node in filled(source, IDENTITY_SOURCE):
                yield node, tuple(_namespaces(str(node.path[-1]), node.value))
        for key, condition in parts.conditions:
            if key in _CONDITIONS:
                listed = condition.value.get("values") if isinstance(condition.value, dict) else ()
                yield condition, tuple(_namespaces(key, listed))


def _namespaces(field: str, listed: object) -> Iterator[str]:
    for text in listed if isinstance(listed, list) else ():
        if not isinstance(text, str):
            continue
        if field in ("namespaces", "source.namespace"):
            found = text
        elif field in ("principals", "source.principal"):
            found = text.partition("/ns/")[2].partition("/")[0]
        else:
            found = text.partition("/")[0] if "/" in text and field == "serviceAccounts" else ""
        if found and "*" not in found:
            yield found


def _judged(mesh: MeshView, node: Node, namespaces: tuple[str, ...], servers: list[Workload]) -> _Case | None:
    """The first case if no client can be told by its certificate; None as soon as one can or may be."""
    first: _Case | None = None
    for server in servers:
        for port in mesh.once(_ports, server):
            for namespace in namespaces:
                edge, is_default = mesh.once(_edge, (namespace, server, port))
                if edge.is_authenticated is not False and not is_default:
                    return None
                first = first or _Case(node, namespace, server, edge, is_default)
    return first


def _edge(mesh: MeshView, asked: tuple[str, Workload, int]) -> tuple[Edge, bool]:
    """How clients of a namespace reach a port, and whether they do it by mTLS although nothing asks for it."""
    _, server, port = asked
    edge = from_namespace(mesh, *asked)
    return edge, edge.is_authenticated is True and _rests_on_default(mesh, server, port)


def _ports(mesh: MeshView, server: Workload) -> tuple[int, ...]:
    """The container ports that services lead to."""
    entries = (port for service in services_of(mesh, server) for port in service.each("spec.ports[]"))
    return tuple(dict.fromkeys(number for port in entries if (number := target_number(port, server)) is not None))


def _rests_on_default(mesh: MeshView, server: Workload, port: int) -> bool:
    mode = accepted(mesh, server, port)
    return mode is not None and not mode.chain and not mesh_config(mesh, server.cluster).auto_mtls


def _draft(case: _Case) -> Draft:
    what = case.node.get("key") or case.node
    name = what.text or str(case.node.path[-1])
    if case.is_default:
        message = (
            f"'{name}' knows only clients that use mTLS: automatic mTLS is off, and no PeerAuthentication makes "
            f"'{case.server.title}' ask for it"
        )
        return what.finding(message, severity=Severity.WARNING, related=case.edge.chain[-1:])
    message = (
        f"'{name}' needs mTLS, and clients of namespace '{case.namespace}' have none at '{case.server.title}': "
        f"{case.edge.reason}"
    )
    return what.finding(message, related=case.edge.chain[-1:])
