"""Flagger is told a short name for Prometheus, in a namespace that has none.

## Why it matters
A name without a namespace is looked up in the namespace that Flagger runs in. The Prometheus of Istio's samples runs in
`istio-system` and that of Linkerd in `linkerd-viz`; elsewhere every query fails, and canaries are rolled back.

## Wrong
```bash
helm install flagger flagger/flagger -n flagger-system --set meshProvider=istio --set metricsServer=http://prometheus:9090
```

## Right
```bash
helm install flagger flagger/flagger -n flagger-system --set meshProvider=istio --set metricsServer=http://prometheus.istio-system:9090
```

## When it stays quiet
Without a namespace, for other names than `prometheus`, for other providers, and where the chart installs a Prometheus
itself.

## Fix safety
No fix is offered: text is not edited.
"""

import re
from collections.abc import Iterator

from service_mesh.model.command import Command
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.rules.commands._calls import is_literal
from service_mesh.rules.commands._flagger import installing_flagger
from service_mesh.rules.rule import command_rule

_SOURCES = (
    "https://docs.flagger.app/tutorials/istio-progressive-delivery",
    "https://linkerd.io/2/tasks/flagger/",
    "https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/",
)
_SHORT = re.compile(r"https?://prometheus(?::[0-9]+)?/?")
_HOMES = {"istio": "istio-system", "linkerd": "linkerd-viz"}


@command_rule("CM119", category=Category.REFERENCE, severity=Severity.WARNING, sources=_SOURCES)
def metrics_server_out_of_reach(command: Command) -> Iterator[Draft]:
    """Report a short name that leads to another namespace than that of the mesh's Prometheus."""
    installing = installing_flagger(command)
    if installing is None:
        return
    values, namespace = installing.values, installing.flag("n", "namespace")
    home, server = _HOMES.get(str(values.get("meshProvider"))), values.get("metricsServer")
    if home is None or not isinstance(server, str) or not _SHORT.fullmatch(server) or "prometheus" in values:
        return
    if is_literal(namespace) and namespace != home:
        message = f"'{server}' is looked up in namespace '{namespace}', and the mesh's Prometheus is in '{home}'"
        yield Draft(message, location=installing.word(("metricsServer",)).location)
