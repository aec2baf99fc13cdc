"""Webhook of Istio has no address that the API server can call.

## Why it matters
Where istiod runs outside the cluster, its webhooks are called by URL. Without one, or with one that the API server
refuses, pods are not injected and configuration is not checked.

## Wrong
```yaml
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingWebhookConfiguration
metadata: {name: istio-sidecar-injector-external-istiod}
webhooks:
- name: rev.namespace.sidecar-injector.istio.io
  admissionReviewVersions: [v1]
  sideEffects: None
  clientConfig:
    url: http://istiod.example.com:15017/inject
```

## Right
```yaml
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingWebhookConfiguration
metadata: {name: istio-sidecar-injector-external-istiod}
webhooks:
- name: rev.namespace.sidecar-injector.istio.io
  admissionReviewVersions: [v1]
  sideEffects: None
  clientConfig:
    url: https://istiod.example.com:15017/inject
```

## When it stays quiet
The webhook names a Service; the configuration has none of the names that Istio gives (`istio-sidecar-injector…`,
`istio-validator…`, `istiod-default-validator`). Whether a host can be resolved is not looked up, which Istio's analyzer
does.

## Fix safety
There is no fix: the address cannot be known.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.resource import Resource
from service_mesh.rules.istio._webhooks import WEBHOOKS, addressed, url_fault
from service_mesh.rules.rule import rule


@rule(
    "IS252",
    category=Category.REFERENCE,
    severity=Severity.ERROR,
    about=WEBHOOKS,
    sources=(
        "istio/istio: pkg/config/analysis/analyzers/externalcontrolplane/externalcontrolplane.go",
        "kubernetes/kubernetes: staging/src/k8s.io/apiserver/pkg/util/webhook/validation.go",
        "https://istio.io/latest/docs/setup/install/external-controlplane/",
    ),
    upstream=("IST0163",),
)
def webhook_url_unusable(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report each webhook of an installation whose address is missing or refused."""
    for hook in addressed(resource):
        config = hook.get("clientConfig") or hook
        url, service = hook.get("clientConfig.url"), hook.get("clientConfig.service")
        if url is not None and isinstance(url.value, str):
            fault = url_fault(url.value)
            if fault:
                yield url.finding(f"address '{url.value[:120]}' {fault}")
        elif (url is None or url.value is None) and (service is None or service.value is None):
            named = hook.get("name")
            title = named.text[:120] if named is not None else ""
            yield (url or config).finding(f"webhook '{title}' names neither a URL nor a Service")
