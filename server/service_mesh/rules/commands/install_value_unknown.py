"""A command installs Cilium with a value that no release of its chart reads.

## Why it matters
Helm passes over values that no template reads, without a word, and the installation looks as if it had worked.
`meshMode` stands in guides and was never a value of the chart.

## Wrong
```bash
helm install cilium cilium/cilium --namespace kube-system --set meshMode=enabled
```

## Right
```bash
helm install cilium cilium/cilium --namespace kube-system --set envoyConfig.enabled=true
```

## When it stays quiet
For values below maps that the chart puts into an object as a whole, and for names with variables in them.

## Fix safety
No fix is offered: text is not edited.
"""

from collections.abc import Iterator

from service_mesh.mesh.cilium_chart import unknown_values
from service_mesh.model.command import Command
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.rules.commands._helm import cilium_faults
from service_mesh.rules.rule import command_rule

_SOURCES = (
    "cilium/cilium: install/kubernetes/cilium/values.yaml",
    "cilium/cilium: install/kubernetes/cilium/templates",
)


@command_rule("CM113", category=Category.OPERATIONS, severity=Severity.WARNING, sources=_SOURCES)
def install_value_unknown(command: Command) -> Iterator[Draft]:
    """Report each value that no release reads."""
    yield from cilium_faults(command, unknown_values)
