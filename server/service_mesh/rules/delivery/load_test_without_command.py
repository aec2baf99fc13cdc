"""Webhook calls the load tester without a command.

## Why it matters
Flagger's load tester takes what it should run from `metadata.cmd`. Without metadata it answers 400, and without a
command there is nothing to run: the check fails on every turn, or the canary is judged without traffic.

## Wrong
```yaml
apiVersion: flagger.app/v1beta1
kind: Canary
metadata: {name: shop, namespace: web}
spec:
  provider: istio
  targetRef: {apiVersion: apps/v1, kind: Deployment, name: shop}
  service: {port: 80}
  analysis:
    interval: 1m
    threshold: 5
    maxWeight: 50
    stepWeight: 10
    metrics:
    - {name: request-success-rate, thresholdRange: {min: 99}, interval: 1m}
    webhooks:
    - name: load
      url: http://flagger-loadtester.test/
      timeout: 5s
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: shop, namespace: web}
spec:
  selector: {matchLabels: {app: shop}}
  template:
    metadata: {labels: {app: shop}}
    spec:
      containers:
      - {name: app, image: "shop:1"}
```

## Right
```yaml
apiVersion: flagger.app/v1beta1
kind: Canary
metadata: {name: shop, namespace: web}
spec:
  provider: istio
  targetRef: {apiVersion: apps/v1, kind: Deployment, name: shop}
  service: {port: 80}
  analysis:
    interval: 1m
    threshold: 5
    maxWeight: 50
    stepWeight: 10
    metrics:
    - {name: request-success-rate, thresholdRange: {min: 99}, interval: 1m}
    webhooks:
    - name: load
      url: http://flagger-loadtester.test/
      timeout: 5s
      metadata:
        cmd: hey -z 1m -q 10 -c 2 http://shop-canary.web/
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: shop, namespace: web}
spec:
  selector: {matchLabels: {app: shop}}
  template:
    metadata: {labels: {app: shop}}
    spec:
      containers:
      - {name: app, image: "shop:1"}
```

## When it stays quiet
The address does not name the load tester, or is one of its gates (`/gate/approve` and the like); the type is one that
takes other settings, such as `ngrinder` or `concord`; webhooks of type `event`.

## Fix safety
None is offered: what makes the right traffic only the author knows.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import CANARY
from service_mesh.model.resource import Resource
from service_mesh.rules.delivery._canaries import written_webhooks
from service_mesh.rules.delivery._fields import text
from service_mesh.rules.rule import rule

_TYPES = ("", "cmd", "bash", "helm", "helmv3")


@rule(
    "DL122",
    category=Category.OPERATIONS,
    severity=Severity.WARNING,
    about=(CANARY,),
    needs=("webhooks",),
    sources=("fluxcd/flagger: pkg/loadtester/server.go", "https://docs.flagger.app/usage/webhooks#load-testing"),
)
def load_test_without_command(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report each webhook that asks the load tester to run nothing."""
    for webhook in written_webhooks(resource):
        if not _is_load_tester(text(webhook, "url")) or text(webhook, "type") == "event":
            continue
        if text(webhook, "metadata.type") in _TYPES and not text(webhook, "metadata.cmd").strip():
            at = webhook.get("name") or webhook
            yield at.finding(f"webhook '{at.text}' gives the load tester no command, which it refuses")


def _is_load_tester(url: str) -> bool:
    scheme, _, rest = url.partition("://")
    host, _, path = rest.partition("/")
    name = host.partition(".")[0].replace("-", "")
    return scheme in ("http", "https") and "loadtest" in name and not path.partition("?")[0]
