"""Step of a Rollout is none, or several, or out of range.

## Why it matters
The controller refuses the whole Rollout ('InvalidSpec') for a step that has none of the known kinds or more than one of
`setWeight`, `pause`, `experiment` and `analysis`, for a weight below 0 or above the greatest one, and for a negative
pause. A `pause:` with nothing behind it is null and so no step at all.

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
        pause: {}
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
```

## When it stays quiet
`setCanaryScale`, `setHeaderRoute` and `setMirrorRoute` beside each other or beside one of the four, which the
controller takes.

## Fix safety
Turning an empty `pause:` into `pause: {}` is safe: the controller refuses what stands there. For the others none is
offered.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.durations import go_duration
from service_mesh.model.finding import Anchor, Draft
from service_mesh.model.fix import Fix
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import ROLLOUT
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.delivery._fields import present, whole
from service_mesh.rules.delivery._rollouts import VALIDATION, routing, steps
from service_mesh.rules.rule import rule

_ONE_OF = ("setWeight", "pause", "experiment", "analysis")
_OTHERS = ("setCanaryScale", "setHeaderRoute", "setMirrorRoute", "plugin")


@rule(
    "DL129",
    category=Category.SCHEMA,
    severity=Severity.ERROR,
    about=(ROLLOUT,),
    needs=("steps",),
    sources=(VALIDATION,),
)
def rollout_step_refused(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report each step that the controller does not take."""
    most = whole(present(routing(resource), "maxTrafficWeight"))
    for step in steps(resource):
        if isinstance(step.value, dict):
            yield from _kinds(step)
            yield from _values(step, 100 if most is None else most)


def _kinds(step: Node) -> Iterator[Draft]:
    found = [node for name in _ONE_OF if (node := present(step, name)) is not None]
    if len(found) > 1:
        first, second = found[0], found[1]
        message = f"'{second.path[-1]}' stands beside '{first.path[-1]}' in one step, which the controller refuses"
        yield second.finding(message, related=(first.note("the other one"),), anchor=Anchor.KEY)
    elif not found and all(present(step, name) is None for name in _OTHERS):
        empty = next(filter(None, (step.get(name) for name in (*_ONE_OF, *_OTHERS))), None)
        is_pause = empty is not None and empty.path[-1] == "pause"
        fix = Fix.replace(empty, {}, title="write 'pause: {}'", safe=True) if empty is not None and is_pause else None
        what = f"'{empty.path[-1]}' is empty" if empty is not None else "nothing is asked for"
        yield (empty or step).finding(f"{what}, so that this is no step and the controller refuses it", fix=fix)


def _values(step: Node, most: int) -> Iterator[Draft]:
    weight, number = present(step, "setWeight"), whole(step.get("setWeight"))
    if weight is not None and number is not None and not 0 <= number <= most:
        yield weight.finding(f"weight {number} is not between 0 and {most}, which the controller refuses")
    pause = present(step, "pause.duration")
    seconds = whole(pause) if pause is None or not pause.text else go_duration(pause.text)
    if pause is not None and seconds is not None and seconds < 0:
        yield pause.finding(f"a pause of {pause.value} is negative, which the controller refuses")
