"""API versions that Kubernetes itself has removed: no schema is left of them, only the fact that they are gone.

Source: https://kubernetes.io/docs/reference/using-api/deprecation-guide/
"""

__all__ = ["retired_versions"]

_RETIRED = """
extensions/v1beta1 Deployment 1.16 apps/v1
extensions/v1beta1 DaemonSet 1.16 apps/v1
extensions/v1beta1 ReplicaSet 1.16 apps/v1
extensions/v1beta1 NetworkPolicy 1.16 networking.k8s.io/v1
extensions/v1beta1 PodSecurityPolicy 1.16 -
extensions/v1beta1 Ingress 1.22 networking.k8s.io/v1
apps/v1beta1 Deployment 1.16 apps/v1
apps/v1beta1 StatefulSet 1.16 apps/v1
apps/v1beta2 Deployment 1.16 apps/v1
apps/v1beta2 StatefulSet 1.16 apps/v1
apps/v1beta2 DaemonSet 1.16 apps/v1
apps/v1beta2 ReplicaSet 1.16 apps/v1
batch/v2alpha1 CronJob 1.21 batch/v1
batch/v1beta1 CronJob 1.25 batch/v1
networking.k8s.io/v1beta1 Ingress 1.22 networking.k8s.io/v1
networking.k8s.io/v1beta1 IngressClass 1.22 networking.k8s.io/v1
policy/v1beta1 PodDisruptionBudget 1.25 policy/v1
policy/v1beta1 PodSecurityPolicy 1.25 -
autoscaling/v2beta1 HorizontalPodAutoscaler 1.25 autoscaling/v2
autoscaling/v2beta2 HorizontalPodAutoscaler 1.26 autoscaling/v2
discovery.k8s.io/v1beta1 EndpointSlice 1.25 discovery.k8s.io/v1
rbac.authorization.k8s.io/v1beta1 Role 1.22 rbac.authorization.k8s.io/v1
rbac.authorization.k8s.io/v1beta1 ClusterRole 1.22 rbac.authorization.k8s.io/v1
rbac.authorization.k8s.io/v1beta1 RoleBinding 1.22 rbac.authorization.k8s.io/v1
rbac.authorization.k8s.io/v1beta1 ClusterRoleBinding 1.22 rbac.authorization.k8s.io/v1
admissionregistration.k8s.io/v1beta1 MutatingWebhookConfiguration 1.22 admissionregistration.k8s.io/v1
admissionregistration.k8s.io/v1beta1 ValidatingWebhookConfiguration 1.22 admissionregistration.k8s.io/v1
apiextensions.k8s.io/v1beta1 CustomResourceDefinition 1.22 apiextensions.k8s.io/v1
"""


def retired_versions() -> dict[str, dict[str, dict[str, str]]]:
    """API version -> kind -> `{"removed": release of Kubernetes, "instead": API version}`.

    `instead` is left out where nothing replaces the kind.
    """
    table: dict[str, dict[str, dict[str, str]]] = {}
    for line in _RETIRED.strip().splitlines():
        api_version, kind, removed, instead = line.split()
        entry = {"removed": removed} if instead == "-" else {"removed": removed, "instead": instead}
        table.setdefault(api_version, {})[kind] = entry
    return table
