"""Policy for TLS towards a backend aims at a Service, or a port of one, that does not exist.

## Why it matters
The policy is what makes a gateway begin TLS. Where its target is not there, requests go out unencrypted to the backend
that was meant, or fail because that one expects TLS. A section is the name of a port, never its number.

## Wrong
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: BackendTLSPolicy
metadata: {name: pay}
spec:
  targetRefs: [{group: "", kind: Service, name: pay, sectionName: "8443"}]
  validation: {hostname: pay.example.com, wellKnownCACertificates: System}
---
apiVersion: v1
kind: Service
metadata: {name: pay}
spec: {ports: [{name: https, port: 8443}]}
```

## Right
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: BackendTLSPolicy
metadata: {name: pay}
spec:
  targetRefs: [{group: "", kind: Service, name: pay, sectionName: https}]
  validation: {hostname: pay.example.com, wellKnownCACertificates: System}
---
apiVersion: v1
kind: Service
metadata: {name: pay}
spec: {ports: [{name: https, port: 8443}]}
```

## When it stays quiet
Targets of other kinds, which are an implementation's own. Where the namespace was not loaded as a whole, or no Service
is in the input, a Service that is not here is reported as not checked.

## Fix safety
Offered for a section that is the number of a named port, and for a near name; unsafe, because the intent is guessed.
"""

from collections.abc import Iterator

from service_mesh.mesh.known_names import is_surely_absent, service_names
from service_mesh.mesh.ports import port_number
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Fix
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import BACKEND_TLS_POLICY, SERVICE
from service_mesh.model.names import nearest
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.gateway._backend_tls import Target, targets
from service_mesh.rules.rule import rule


@rule(
    "GW123",
    category=Category.SECURITY,
    severity=Severity.ERROR,
    about=(BACKEND_TLS_POLICY,),
    reads=(SERVICE,),
    sources=(
        "istio/istio: pilot/pkg/config/kube/gateway/backend_policies.go",
        "https://gateway-api.sigs.k8s.io/reference/spec/#backendtlspolicyspec",
    ),
)
def backend_tls_target_missing(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each target whose Service, or whose port, is not there."""
    for target in targets(resource):
        if target.aim.kind != SERVICE or not target.aim.name:
            continue
        service = mesh.find(SERVICE, resource.namespace, target.aim.name, resource.cluster)
        if service is None:
            yield _missing(target, mesh)
        elif target.section is not None and target.port:
            yield from _port(target.section, service)


def _missing(target: Target, mesh: MeshView) -> Draft:
    aim = target.aim
    resource = aim.node.resource
    near = nearest(aim.name, service_names(mesh, resource.namespace, resource.cluster), unique=True)
    fix = Fix.replace(aim.name_node, near, title=f"rename to '{near}'") if near else None
    message = f"Service '{resource.namespace}/{aim.name}' does not exist, so no connection is encrypted by this policy"
    partial = not is_surely_absent(mesh, SERVICE, resource.namespace, resource.cluster)
    return aim.name_node.finding(message, fix=fix, partial=partial)


def _port(section: Node, service: Resource) -> Iterator[Draft]:
    ports = tuple(service.each("spec.ports[]"))
    names = [name.text for port in ports if (name := port.get("name")) is not None and name.text]
    if section.text in names:
        return
    meant = next((_name(port) for port in ports if str(port_number(port)) == section.text), "")
    near = meant or nearest(section.text, names, unique=True)
    fix = Fix.replace(section, near, title=f"use the port's name, '{near}'") if near else None
    listed = ", ".join(f"'{name}'" for name in names[:5]) or "none"
    message = (
        f"'{service.title}' has no port named '{section.text}', so no connection is encrypted by this policy; the names"
        f" of its ports are {listed}"
    )
    yield section.finding(message, fix=fix, related=((service.get("spec.ports") or service.root).note("its ports"),))


def _name(port: Node) -> str:
    name = port.get("name")
    return name.text if name is not None else ""
