"""An IstioOperator is applied to the cluster.

## Why it matters
Istio 1.24 took the operator out of the cluster, and its CRD with it. `kubectl apply` of the file is refused, or, where
an old CRD was left, makes an object that nobody reads: nothing is installed.

## Wrong
```bash
kubectl apply -f istio/istio-operator.yaml
```

## Right
```bash
istioctl install -f istio/istio-operator.yaml
```

## When it stays quiet
For files whose name does not say that they hold an IstioOperator; what they hold is not read here.

## Fix safety
No fix is offered: text is not edited.
"""

import re
from collections.abc import Iterator

from service_mesh.model.command import Command
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.rules.commands._calls import KUBECTL
from service_mesh.rules.commands._kubectl import files
from service_mesh.rules.rule import command_rule

_FILE = re.compile(r"(?:[^/]*/)*istio-?operator(?:-[\w.-]+)?\.(?:ya?ml|json)", re.IGNORECASE)
_UNREAD = "'{name}' is read by 'istioctl install -f' only: no operator runs in the cluster since Istio 1.24"


@command_rule(
    "CM126",
    category=Category.OPERATIONS,
    severity=Severity.WARNING,
    sources=(
        "istio: commit c2b027c4e06",
        "https://istio.io/latest/blog/2024/in-cluster-operator-deprecation-announcement/",
    ),
)
def operator_file_applied(command: Command) -> Iterator[Draft]:
    """Report files of IstioOperators that are given to `kubectl`."""
    if command.program not in KUBECTL:
        return
    for path, word in files(command.words):
        if _FILE.fullmatch(path):
            name = path.rpartition("/")[2][:80]
            yield Draft(_UNREAD.format(name=name), location=word.location)
