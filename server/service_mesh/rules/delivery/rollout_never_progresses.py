"""Settings of a Rollout leave it no way to replace a pod.

## Why it matters
The controller refuses the Rollout as a whole ('InvalidSpec') and does nothing for it: with no surge and no unavailable
pod there is nothing it could do, a deadline within `minReadySeconds` is over before a pod counts as ready, and fewer
revisions are kept than are to be scaled down later.

## Wrong
```yaml
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: {name: shop, namespace: web}
spec:
  selector: {matchLabels: {app: shop}}
  template:
    metadata: {labels: {app: shop}}
    spec:
      containers:
      - {name: app, image: "shop:1"}
  strategy:
    canary:
      maxSurge: 0
      maxUnavailable: 0
```

## Right
```yaml
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: {name: shop, namespace: web}
spec:
  selector: {matchLabels: {app: shop}}
  template:
    metadata: {labels: {app: shop}}
    spec:
      containers:
      - {name: app, image: "shop:1"}
  strategy:
    canary:
      maxSurge: 1
      maxUnavailable: 0
```

## When it stays quiet
One of the two is absent and so has its default.

## Fix safety
None is offered: which of the numbers is wrong only the author knows.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import ROLLOUT
from service_mesh.model.resource import Resource
from service_mesh.rules.delivery._fields import present, whole
from service_mesh.rules.delivery._rollouts import VALIDATION, canary_strategy
from service_mesh.rules.rule import rule

_DEADLINE, _REVISIONS = 600, 10


@rule(
    "DL115",
    category=Category.SCHEMA,
    severity=Severity.ERROR,
    about=(ROLLOUT,),
    needs=("maxUnavailable", "minReadySeconds", "scaleDownDelayRevisionLimit"),
    sources=(VALIDATION,),
)
def rollout_never_progresses(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report the numbers that exclude each other."""
    strategy = canary_strategy(resource)
    surge, down = present(strategy, "maxSurge"), present(strategy, "maxUnavailable")
    if surge is not None and down is not None and surge.value in _NONE and down.value in _NONE:
        yield down.finding("neither a surge nor an unavailable pod is allowed, which the controller refuses")
    ready = present(resource, "spec.minReadySeconds")
    deadline = whole(present(resource, "spec.progressDeadlineSeconds"))
    seconds, most = whole(ready), _DEADLINE if deadline is None else deadline
    if ready is not None and seconds is not None and seconds > 0 and most <= seconds:
        yield ready.finding(f"the deadline of {most} seconds is over before a pod is ready: the controller refuses it")
    kept = whole(present(resource, "spec.revisionHistoryLimit"))
    late = present(resource, "spec.strategy.blueGreen.scaleDownDelayRevisionLimit")
    revisions, limit = _REVISIONS if kept is None else kept, whole(late)
    if late is not None and limit is not None and revisions < limit:
        yield late.finding(f"{limit} is more than the {revisions} revisions kept, which the controller refuses")


_NONE = (0, "0", "0%")
