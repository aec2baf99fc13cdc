"""Istio's analysis has left a message in the status of an object.

## Why it matters
istiod looks at the configuration that runs, where this is switched on, and writes what it finds into the objects.

## Wrong
```yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: web, namespace: shop, generation: 1}
spec:
  hosts: [web]
  http:
  - route: [{destination: {host: web}}]
status:
  validationMessages:
  - {level: ERROR, type: {code: IST0101, name: ReferencedResourceNotFound}}
```

## Right
```yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: web, namespace: shop, generation: 1}
spec:
  hosts: [web]
  http:
  - route: [{destination: {host: web}}]
status:
  validationMessages:
  - {level: INFO, type: {code: IST0118, name: PortNameIsNotUnderNamingConvention}}
```

## When it stays quiet
The message is a note, or the status was made for an older generation of the object. Several messages of one object are
told of once, the gravest first.

## Fix safety
No fix: the message names the fault and not its cause.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model import kubectl
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule
from service_mesh.rules.status._conditions import is_stale
from service_mesh.rules.status._words import counted, told
from service_mesh.rules.status.configuration._kinds import ISTIO_KINDS

_GRADES = {"ERROR": Severity.WARNING, "WARNING": Severity.INFO}


@rule(
    "ST607",
    category=Category.OPERATIONS,
    severity=Severity.WARNING,
    about=ISTIO_KINDS,
    sources=(
        "istio/istio: pilot/pkg/status/state.go",
        "istio/api: analysis/v1alpha1/message.proto",
    ),
)
def analysis_message_present(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report the gravest message of Istio's analysis in the status of an object."""
    found = [
        (level.text, level) for level in resource.each("status.validationMessages[].level") if level.text in _GRADES
    ]
    if not found or is_stale(resource.get("status") or resource.root):
        return
    grade, level = min(found, key=_gravest)
    code, name = level.parent().get("type.code"), level.parent().get("type.name")
    words = " ".join(f"'{told(node.text)}'" for node in (code, name) if node is not None and node.text)
    also = f", and {counted(len(found) - 1, 'more message')}" if found[1:] else ""
    message = f"Istio's analysis finds {words or 'a fault'} in {resource.kind.name} '{resource.name}'{also}"
    command = kubectl.command("istioctl", "analyze", "-n", resource.namespace)
    yield level.problem(message, command, severity=_GRADES[grade])


def _gravest(found: tuple[str, Node]) -> int:
    return _GRADES[found[0]].rank
