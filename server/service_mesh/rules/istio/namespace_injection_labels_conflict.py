"""Namespace asks for two ways into the mesh at once.

## Why it matters
Only one of the labels counts. `istio-injection` hides `istio.io/rev`, so the namespace stays on the default revision
whatever the other label says; and a sidecar keeps a pod out of ambient mode.

## Wrong
```yaml
apiVersion: v1
kind: Namespace
metadata:
  name: shop
  labels:
    istio-injection: enabled
    istio.io/rev: canary
```

## Right
```yaml
apiVersion: v1
kind: Namespace
metadata:
  name: shop
  labels:
    istio.io/rev: canary
```

## When it stays quiet
`istio-injection` has any other value than `enabled`: that switches injection off on purpose. `istio.io/dataplane-mode`
is `none`, which takes nothing away from sidecars (Istio's own check reports it nevertheless).

## Fix safety
The label that has no effect can be removed. Unsafe: it may be the one that was meant.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Fix
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import NAMESPACE
from service_mesh.model.resource import Resource
from service_mesh.posture.istio.enrolment import AMBIENT_LABEL
from service_mesh.rules.rule import rule

_SWITCH = "istio-injection"
_REVISION = "istio.io/rev"


@rule(
    "IS230",
    category=Category.CONFLICT,
    severity=Severity.WARNING,
    about=(NAMESPACE,),
    sources=(
        "istio/istio: manifests/charts/istio-control/istio-discovery/templates/mutatingwebhook.yaml",
        "istio/istio: cni/pkg/util/podutil.go",
        "istio/istio: pkg/config/analysis/analyzers/injection/injection.go",
    ),
    upstream=("IST0123", "KIA1311"),
)
def namespace_injection_labels_conflict(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001
    """Report the labels that another label of the namespace takes the effect from."""
    labels = resource.get("metadata.labels")
    if labels is None:
        return
    switch, revision, mode = (labels.key(name) for name in (_SWITCH, _REVISION, AMBIENT_LABEL))
    if switch is not None and switch.text != "enabled":
        return
    if switch is not None and revision is not None:
        message = f"'{_REVISION}: {revision.text}' has no effect beside '{_SWITCH}: enabled'"
        yield revision.finding(message, fix=Fix.remove(revision), related=(switch.note("decides"),))
    winner = switch or revision
    if winner is not None and mode is not None and mode.text == "ambient":
        message = (
            f"pods get sidecars by '{winner.path[-1]}: {winner.text}', so '{AMBIENT_LABEL}: ambient' has no effect"
        )
        yield mode.finding(message, fix=Fix.remove(mode), related=(winner.note("decides"),))
