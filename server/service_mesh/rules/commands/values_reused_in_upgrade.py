"""Cilium is upgraded with the values of the release before, which hide those of the new chart.

## Why it matters
With `--reuse-values` Helm takes the values of the last release as they were computed then, defaults and all: values
that the new chart brings are missing, and those that it renamed are kept under their old names and passed over.
Cilium's upgrade guide allows it only while the version of the chart stays as it is; without `--version` it is whatever
the repository has by now.

## Wrong
```bash
helm upgrade cilium cilium/cilium --namespace kube-system --reuse-values --set hubble.ui.enabled=true
```

## Right
```bash
helm get values cilium --namespace kube-system -o yaml > values.yaml
helm upgrade cilium cilium/cilium --version 1.20.2 --namespace kube-system -f values.yaml
```

## When it stays quiet
For a chart in a folder, and where a version is named beside values that are set: that is how settings are changed
without an upgrade. It is a hint, since the version may be the one that is installed.

## Fix safety
No fix is offered: text is not edited.
"""

from collections.abc import Iterator

from service_mesh.model.command import Command
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.rules.commands._calls import flag_name
from service_mesh.rules.commands._helm import helm_install, installing_cilium
from service_mesh.rules.rule import command_rule

_SOURCES = ("cilium/cilium: Documentation/operations/upgrade.rst", "https://helm.sh/docs/helm/helm_upgrade/")
_FLAG = "reuse-values"


@command_rule("CM117", category=Category.OPERATIONS, severity=Severity.INFO, sources=_SOURCES)
def values_reused_in_upgrade(command: Command) -> Iterator[Draft]:
    """Report an upgrade of Cilium that keeps old values and may change the chart."""
    installing = installing_cilium(command)
    if installing is None or helm_install(command) is None or installing.verb != "upgrade":
        return
    flag = next((word for word in installing.words if flag_name(word.text) == _FLAG), None)
    is_folder = "install/kubernetes" in installing.chart.text
    if flag is None or flag.text.endswith("=false") or is_folder:
        return
    if not installing.has("version"):
        message = (
            "the values of the last release are kept and the version of the chart is left open, so values may not fit"
        )
        yield Draft(message, location=flag.location)
    elif not installing.given and not installing.has("f", "values"):
        message = "an upgrade with the values of the last release misses what the new chart adds and renames"
        yield Draft(message, location=flag.location)
