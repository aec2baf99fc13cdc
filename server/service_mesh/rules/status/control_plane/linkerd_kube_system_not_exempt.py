"""Linkerd's injector has a say over pods of `kube-system`, and they are refused while it cannot answer.

## Why it matters
With `failurePolicy: Fail` no pod is made while the injector does not answer. If that holds for `kube-system` too, a
cluster whose nodes all went down cannot bring back DNS and its network, which the injector itself needs to come up.

## Wrong
```yaml
apiVersion: v1
kind: Namespace
metadata: {name: kube-system}
---
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingWebhookConfiguration
metadata: {name: linkerd-proxy-injector-webhook-config}
webhooks:
- name: linkerd-proxy-injector.linkerd.io
  failurePolicy: Fail
  sideEffects: None
  admissionReviewVersions: [v1]
  clientConfig: {service: {name: linkerd-proxy-injector, namespace: linkerd}}
  namespaceSelector:
    matchExpressions: [{key: config.linkerd.io/admission-webhooks, operator: NotIn, values: [disabled]}]
```

## Right
```yaml
apiVersion: v1
kind: Namespace
metadata: {name: kube-system, labels: {config.linkerd.io/admission-webhooks: disabled}}
---
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingWebhookConfiguration
metadata: {name: linkerd-proxy-injector-webhook-config}
webhooks:
- name: linkerd-proxy-injector.linkerd.io
  failurePolicy: Fail
  sideEffects: None
  admissionReviewVersions: [v1]
  clientConfig: {service: {name: linkerd-proxy-injector, namespace: linkerd}}
  namespaceSelector:
    matchExpressions: [{key: config.linkerd.io/admission-webhooks, operator: NotIn, values: [disabled]}]
```

## When it stays quiet
The webhook ignores failures, its selector leaves `kube-system` out by whatever label, or that namespace is not loaded.
`linkerd check` asks for the one label even where the selector does without it.

## Fix safety
No fix: a label on `kube-system` or a value of the chart settles it, and which of them is the owner's choice.
"""

from collections.abc import Iterator

from service_mesh.mesh.namespaces import namespace_named
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import MUTATING_WEBHOOK, NAMESPACE
from service_mesh.model.kubectl import command
from service_mesh.model.resource import Resource
from service_mesh.posture.linkerd.installation import INJECTOR, is_asked_about
from service_mesh.rules.rule import rule

_FIELD = "namespaceSelector"
_SYSTEM = "kube-system"


@rule(
    "ST143",
    category=Category.OPERATIONS,
    severity=Severity.WARNING,
    about=(MUTATING_WEBHOOK,),
    reads=(NAMESPACE,),
    sources=("linkerd/linkerd2: pkg/healthcheck/healthcheck.go", "https://linkerd.io/2/features/ha/"),
    upstream=("l5d-injection-disabled",),
)
def linkerd_kube_system_not_exempt(webhook: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report an injector that fails closed for `kube-system`."""
    system = namespace_named(mesh, _SYSTEM, webhook.cluster) if webhook.name == INJECTOR else None
    if system is None:
        return
    for hook in webhook.each("webhooks[]"):
        policy, selector = hook.get("failurePolicy"), hook.get(_FIELD)
        if policy is not None and policy.text == "Fail" and is_asked_about(hook, _FIELD, system.labels):
            message = f"the injector fails closed and its selector does not leave '{_SYSTEM}' out"
            next_command = command("kubectl", "get", "namespace", _SYSTEM, "--show-labels")
            note = system.root.note("is asked about")
            yield (selector or hook).problem(message, next_command, related=(note,))
