"""Several policies for TLS aim at the same port of a Service, and only the oldest of them applies.

## Why it matters
Policies are not merged. The oldest one applies, then the one first by name; the host and the certificates that the
other one asks for are not checked.

## Wrong
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: BackendTLSPolicy
metadata: {name: pay}
spec:
  targetRefs: [{group: "", kind: Service, name: pay}]
  validation: {hostname: pay.example.com, wellKnownCACertificates: System}
---
apiVersion: gateway.networking.k8s.io/v1
kind: BackendTLSPolicy
metadata: {name: pay-internal}
spec:
  targetRefs: [{group: "", kind: Service, name: pay}]
  validation: {hostname: pay.internal.example.com, wellKnownCACertificates: System}
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
  targetRefs: [{group: "", kind: Service, name: pay}]
  validation: {hostname: pay.example.com, wellKnownCACertificates: System}
---
apiVersion: v1
kind: Service
metadata: {name: pay}
spec: {ports: [{name: https, port: 8443}]}
```

## When it stays quiet
One policy for a port and one for all of them: the one for the port applies there. Policies that ask for the same.
Where the objects do not tell their age, the one that comes later by name is pointed at.

## Fix safety
No fix is offered: which policy is meant is not known.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from service_mesh.mesh.attachments import older_first
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import BACKEND_TLS_POLICY, Kind
from service_mesh.model.resource import Resource
from service_mesh.rules.gateway._backend_tls import Target, targets
from service_mesh.rules.rule import rule


class _Aim(NamedTuple):
    cluster: str
    namespace: str
    kind: Kind
    name: str
    port: str


@rule(
    "GW124",
    category=Category.CONFLICT,
    severity=Severity.WARNING,
    about=(BACKEND_TLS_POLICY,),
    reads=(BACKEND_TLS_POLICY,),
    sources=(
        "istio/istio: pilot/pkg/config/kube/gateway/backend_policies.go",
        "cilium/cilium: operator/pkg/gateway-api/helpers/backendtlspolicies.go",
        "https://gateway-api.sigs.k8s.io/reference/spec/#backendtlspolicyspec",
    ),
)
def backend_tls_policies_conflict(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each target that an older policy has already."""
    for target in targets(resource):
        first = mesh.index(_first)[_aim(target)]
        other = first.aim.node.resource
        if other is not resource and _demand(other) != _demand(resource):
            port = f" port '{target.port}' of" if target.port else ""
            message = (
                f"'{other.title}' aims at{port} {target.aim.kind.name} '{resource.namespace}/{target.aim.name}' too,"
                " and only the older of the two policies applies"
            )
            yield target.aim.name_node.finding(message, related=(first.aim.node.note("has the same target"),))


def _first(mesh: MeshView) -> Mapping[_Aim, Target]:
    held: dict[_Aim, Target] = {}
    for policy in sorted(mesh.of_kind(BACKEND_TLS_POLICY), key=older_first):
        for target in targets(policy):
            held.setdefault(_aim(target), target)
    return held


def _aim(target: Target) -> _Aim:
    aim = target.aim
    return _Aim(aim.node.resource.cluster, aim.namespace, aim.kind, aim.name, target.port)


def _demand(policy: Resource) -> tuple[object, ...]:
    fields = (policy.get(f"spec.{name}") for name in ("validation", "tls", "options"))
    return tuple(field.value if field is not None else None for field in fields)
