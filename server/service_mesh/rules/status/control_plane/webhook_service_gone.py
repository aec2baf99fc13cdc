"""A webhook of Linkerd calls a Service that does not exist.

## Why it matters
The API server cannot call it. By the webhook's failure policy it refuses what the webhook is asked about, or lets it
pass without: new pods without a proxy. It is what an uninstallation leaves behind that was not finished.

## Wrong
```yaml
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingWebhookConfiguration
metadata: {name: linkerd-proxy-injector-webhook-config}
webhooks:
- name: linkerd-proxy-injector.linkerd.io
  admissionReviewVersions: [v1]
  sideEffects: None
  failurePolicy: Fail
  clientConfig:
    service: {name: linkerd-proxy-injector, namespace: linkerd}
    caBundle: LS0t
```

## Right
```yaml
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingWebhookConfiguration
metadata: {name: linkerd-proxy-injector-webhook-config}
webhooks:
- name: linkerd-proxy-injector.linkerd.io
  admissionReviewVersions: [v1]
  sideEffects: None
  failurePolicy: Fail
  clientConfig:
    service: {name: linkerd-proxy-injector, namespace: linkerd}
    caBundle: LS0t
---
apiVersion: v1
kind: Service
metadata: {name: linkerd-proxy-injector, namespace: linkerd}
spec: {selector: {linkerd.io/control-plane-component: proxy-injector}, ports: [{port: 443}]}
```

## When it stays quiet
Services were not all read, or the namespace of the Service is there and nothing in it was read. Webhooks of Istio are
looked at with its configuration (IS250).

## Fix safety
No fix: whether the webhook is to go or Linkerd is to be installed again has to be decided.
"""

from collections.abc import Iterator

from service_mesh.mesh.namespaces import is_namespace_read
from service_mesh.mesh.view import MeshView
from service_mesh.model import kubectl
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import NAMESPACE, SERVICE
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule
from service_mesh.rules.status.control_plane._admission import (
    WEBHOOKS,
    Hook,
    effect_of,
    hooks,
    others,
    severity_of_hook,
)


@rule(
    "ST121",
    category=Category.REFERENCE,
    severity=Severity.ERROR,
    about=WEBHOOKS,
    reads=(NAMESPACE, SERVICE),
    sources=(
        "kubernetes/kubernetes: staging/src/k8s.io/apiserver/pkg/admission/plugin/webhook/mutating/dispatcher.go",
        "https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/",
    ),
)
def webhook_service_gone(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report the webhooks of a configuration whose Service is not there; once for all of them."""
    if not mesh.is_listed(SERVICE, resource.cluster):
        return
    found = [hook for hook in hooks(resource) if hook.mesh == "linkerd" and _is_gone(mesh, hook)]
    if found:
        first = min(found, key=severity_of_hook)
        service = "/".join(first.service or ())
        call = f"webhook '{first.name}'{others(found)} {'call' if found[1:] else 'calls'}"
        message = f"{call} Service '{service}', which does not exist, {effect_of(first)}"
        node = first.client.get("service.name") or first.client
        yield node.problem(message, kubectl.command("linkerd", "check"), severity=severity_of_hook(first))


def _is_gone(mesh: MeshView, hook: Hook) -> bool:
    if hook.service is None or hook.backend(mesh) is not None:
        return False
    return is_namespace_read(mesh, hook.service[0], hook.node.resource.cluster)
