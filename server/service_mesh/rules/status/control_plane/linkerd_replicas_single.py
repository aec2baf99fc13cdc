"""Linkerd was installed to be highly available, and a part of it is to run once.

## Why it matters
With one pod, every restart of it or of its node is an outage: of new certificates, of endpoints, or of new pods where
the injector fails closed, as it does in an installation that is to be highly available.

## Wrong
```yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: linkerd-config, namespace: linkerd}
data: {values: "highAvailability: true"}
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: linkerd-identity
  namespace: linkerd
  labels: {linkerd.io/control-plane-component: identity}
spec:
  replicas: 1
  selector: {matchLabels: {app: identity}}
  template:
    metadata: {labels: {app: identity}}
    spec: {containers: [{name: identity, image: identity}]}
```

## Right
```yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: linkerd-config, namespace: linkerd}
data: {values: "highAvailability: true"}
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: linkerd-identity
  namespace: linkerd
  labels: {linkerd.io/control-plane-component: identity}
spec:
  replicas: 3
  selector: {matchLabels: {app: identity}}
  template:
    metadata: {labels: {app: identity}}
    spec: {containers: [{name: identity, image: identity}]}
```

## When it stays quiet
`linkerd-config` does not say `highAvailability`, or more than one pod is asked for. Pods that are asked for and not
ready are said by the rules about readiness.

## Fix safety
No fix: the number belongs to the installation, which would set it back.
"""

from collections.abc import Iterator

from service_mesh.mesh.components import COMPONENT_KINDS
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import CONFIG_MAP, DEPLOYMENT
from service_mesh.model.kubectl import command
from service_mesh.model.resource import Resource
from service_mesh.posture.linkerd.installation import control_plane, installation
from service_mesh.rules.rule import rule


@rule(
    "ST148",
    category=Category.OPERATIONS,
    severity=Severity.WARNING,
    about=(DEPLOYMENT,),
    reads=(CONFIG_MAP, *(kind for kind in COMPONENT_KINDS if kind != DEPLOYMENT)),
    sources=("linkerd/linkerd2: pkg/healthcheck/healthcheck.go", "https://linkerd.io/2/features/ha/"),
    upstream=("l5d-control-plane-replicas",),
)
def linkerd_replicas_single(deployment: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report a part of a highly available control plane that asks for one pod."""
    found = installation(mesh, deployment.cluster)
    if found is None or found.value("highAvailability") is not True:
        return
    if deployment.key not in {part.resource.key for part in control_plane(mesh, deployment.cluster)}:
        return
    replicas = deployment.get("spec.replicas")
    if replicas is None or replicas.value == 1:
        message = f"'{deployment.name}' is to run once in an installation that is to be highly available"
        node = replicas or deployment.get("spec") or deployment.root
        next_command = command("kubectl", "-n", deployment.namespace, "get", f"deployment/{deployment.name}")
        yield node.problem(message, next_command, related=(found.node.note("asks for high availability"),))
