"""A patch asks for a sidecar with an annotation.

## Why it matters
`sidecar.istio.io/inject` as an annotation is deprecated. Istio's webhook chooses pods by labels: in a namespace without
injection it is not called for a pod that has the annotation alone, and no sidecar comes.

## Wrong
```bash
kubectl patch deployment cart -p '{"spec":{"template":{"metadata":{"annotations":{"sidecar.istio.io/inject":"true"}}}}}'
```

## Right
```bash
kubectl patch deployment cart -p '{"spec":{"template":{"metadata":{"labels":{"sidecar.istio.io/inject":"true"}}}}}'
```

## When it stays quiet
Where the patch sets the label too. It is only mentioned, as IS143 does for manifests.

## Fix safety
No fix is offered: text is not edited.
"""

from collections.abc import Iterator

from service_mesh.model.command import Command
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.rules.commands._marks import patches
from service_mesh.rules.rule import command_rule

_INJECT = "sidecar.istio.io/inject"
_WEAK = f"annotation '{_INJECT}' is deprecated: Istio's webhook chooses pods by the label of that name"


@command_rule(
    "CM138",
    category=Category.HYGIENE,
    severity=Severity.INFO,
    sources=(
        "istio/istio: manifests/charts/istio-control/istio-discovery/templates/mutatingwebhook.yaml",
        "https://istio.io/latest/docs/setup/additional-setup/sidecar-injection/",
    ),
)
def injection_annotation_patched(command: Command) -> Iterator[Draft]:
    """Report patches of pod templates with the annotation and not the label."""
    for patch in patches(command):
        annotations, labels = patch.template.get("annotations"), patch.template.get("labels")
        has_label = isinstance(labels, dict) and _INJECT in labels
        if isinstance(annotations, dict) and annotations.get(_INJECT) is not None and not has_label:
            yield Draft(_WEAK, location=patch.word.location)
