"""A command installs Cilium with a value that this release of its chart does not read.

## Why it matters
Values that a release gave up are passed over without a word: the strict mode of encryption is off in 1.20 where it is
set as `encryption.strictMode.enabled`, and `nodePort.enabled` does nothing since 1.19.

## Wrong
```bash
helm install cilium cilium/cilium --version 1.20.2 --set encryption.strictMode.enabled=true
```

## Right
```bash
helm install cilium cilium/cilium --version 1.20.2 --set encryption.strictMode.egress.enabled=true
```

## When it stays quiet
For values that are empty or off. The release is that of `--version`, else the newest one.

## Fix safety
No fix is offered: text is not edited.
"""

from collections.abc import Iterator

from service_mesh.mesh.cilium_chart import dropped_values
from service_mesh.model.command import Command
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.rules.commands._helm import cilium_faults
from service_mesh.rules.rule import command_rule

_SOURCES = (
    "cilium/cilium: install/kubernetes/cilium/values.yaml",
    "cilium/cilium: Documentation/operations/upgrade.rst",
)


@command_rule("CM114", category=Category.OPERATIONS, severity=Severity.WARNING, sources=_SOURCES)
def install_value_dropped(command: Command) -> Iterator[Draft]:
    """Report each value that the release does not read."""
    yield from cilium_faults(command, dropped_values)
