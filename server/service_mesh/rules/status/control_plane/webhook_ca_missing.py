"""A webhook of the mesh has no CA bundle, so the API server does not trust it.

## Why it matters
The API server ends the call with `x509: certificate signed by unknown authority`. By the webhook's failure policy it
then refuses what the webhook is asked about, or lets it pass: pods without a proxy, configuration unchecked. Istio's
charts leave the bundle out and istiod fills it in; Linkerd's charts write it, or leave it to cert-manager.

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
```

## When it stays quiet
The webhook is called at a URL, which may have a certificate that everybody trusts, or the configuration is not three
minutes old. What the bundle holds is judged by the rules for certificates.

## Fix safety
No fix: istiod, cert-manager or the chart has to write the bundle.
"""

from collections.abc import Iterator

from service_mesh.mesh.pod_states import is_settled
from service_mesh.mesh.view import MeshView
from service_mesh.model import kubectl
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule
from service_mesh.rules.status.control_plane._admission import WEBHOOKS, effect_of, hooks, others, severity_of_hook


@rule(
    "ST120",
    category=Category.SECURITY,
    severity=Severity.ERROR,
    about=WEBHOOKS,
    sources=(
        "kubernetes/kubernetes: staging/src/k8s.io/apiserver/pkg/admission/plugin/webhook/mutating/dispatcher.go",
        "istio/istio: pkg/webhooks/webhookpatch.go",
        "https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/",
    ),
)
def webhook_ca_missing(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report the webhooks of a configuration that call a Service and have no CA bundle; once for all of them."""
    called = [hook for hook in hooks(resource) if hook.service is not None]
    found = [hook for hook in called if not _is_filled(hook.client.get("caBundle"))]
    if found and is_settled(mesh, resource):
        first = min(found, key=severity_of_hook)
        rest = others(found)
        has = "have" if rest else "has"
        message = f"webhook '{first.name}'{rest} {has} no CA bundle, {effect_of(first)}"
        command = kubectl.get_yaml(resource) if first.mesh != "linkerd" else kubectl.command("linkerd", "check")
        yield (first.client.get("caBundle") or first.client).problem(message, command, severity=severity_of_hook(first))


def _is_filled(bundle: Node | None) -> bool:
    return bundle is not None and bool(bundle.value)
