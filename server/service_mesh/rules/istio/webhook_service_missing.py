"""Webhook of Istio calls a Service that does not exist.

## Why it matters
The API server cannot reach the injector or the validator. With `failurePolicy: Fail` no pod that it selects is created
and no object that it checks is accepted; with `Ignore` pods start without a proxy.

## Wrong
```yaml
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingWebhookConfiguration
metadata: {name: istio-sidecar-injector}
webhooks:
- name: namespace.sidecar-injector.istio.io
  admissionReviewVersions: [v1]
  sideEffects: None
  clientConfig:
    service: {name: istio-pilot, namespace: istio-system, path: /inject}
---
apiVersion: v1
kind: Service
metadata: {name: istiod, namespace: istio-system}
spec:
  ports:
  - {name: https-webhook, port: 443}
```

## Right
```yaml
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingWebhookConfiguration
metadata: {name: istio-sidecar-injector}
webhooks:
- name: namespace.sidecar-injector.istio.io
  admissionReviewVersions: [v1]
  sideEffects: None
  clientConfig:
    service: {name: istiod, namespace: istio-system, path: /inject}
---
apiVersion: v1
kind: Service
metadata: {name: istiod, namespace: istio-system}
spec:
  ports:
  - {name: https-webhook, port: 443}
```

## When it stays quiet
The configuration is not Istio's: no webhook has a name that ends with `istio.io`, and no revision is named. The webhook
is called by URL. If the namespace of the Service was not loaded as a whole, it is reported as not checked. Istio's
analyzer looks at mutating webhooks only; here validating ones are looked at too.

## Fix safety
There is no fix: which control plane was meant cannot be told.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import SERVICE
from service_mesh.model.resource import Resource
from service_mesh.rules.istio._webhooks import WEBHOOKS, hooks
from service_mesh.rules.rule import rule


@rule(
    "IS250",
    category=Category.REFERENCE,
    severity=Severity.ERROR,
    about=WEBHOOKS,
    reads=(SERVICE,),
    sources=(
        "istio/istio: pkg/config/analysis/analyzers/webhook/webhook.go",
        "https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/",
    ),
    upstream=("IST0139",),
)
def webhook_service_missing(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report each Service that a webhook of Istio calls and that is not there; once for each."""
    told: set[tuple[str, str]] = set()
    for hook in hooks(resource):
        name, namespace = hook.get("clientConfig.service.name"), hook.get("clientConfig.service.namespace")
        if name is None or namespace is None or not name.text or not namespace.text:
            continue
        key = namespace.text, name.text
        if key in told or mesh.find(SERVICE, *key, resource.cluster) is not None:
            continue
        told.add(key)
        partial = not mesh.is_complete(namespace.text, resource.cluster)
        yield name.finding(f"Service '{name.text}' does not exist in namespace '{namespace.text}'", partial=partial)
