"""Load test calls the canary by a name that means something else where it runs.

## Why it matters
The command runs in the pod of the load tester. A name without a namespace is looked up in the namespace of that pod,
not in that of the Canary: the test reaches nothing or another service, and the canary is judged without traffic.

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
      metadata:
        cmd: hey -z 1m http://shop-canary/
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
      metadata:
        cmd: hey -z 1m http://shop-canary.web/
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
The load tester is in the namespace of the Canary; the name is none of the Services that Flagger makes. Where its
address has no namespace, it runs beside Flagger itself, and the finding is only an information.

## Fix safety
Offered: the namespace is added; unsafe, because a command is changed.
"""

import re
from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Fix
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import CANARY
from service_mesh.model.resource import Resource
from service_mesh.rules.delivery._canaries import Names, service_names, written_webhooks
from service_mesh.rules.delivery._fields import text
from service_mesh.rules.rule import rule

_HOST = re.compile(r"(https?://)([a-z0-9-]{1,63})(?=[:/\s\"']|$)")


@rule(
    "DL123",
    category=Category.REFERENCE,
    severity=Severity.WARNING,
    about=(CANARY,),
    needs=("cmd",),
    sources=("fluxcd/flagger: pkg/loadtester/server.go", "https://docs.flagger.app/usage/webhooks#load-testing"),
)
def load_test_host_short(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001  # one signature
    """Report each command that calls one of the three Services by its bare name."""
    names = service_names(resource)
    for webhook in written_webhooks(resource):
        command, home = webhook.get("metadata.cmd"), _namespace(text(webhook, "url"))
        if names is None or command is None or home in (None, resource.namespace):
            continue
        short = next((found[2] for found in _HOST.finditer(command.text) if found[2] in names), "")
        if short:
            told = _HOST.sub(lambda m: _qualified(m, names, resource.namespace), command.text)
            fix = Fix.replace(command, told, title=f"add namespace '{resource.namespace}'")
            where = f"in namespace '{home}'" if home else "in a namespace that its address does not tell"
            severity = Severity.WARNING if home else Severity.INFO
            message = f"'{short}' is looked up where the load tester runs, {where}"
            yield command.finding(message, fix=fix, severity=severity)


def _qualified(found: re.Match[str], names: Names, namespace: str) -> str:
    return f"{found[0]}.{namespace}" if found[2] in names else found[0]


def _namespace(url: str) -> str | None:
    """The namespace in an address such as `http://flagger-loadtester.test/`; None for other addresses."""
    host = url.partition("://")[2].partition("/")[0].partition(":")[0]
    labels = host.split(".")
    if "loadtest" not in labels[0].replace("-", "") or (len(labels) > 2 and labels[2] != "svc"):
        return None
    return labels[1] if len(labels) > 1 else ""
