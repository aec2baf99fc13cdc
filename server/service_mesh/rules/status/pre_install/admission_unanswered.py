"""Admission webhook of somebody else must answer, and nothing is there to do it.

## Why it matters
The API server refuses what such a webhook is asked about as long as it cannot be called. Where that is pods,
Deployments or all objects, a mesh cannot be installed or upgraded, and no proxy gets into a pod.

## Wrong
```yaml
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: policies}
webhooks:
- name: pods.policies.example.com
  admissionReviewVersions: [v1]
  sideEffects: None
  failurePolicy: Fail
  clientConfig: {service: {namespace: policies, name: webhook}}
  rules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods]}]
```

## Right
```yaml
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: policies}
webhooks:
- name: pods.policies.example.com
  admissionReviewVersions: [v1]
  sideEffects: None
  failurePolicy: Ignore
  clientConfig: {service: {namespace: policies, name: webhook}}
  rules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods]}]
```

## When it stays quiet
It is one of a mesh (ST121, ST122), may be passed over, is called by a URL, or is asked about kinds that no mesh brings.
Services or pods were not read as a whole, or one pod behind the Service is ready.

## Fix safety
No fix: whether the webhook or what answers for it is to go cannot be told.
"""

from collections.abc import Iterator

from service_mesh.mesh.pod_states import is_ready
from service_mesh.mesh.selection import service_selector, workloads_of
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import WORKLOAD_KINDS, pods_of
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import DEPLOYMENT, MUTATING_WEBHOOK, POD, SERVICE, VALIDATING_WEBHOOK
from service_mesh.model.kubectl import describe
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule
from service_mesh.rules.status._words import told

_OF_MESHES = (".istio.io", ".linkerd.io", ".cilium.io")
_BROUGHT = frozenset(
    {
        "*",
        "*/*",
        "pods",
        "deployments",
        "daemonsets",
        "replicasets",
        "services",
        "serviceaccounts",
        "configmaps",
        "secrets",
        "namespaces",
        "clusterroles",
        "clusterrolebindings",
        "customresourcedefinitions",
    }
)


@rule(
    "ST711",
    category=Category.OPERATIONS,
    severity=Severity.ERROR,
    about=(MUTATING_WEBHOOK, VALIDATING_WEBHOOK),
    reads=(SERVICE, *WORKLOAD_KINDS),
    sources=(
        "kubernetes/kubernetes: staging/src/k8s.io/apiserver/pkg/admission/plugin/webhook/validating/dispatcher.go",
        "https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#failure-policy",
    ),
)
def admission_unanswered(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report the first webhook of a configuration that nothing answers."""
    for hook in resource.each("webhooks[]"):
        service, why = hook.get("clientConfig.service"), ""
        if service is not None and _blocks(hook):
            why = _unanswered(mesh, service)
        if service is not None and why:
            message = (
                f"webhook '{told(hook.text_at('name'))}' must answer and {why}, so what it is asked about is refused"
            )
            yield service.problem(message, describe(resource))
            return


def _blocks(hook: Node) -> bool:
    if hook.text_at("name").endswith(_OF_MESHES) or hook.text_at("failurePolicy") == "Ignore":
        return False
    return any(name.text.lower() in _BROUGHT for name in hook.each("rules[].resources[]"))


def _unanswered(mesh: MeshView, service: Node) -> str:
    """Why nobody answers; empty where somebody may."""
    cluster, namespace, name = service.resource.cluster, service.text_at("namespace"), service.text_at("name")
    if not (namespace and name and mesh.is_listed(SERVICE, cluster)):
        return ""
    found = mesh.find(SERVICE, namespace, name, cluster)
    where = f"'{told(namespace)}/{told(name)}'"
    if found is None:
        return f"its Service {where} does not exist"
    is_known = mesh.is_listed(POD, cluster) and mesh.is_listed(DEPLOYMENT, cluster)
    if service_selector(found).nothing or not is_known:
        return ""
    pods = (pod for workload in workloads_of(mesh, found) for pod in pods_of(mesh, workload))
    return "" if any(is_ready(pod) for pod in pods) else f"no pod behind its Service {where} is ready"
