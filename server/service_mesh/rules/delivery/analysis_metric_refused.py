"""Metric of an analysis contradicts itself.

## Why it matters
The controller refuses the analysis when it starts, and the release is aborted: more failures are allowed than there are
measurements, several measurements have no interval, two metrics have one name, or a metric has no provider or two.

## Wrong
```yaml
apiVersion: argoproj.io/v1alpha1
kind: AnalysisTemplate
metadata: {name: success-rate, namespace: web}
spec:
  metrics:
  - name: success-rate
    count: 3
    failureLimit: 5
    interval: 1m
    successCondition: result[0] >= 0.99
    provider:
      prometheus: {address: "http://prometheus.monitoring:9090", query: "sum(rate(x[1m]))"}
```

## Right
```yaml
apiVersion: argoproj.io/v1alpha1
kind: AnalysisTemplate
metadata: {name: success-rate, namespace: web}
spec:
  metrics:
  - name: success-rate
    count: 5
    failureLimit: 3
    interval: 1m
    successCondition: result[0] >= 0.99
    provider:
      prometheus: {address: "http://prometheus.monitoring:9090", query: "sum(rate(x[1m]))"}
```

## When it stays quiet
Numbers that come from arguments (`{{args.count}}`), and an interval that does; a template that only names other
templates.

## Fix safety
None is offered: which of the numbers is wrong only the author knows.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.durations import go_duration
from service_mesh.model.finding import Anchor, Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.delivery._analyses import TEMPLATES
from service_mesh.rules.delivery._fields import filled, present, whole
from service_mesh.rules.rule import rule

_LIMITS = ("failureLimit", "inconclusiveLimit", "consecutiveErrorLimit")


@rule(
    "DL136",
    category=Category.SCHEMA,
    severity=Severity.ERROR,
    about=TEMPLATES,
    sources=(
        "argoproj/argo-rollouts: utils/analysis/factory.go",
        "https://argo-rollouts.readthedocs.io/en/stable/features/analysis/",
    ),
)
def analysis_metric_refused(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report what the controller does not take in a metric, and a template without any."""
    spec = present(resource, "spec")
    if spec is not None and isinstance(spec.value, dict) and not (filled(spec, "metrics") or filled(spec, "templates")):
        yield (spec.get("metrics") or spec).finding("no metric is there to be measured", anchor=Anchor.KEY)
    seen: set[str] = set()
    for metric in resource.each("spec.metrics[]"):
        if not isinstance(metric.value, dict):
            continue
        name = metric.get("name")
        if name is not None and name.text in seen:
            yield name.finding(f"two metrics have the name '{name.text}', which the controller refuses")
        seen.add(name.text if name is not None else "")
        yield from _numbers(metric)
        yield from _provider(metric)


def _numbers(metric: Node) -> Iterator[Draft]:
    count = _number(present(metric, "count"))
    for name in _LIMITS:
        limit, number = present(metric, name), _number(present(metric, name))
        if limit is None or number is None:
            continue
        if number < 0:
            yield limit.finding(f"'{name}' {number} is negative, which the controller refuses")
        elif count is not None and 0 < count < number and name != _LIMITS[-1]:
            message = f"'{name}' {number} is more than the {count} measurements, which the controller refuses"
            yield limit.finding(message)
    interval, node = present(metric, "interval"), present(metric, "count")
    if node is not None and count is not None and count > 1 and (interval is None or interval.value == ""):
        yield node.finding(f"{count} measurements need an 'interval', which the controller asks for")
    for timed in filter(None, (interval, present(metric, "initialDelay"))):
        if timed.text and "{{" not in timed.text and go_duration(timed.text) is None:
            yield timed.finding(f"'{timed.text}' is no duration, and the controller refuses it")


def _provider(metric: Node) -> Iterator[Draft]:
    given = present(metric, "provider")
    if given is None or not isinstance(given.value, dict):
        return
    used = [node for node in given.each("{}") if node.value is not None]
    if not used:
        yield given.finding("no provider is named, which the controller refuses", anchor=Anchor.KEY)
    elif len(used) > 1:
        message = f"'{used[1].path[-1]}' stands beside '{used[0].path[-1]}', and the controller takes one provider"
        yield used[1].finding(message, related=(used[0].note("the other one"),), anchor=Anchor.KEY)


def _number(node: Node | None) -> int | None:
    """A number as it is or as text; None where an argument stands for it."""
    if node is not None and node.text.isascii() and node.text.isdigit() and len(node.text) < 10:
        return int(node.text)
    return whole(node)
