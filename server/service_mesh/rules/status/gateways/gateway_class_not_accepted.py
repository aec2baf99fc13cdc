"""GatewayClass is not accepted.

## Why it matters
Its controller refuses it or does not run, so that no Gateway of the class is carried out.

## Wrong
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: {name: edge, creationTimestamp: "2026-10-01T08:00:00Z"}
spec: {controllerName: example.com/controller}
status:
  conditions:
  - type: Accepted
    status: "False"
    reason: InvalidParameters
    message: ConfigMap edge not found
    lastTransitionTime: "2026-10-01T08:00:00Z"
```

## Right
```yaml
apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: {name: edge, creationTimestamp: "2026-10-01T08:00:00Z"}
spec: {controllerName: example.com/controller}
status:
  conditions:
  - type: Accepted
    status: "True"
    reason: Accepted
    message: Handled
    lastTransitionTime: "2026-10-01T08:00:00Z"
```

## When it stays quiet
The class is younger than five minutes. A class without any Gateway is a note.

## Fix safety
No fix: what has to change depends on what the controller says.
"""

from collections.abc import Iterator, Mapping

from service_mesh.mesh.view import MeshView
from service_mesh.model import kubectl
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import GATEWAY_API_GATEWAY, GATEWAY_CLASS
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule
from service_mesh.rules.status._conditions import explained
from service_mesh.rules.status._words import counted
from service_mesh.rules.status.gateways._status import is_refused


@rule(
    "ST308",
    category=Category.OPERATIONS,
    severity=Severity.ERROR,
    about=(GATEWAY_CLASS,),
    reads=(GATEWAY_API_GATEWAY,),
    sources=(
        "kubernetes-sigs/gateway-api: apis/v1/gatewayclass_types.go",
        "https://gateway-api.sigs.k8s.io/reference/spec/#gatewayclassconditiontype",
    ),
)
def gateway_class_not_accepted(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report a GatewayClass that its controller does not accept."""
    refused = is_refused(mesh, resource)
    if refused is None:
        return
    users = mesh.index(_users).get((resource.cluster, resource.name), 0)
    what = "is not accepted" if refused.holds is False else "is taken up by no controller"
    use = f"{counted(users, 'Gateway')} of it cannot work" if users else "no Gateway uses it"
    severity = Severity.ERROR if users else Severity.INFO
    message = f"GatewayClass '{resource.name}' {what}, and {use}{explained(refused)}"
    yield refused.status.problem(message, kubectl.describe(resource), severity=severity)


def _users(mesh: MeshView) -> Mapping[tuple[str, str], int]:
    found: dict[tuple[str, str], int] = {}
    for gateway in mesh.of_kind(GATEWAY_API_GATEWAY):
        name = gateway.get("spec.gatewayClassName")
        if name is not None and name.text:
            key = gateway.cluster, name.text
            found[key] = found.get(key, 0) + 1
    return found
