"""A webhook of the mesh is called and no pod is there to answer.

## Why it matters
Its Service selects nothing, or only what is scaled to zero: a revision whose control plane was taken away, or a
selector that no longer fits. By the webhook's failure policy the API server refuses what the webhook is asked about,
or lets it pass without: pods that are not created, or pods without a proxy.

## Wrong
```yaml
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingWebhookConfiguration
metadata: {name: istio-sidecar-injector}
webhooks:
- name: rev.namespace.sidecar-injector.istio.io
  admissionReviewVersions: [v1]
  sideEffects: None
  failurePolicy: Fail
  clientConfig:
    service: {name: istiod, namespace: istio-system}
    caBundle: LS0t
---
apiVersion: v1
kind: Service
metadata: {name: istiod, namespace: istio-system}
spec: {selector: {app: istiod}, ports: [{name: https-webhook, port: 443}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: istiod, namespace: istio-system}
spec:
  replicas: 0
  selector: {matchLabels: {app: istiod}}
  template:
    metadata: {labels: {app: istiod}}
    spec: {containers: [{name: discovery, image: istio/pilot:1.28.0}]}
status: {observedGeneration: 3}
```

## Right
```yaml
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingWebhookConfiguration
metadata: {name: istio-sidecar-injector}
webhooks:
- name: rev.namespace.sidecar-injector.istio.io
  admissionReviewVersions: [v1]
  sideEffects: None
  failurePolicy: Fail
  clientConfig:
    service: {name: istiod, namespace: istio-system}
    caBundle: LS0t
---
apiVersion: v1
kind: Service
metadata: {name: istiod, namespace: istio-system}
spec: {selector: {app: istiod}, ports: [{name: https-webhook, port: 443}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: istiod, namespace: istio-system}
spec:
  replicas: 2
  selector: {matchLabels: {app: istiod}}
  template:
    metadata: {labels: {app: istiod}}
    spec: {containers: [{name: discovery, image: istio/pilot:1.28.0}]}
status: {replicas: 2, readyReplicas: 2}
```

## When it stays quiet
The pods are there and not ready: then the component is reported (ST101). The Service has no selector, as that of a
control plane outside of the cluster has none. Workloads or pods were not all read. Other parts of Linkerd are there
and this one is missing: that is told of Linkerd as a whole (ST140).

## Fix safety
No fix: whether the webhook is to go or its control plane is to come back has to be decided.
"""

from collections.abc import Iterator, Mapping

from service_mesh.mesh.components import COMPONENT_KINDS
from service_mesh.mesh.selection import service_selector
from service_mesh.mesh.view import MeshView
from service_mesh.model import kubectl
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import SERVICE
from service_mesh.model.resource import Resource, ResourceKey
from service_mesh.model.selectors import Selector
from service_mesh.rules.rule import rule
from service_mesh.rules.status.control_plane._admission import (
    WEBHOOKS,
    Hook,
    effect_of,
    hooks,
    others,
    severity_of_hook,
)
from service_mesh.rules.status.control_plane._backends import is_deserted, is_part_missing


@rule(
    "ST122",
    category=Category.OPERATIONS,
    severity=Severity.ERROR,
    about=WEBHOOKS,
    reads=(*COMPONENT_KINDS, SERVICE),
    sources=(
        "kubernetes/kubernetes: staging/src/k8s.io/apiserver/pkg/admission/plugin/webhook/mutating/dispatcher.go",
        "https://istio.io/latest/docs/ops/common-problems/injection/",
    ),
)
def webhook_without_pod(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report the webhooks of a configuration that nothing answers; once for all that ask the same pods."""
    found = mesh.index(_deserted).get(resource.key)
    if found:
        first = min(found, key=severity_of_hook)
        service = "/".join(first.service or ())
        call = f"webhook '{first.name}'{others(found)} {'call' if found[1:] else 'calls'}"
        message = f"{call} Service '{service}', which no pod is behind, {effect_of(first)}"
        node, backend = first.client.get("service.name") or first.client, first.backend(mesh)
        yield node.problem(message, kubectl.describe(backend or resource), severity=severity_of_hook(first))


def _deserted(mesh: MeshView) -> Mapping[ResourceKey, list[Hook]]:
    """The first configuration for each set of pods that is not there, with its webhooks."""
    found: dict[ResourceKey, list[Hook]] = {}
    tellers: dict[tuple[str, str, Selector], ResourceKey] = {}
    for hook in (hook for kind in WEBHOOKS for resource in mesh.of_kind(kind) for hook in hooks(resource)):
        backend, key = hook.backend(mesh), hook.node.resource.key
        if backend is not None and is_deserted(mesh, backend) and not is_part_missing(mesh, backend):
            pods = backend.cluster, backend.namespace, service_selector(backend)
            if tellers.setdefault(pods, key) == key:
                found.setdefault(key, []).append(hook)
    return found
