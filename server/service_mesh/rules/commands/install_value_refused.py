"""A command installs Cilium with values that its chart refuses, so nothing is installed.

## Why it matters
The chart checks what it is given: `strict` is no value of `kubeProxyReplacement` since 1.16, SPIRE needs
`authentication.enabled` since 1.19, and the interface of Hubble needs its relay. Helm stops with an error.

## Wrong
```bash
helm install cilium cilium/cilium --set kubeProxyReplacement=strict
helm install cilium cilium/cilium --set hubble.ui.enabled=true
```

## Right
```bash
helm install cilium cilium/cilium --set kubeProxyReplacement=true
helm install cilium cilium/cilium --set encryption.enabled=true --set encryption.type=wireguard
```

## When it stays quiet
For variables and placeholders. What is missing is told of `helm install` alone and without a values file: an upgrade
may keep older values, and `cilium install` finds out some by itself.

## Fix safety
No fix is offered: text is not edited.
"""

from collections.abc import Iterator

from service_mesh.mesh.cilium_chart import refused_values
from service_mesh.mesh.cilium_chart_checks import refused_together
from service_mesh.model.command import Command
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.rules.commands._helm import cilium_faults
from service_mesh.rules.rule import command_rule

_SOURCES = (
    "cilium/cilium: install/kubernetes/cilium/values.schema.json",
    "cilium/cilium: install/kubernetes/cilium/templates/validate.yaml",
    "cilium/cilium: install/kubernetes/cilium/templates/cilium-configmap.yaml",
)


@command_rule("CM115", category=Category.OPERATIONS, severity=Severity.ERROR, sources=_SOURCES)
def install_value_refused(command: Command) -> Iterator[Draft]:
    """Report each value with which the chart is not rendered."""
    yield from cilium_faults(command, refused_values)
    yield from cilium_faults(command, refused_together)
