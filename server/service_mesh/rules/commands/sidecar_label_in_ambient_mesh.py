"""A namespace is labelled for sidecars where ambient mode was installed.

## Why it matters
`istio-injection=enabled` gives pods a sidecar, and pods with a sidecar stay out of ambient mode: ztunnel and waypoints
never see them. A namespace takes part in ambient mode by the label `istio.io/dataplane-mode=ambient`.

## Wrong
```bash
istioctl install --set profile=ambient -y
kubectl label namespace shop istio-injection=enabled
```

## Right
```bash
istioctl install --set profile=ambient -y
kubectl label namespace shop istio.io/dataplane-mode=ambient
```

## When it stays quiet
Where another profile is installed between the two, and where anything in the document takes part in ambient mode: then
both modes may be meant.

## Fix safety
No fix is offered: text is not edited.
"""

import re
from collections.abc import Iterator

from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.script import Script
from service_mesh.rules.commands._istio import installation
from service_mesh.rules.commands._marks import LABEL, NAMESPACE, Mark, marks
from service_mesh.rules.commands._steps import mentions
from service_mesh.rules.rule import script_rule

_MODE = "istio.io/dataplane-mode"
_MENTIONED = re.compile(re.escape(_MODE))
_OUTSIDE = (
    "the label brings sidecars, with which pods stay out of the ambient mode that is installed above: no namespace here"
    f" has '{_MODE}'"
)


@script_rule(
    "CM134",
    category=Category.OPERATIONS,
    severity=Severity.WARNING,
    sources=(
        "istio/istio: cni/pkg/util/podutil.go",
        "https://istio.io/latest/docs/ambient/usage/add-workloads/",
    ),
)
def sidecar_label_in_ambient_mesh(script: Script) -> Iterator[Draft]:
    """Report labels for sidecars behind an installation of ambient mode that nothing takes part in."""
    if mentions(script, _MENTIONED) or any(_MODE in resource.labels for resource in script.resources):
        return
    is_ambient = False
    for command in script.commands:
        found = installation(command)
        is_ambient = found.is_ambient if found else is_ambient
        for mark in marks(command) if is_ambient else ():
            if _asks_for_sidecars(mark):
                yield Draft(_OUTSIDE, location=mark.word.location)


def _asks_for_sidecars(mark: Mark) -> bool:
    return (mark.form, mark.kind, mark.key, mark.value) == (LABEL, NAMESPACE, "istio-injection", "enabled")
