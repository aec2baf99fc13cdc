"""Job keeps running because of the proxy beside it.

## Why it matters
A Job is complete when all containers of its pod have ended. A proxy that is a container like any other, as older
releases of Istio and Linkerd inject it, does not end by itself: the pod stays, the Job never completes, and a CronJob
that allows no second one never runs again.

## Wrong
```yaml
apiVersion: batch/v1
kind: Job
metadata: {name: report, namespace: shop}
spec:
  template:
    metadata:
      annotations:
        linkerd.io/inject: enabled
        config.linkerd.io/proxy-enable-native-sidecar: "false"
    spec:
      restartPolicy: Never
      containers: [{name: app, image: "report:1"}]
```

## Right
```yaml
apiVersion: batch/v1
kind: Job
metadata: {name: report, namespace: shop}
spec:
  template:
    metadata:
      annotations:
        linkerd.io/inject: enabled
        config.linkerd.io/proxy-enable-native-sidecar: "true"
    spec:
      restartPolicy: Never
      containers: [{name: app, image: "report:1"}]
```

## When it stays quiet
The release is not known, or one in which proxies are init containers that stay: Istio from 1.27, Linkerd from 2.20,
unless an annotation or the installation turns that off; either turns it on; some command ends the proxy; the containers
share their processes; it is not known whether a proxy is injected; ambient mode, which has none; Pods that were read
from a cluster.

## Fix safety
None is offered: sidecars that are init containers need nodes from Kubernetes 1.29 on.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import Workload, workload_of
from service_mesh.model.finding import Draft, Note
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import CRON_JOB, JOB
from service_mesh.model.resource import Resource
from service_mesh.posture.istio import enrolment as istio
from service_mesh.posture.linkerd import enrolment as linkerd
from service_mesh.rules.kubernetes._sidecars import is_native_in_istio, is_native_in_linkerd
from service_mesh.rules.rule import rule

_ENDING = ("quitquitquit", "shutdown", "linkerd-await", "scuttle", "pkill", "envoy", "pilot-agent", ":15000", ":15020")


@rule(
    "K8110",
    category=Category.OPERATIONS,
    severity=Severity.WARNING,
    about=(JOB, CRON_JOB),
    reads=(*dict.fromkeys((*istio.ENROLMENT_KINDS, *linkerd.ENROLMENT_KINDS)),),
    sources=(
        "istio/istio: pilot/pkg/features/pilot.go (ENABLE_NATIVE_SIDECARS)",
        "https://istio.io/latest/blog/2023/native-sidecars/",
        "https://github.com/linkerd/linkerd2/pull/15267",
        "https://linkerd.io/2/tasks/graceful-shutdown/#graceful-shutdown-of-job-and-cronjob-resources",
    ),
)
def job_never_completes(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report a Job whose pods get a proxy that does not end."""
    workload = workload_of(mesh, resource)
    if workload is None or workload.resource is not resource or _ends_the_proxy(workload):
        return
    chain = _by_istio(mesh, workload) or _by_linkerd(mesh, workload)
    if chain:
        place = workload.template.get("spec") or workload.template
        message = "the injected proxy does not end with the containers, so the Job never completes"
        yield place.finding(message, related=chain)


def _by_istio(mesh: MeshView, workload: Workload) -> tuple[Note, ...]:
    answer = istio.enrolment(mesh, workload)
    is_kept = answer.mode is istio.Enrolled.SIDECAR and not is_native_in_istio(mesh, workload)
    return answer.chain if is_kept else ()


def _by_linkerd(mesh: MeshView, workload: Workload) -> tuple[Note, ...]:
    answer = linkerd.enrolment(mesh, workload)
    return answer.chain if answer.is_meshed and not is_native_in_linkerd(mesh, workload) else ()


def _ends_the_proxy(workload: Workload) -> bool:
    shared = workload.template.get("spec.shareProcessNamespace")
    if shared is not None and shared.value is True:
        return True
    said = (text for one in workload.containers for place in ("command[]", "args[]") for text in one.each(place))
    return any(word in text.text for text in said for word in _ENDING)
