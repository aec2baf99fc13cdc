"""Webhook of Istio is called at an IP address.

## Why it matters
The certificate that istiod serves is made for a host name, and the address of a load balancer changes: a host name
keeps working where the address does not.

## Wrong
```yaml
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: istio-validator-external-istiod}
webhooks:
- name: rev.validation.istio.io
  admissionReviewVersions: [v1]
  sideEffects: None
  clientConfig:
    url: https://192.0.2.10:15017/validate
```

## Right
```yaml
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: istio-validator-external-istiod}
webhooks:
- name: rev.validation.istio.io
  admissionReviewVersions: [v1]
  sideEffects: None
  clientConfig:
    url: https://istiod.example.com:15017/validate
```

## When it stays quiet
The webhook names a Service or a host name; the configuration has none of the names that Istio gives.

## Fix safety
There is no fix: the name cannot be known.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.resource import Resource
from service_mesh.rules.istio._webhooks import WEBHOOKS, addressed, is_address, url_host
from service_mesh.rules.rule import rule


@rule(
    "IS253",
    category=Category.HYGIENE,
    severity=Severity.INFO,
    about=WEBHOOKS,
    sources=(
        "istio/istio: pkg/config/analysis/analyzers/externalcontrolplane/externalcontrolplane.go",
        "https://istio.io/latest/docs/setup/install/external-controlplane/",
    ),
    upstream=("IST0164",),
)
def webhook_url_is_address(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report each webhook of an installation that is called at an IP address."""
    for hook in addressed(resource):
        url = hook.get("clientConfig.url")
        host = url_host(url.text) if url is not None else ""
        if url is not None and is_address(host):
            yield url.finding(f"istiod is called at the IP address '{host}'")
