"""Steps of a Rollout raise the weight without ever waiting.

## Why it matters
A step is over as soon as it is done. With nothing between the weights that waits or measures, the new version goes from
the first weight to all of the traffic as fast as its pods start, and nothing stops one that fails.

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
      steps:
      - setWeight: 25
      - setWeight: 50
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
      steps:
      - setWeight: 25
      - pause: {}
      - setWeight: 50
```

## When it stays quiet
There is a pause, an analysis, an experiment or a plugin among the steps, or an analysis in the background; no step sets
a weight, as for a plain rolling update.

## Fix safety
None is offered: how long to wait, or what to measure, only the author knows.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Anchor, Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import ROLLOUT
from service_mesh.model.resource import Resource
from service_mesh.rules.delivery._fields import present
from service_mesh.rules.delivery._rollouts import canary_strategy, steps
from service_mesh.rules.rule import rule

_WAITING = ("pause", "analysis", "experiment", "plugin")


@rule(
    "DL139",
    category=Category.OPERATIONS,
    severity=Severity.WARNING,
    about=(ROLLOUT,),
    needs=("setWeight",),
    sources=(
        "argoproj/argo-rollouts: rollout/canary.go",
        "https://argo-rollouts.readthedocs.io/en/stable/features/canary/",
    ),
)
def rollout_without_gate(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report steps with weights and nothing else."""
    found, node = steps(resource), resource.get("spec.strategy.canary.steps")
    if node is None or present(canary_strategy(resource), "analysis") is not None:
        return
    names = {name for step in found for name in (*_WAITING, "setWeight") if step.get(name) is not None}
    if names == {"setWeight"}:
        message = "no step waits or measures, so that the new version gets all of the traffic at once"
        yield node.finding(message, anchor=Anchor.KEY)
