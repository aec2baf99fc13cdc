"""Linkerd's heartbeat has not succeeded since it last ran.

## Why it matters
The heartbeat asks once a day whether newer releases exist and reports figures of the cluster. Nothing depends on it,
but that it fails mostly tells that the cluster does not reach the internet, or that its pods cannot run.

## Wrong
```yaml
apiVersion: batch/v1
kind: CronJob
metadata: {name: linkerd-heartbeat, namespace: linkerd}
spec:
  schedule: 15 9 * * *
  jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: heartbeat, image: controller}]}}}}
status: {lastScheduleTime: "2026-11-20T09:15:00Z", lastSuccessfulTime: "2026-11-10T09:15:05Z"}
```

## Right
```yaml
apiVersion: batch/v1
kind: CronJob
metadata: {name: linkerd-heartbeat, namespace: linkerd}
spec:
  schedule: 15 9 * * *
  jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: heartbeat, image: controller}]}}}}
status: {lastScheduleTime: "2026-11-20T09:15:00Z", lastSuccessfulTime: "2026-11-20T09:15:05Z"}
```

## When it stays quiet
It is suspended, it never ran, or it succeeded within two days of its last run.

## Fix safety
No fix: whether the cluster may reach the internet is the owner's decision; `disableHeartBeat` takes the job away.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.instants import DAY, days_between, seconds_of
from service_mesh.model.kinds import CRON_JOB
from service_mesh.model.kubectl import command
from service_mesh.model.resource import Resource
from service_mesh.rules.rule import rule

_COMPONENT = "linkerd.io/control-plane-component"
_NAME = "linkerd-heartbeat"
_PATIENCE = 2 * DAY


@rule(
    "ST144",
    category=Category.HYGIENE,
    severity=Severity.INFO,
    about=(CRON_JOB,),
    sources=("linkerd/linkerd2: charts/linkerd-control-plane/templates/heartbeat.yaml",),
)
def linkerd_heartbeat_failing(job: Resource, _mesh: MeshView) -> Iterator[Draft]:
    """Report a heartbeat whose last success lies days before its last run."""
    if job.name != _NAME and job.labels.get(_COMPONENT) != "heartbeat":
        return
    suspended, ran = job.get("spec.suspend"), job.get("status.lastScheduleTime")
    last, done = _at(job, "status.lastScheduleTime"), _at(job, "status.lastSuccessfulTime")
    since = done if done is not None else seconds_of(job.created_at)
    if ran is None or last is None or since is None or (suspended is not None and suspended.value is True):
        return
    if last - since >= _PATIENCE:
        said = (
            f"succeeded {days_between(since, last)} days before its last run" if done is not None else "never succeeded"
        )
        next_command = command("kubectl", "-n", job.namespace, "get", "jobs,pods", "-l", f"{_COMPONENT}=heartbeat")
        yield (job.get("status.lastSuccessfulTime") or ran).problem(f"the heartbeat of Linkerd {said}", next_command)


def _at(job: Resource, path: str) -> float | None:
    node = job.get(path)
    return seconds_of(node.text) if node is not None else None
