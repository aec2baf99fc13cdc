"""API server cannot verify the mesh's server that it has to call.

## Why it matters
Its CA bundle does not verify the server, so every call fails with `x509: certificate signed by unknown authority`. By
the failure policy Pods are then not created at all, or they are created without a proxy.

## Wrong
```yaml
apiVersion: v1
kind: Secret
metadata:
  name: linkerd-proxy-injector-k8s-tls
  namespace: linkerd
  annotations:
    service-mesh/certificates: >-
      {"/data/tls.crt": [{"subject": "CN=linkerd-proxy-injector.linkerd.svc", "issuer": "CN=webhook CA",
      "sha256": "01", "authority_key_id": "aa01", "not_before": "2026-11-01T00:00:00Z",
      "not_after": "2036-06-01T00:00:00Z"}]}
type: kubernetes.io/tls
data: {tls.crt: UkVEQUNURUQ=, tls.key: UkVEQUNURUQ=}
---
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingWebhookConfiguration
metadata:
  name: linkerd-proxy-injector-webhook-config
  annotations:
    service-mesh/certificates: >-
      {"/webhooks/0/clientConfig/caBundle": [{"subject": "CN=webhook CA", "issuer": "CN=webhook CA", "key_id": "bb02",
      "sha256": "02", "not_before": "2026-06-01T00:00:00Z", "not_after": "2036-06-01T00:00:00Z"}]}
webhooks:
- name: linkerd-proxy-injector.linkerd.io
  admissionReviewVersions: [v1]
  sideEffects: None
  clientConfig:
    caBundle: UkVEQUNURUQ=
    service: {name: linkerd-proxy-injector, namespace: linkerd}
```

## Right
```yaml
apiVersion: v1
kind: Secret
metadata:
  name: linkerd-proxy-injector-k8s-tls
  namespace: linkerd
  annotations:
    service-mesh/certificates: >-
      {"/data/tls.crt": [{"subject": "CN=linkerd-proxy-injector.linkerd.svc", "issuer": "CN=webhook CA",
      "sha256": "01", "authority_key_id": "bb02", "not_before": "2026-11-01T00:00:00Z",
      "not_after": "2036-06-01T00:00:00Z"}]}
type: kubernetes.io/tls
data: {tls.crt: UkVEQUNURUQ=, tls.key: UkVEQUNURUQ=}
---
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingWebhookConfiguration
metadata:
  name: linkerd-proxy-injector-webhook-config
  annotations:
    service-mesh/certificates: >-
      {"/webhooks/0/clientConfig/caBundle": [{"subject": "CN=webhook CA", "issuer": "CN=webhook CA", "key_id": "bb02",
      "sha256": "02", "not_before": "2026-06-01T00:00:00Z", "not_after": "2036-06-01T00:00:00Z"}]}
webhooks:
- name: linkerd-proxy-injector.linkerd.io
  admissionReviewVersions: [v1]
  sideEffects: None
  clientConfig:
    caBundle: UkVEQUNURUQ=
    service: {name: linkerd-proxy-injector, namespace: linkerd}
```

## When it stays quiet
The Secret of the server was not read; for istiod, which signs its own certificate, that of its CA. Proxies get a wrong
root of istiod too (CE107). Only servers of Istio and Linkerd are looked at, and the webhooks of one object are one
problem.

## Fix safety
No fix: the bundle is written by istiod, by Helm or by cert-manager, and that is where it goes wrong.
"""

from collections.abc import Iterator

from service_mesh.mesh.istio_roots import stale_roots
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.webhook_servers import SERVER_KINDS, Called, called
from service_mesh.model.finding import Draft, Note
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import API_SERVICE, MUTATING_WEBHOOK, VALIDATING_WEBHOOK
from service_mesh.model.resource import Resource
from service_mesh.rules.certificates._commands import shown
from service_mesh.rules.certificates._hosts import covers
from service_mesh.rules.rule import rule

_ABOUT = (MUTATING_WEBHOOK, VALIDATING_WEBHOOK, API_SERVICE)


@rule(
    "CE108",
    category=Category.SECURITY,
    severity=Severity.ERROR,
    about=_ABOUT,
    reads=tuple(kind for kind in SERVER_KINDS if kind not in _ABOUT),
    sources=(
        "kubernetes/kubernetes: staging/src/k8s.io/apiserver/pkg/util/webhook/client.go",
        "linkerd/linkerd2: pkg/healthcheck/healthcheck.go",
        "istio/istio: pkg/webhooks/webhookpatch.go",
    ),
)
def webhook_server_not_trusted(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report the first server of an object that its CA bundle does not verify, or that is known by another name."""
    faulty = [one for one in called(mesh, resource) if not one.is_trusted]
    if faulty and not faulty[0].own and stale_roots(mesh, resource.cluster):
        return  # istiod runs with another CA than its Secret holds, which its ConfigMaps tell once
    if faulty:
        first = faulty[0]
        others = f", here and in {len(faulty) - 1} more webhooks" if len(faulty) > 1 else ""
        message = f"the CA bundle ('{first.trusted[0].title}') does not verify the server '{first.host}'"
        related = _related(first)
        yield first.bundle.problem(f"{message}{others}", shown(first.trusted[0]), related=related)
        return
    for one in called(mesh, resource):
        if one.own and one.own[0].names and not covers(one.own[0], one.host):
            message = f"the certificate of the server '{one.host}' is for {_names(one)} and not for that name"
            yield one.bundle.problem(message, shown(one.own[0]), related=_related(one))
            return


def _related(one: Called) -> tuple[Note, ...]:
    held = (*one.own, *one.authorities)
    return (held[0].node.note("is what the server has" if one.own else "is the CA of the server"),) if held else ()


def _names(one: Called) -> str:
    return ", ".join(f"'{name}'" for name in one.own[0].names[:3])
