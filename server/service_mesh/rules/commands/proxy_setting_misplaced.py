"""A command puts a setting of the mesh where nothing reads it.

## Why it matters
Injectors read pods, which is the template of a Deployment, and namespaces. An annotation on the Deployment itself is
accepted and changes nothing, also after a restart. Linkerd reads annotations and no labels; Istio chooses namespaces by
labels and not by annotations.

## Wrong
```bash
kubectl annotate deployment cart linkerd.io/inject=enabled
kubectl label namespace shop linkerd.io/inject=enabled
kubectl annotate namespace shop istio-injection=enabled
```

## Right
```bash
kubectl get deployment cart -o yaml | linkerd inject - | kubectl apply -f -
kubectl annotate namespace shop linkerd.io/inject=enabled
kubectl label namespace shop istio-injection=enabled
```

## When it stays quiet
For other kinds than namespaces and workloads, for what is taken away, and for keys that are not the mesh's.

## Fix safety
No fix is offered: text is not edited.
"""

import re
from collections.abc import Iterator

from service_mesh.model.command import Command
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.rules.commands._marks import ANNOTATION, LABEL, NAMESPACE, Mark, marks
from service_mesh.rules.rule import command_rule

_OF_LINKERD = re.compile(r"linkerd\.io/inject|config\.(?:alpha\.)?linkerd\.io/(?!admission-webhooks).+")
_OF_PODS = re.compile(r"(?:traffic\.)?sidecar\.istio\.io/.+|proxy\.istio\.io/.+")
_OF_NAMESPACES = frozenset({"istio-injection", "istio.io/rev", "istio.io/dataplane-mode", "istio.io/use-waypoint"})
"""Labels of Istio that choose namespaces and pods."""

_TEMPLATE = "'{key}' is read from pods, so from the pod template, and has no effect on a {kind}"
_ANNOTATION = "'{key}' is read as an annotation and has no effect as a label"
_LABEL = "'{key}' is read as a label and has no effect as an annotation"


@command_rule(
    "CM137",
    category=Category.OPERATIONS,
    severity=Severity.WARNING,
    sources=(
        "istio/api: annotation/annotations.yaml",
        "istio/istio: manifests/charts/istio-control/istio-discovery/templates/mutatingwebhook.yaml",
        "linkerd/linkerd2: controller/proxy-injector/webhook.go",
    ),
)
def proxy_setting_misplaced(command: Command) -> Iterator[Draft]:
    """Report labels and annotations of a mesh on objects where they do nothing."""
    for mark in marks(command):
        message = _fault(mark)
        if message:
            yield Draft(message.format(key=mark.key[:80], kind=mark.kind), location=mark.word.location)


def _fault(mark: Mark) -> str:
    if mark.kind == NAMESPACE:
        return _fault_of_namespace(mark)
    known = _OF_LINKERD.fullmatch(mark.key) or _OF_PODS.fullmatch(mark.key) or mark.key in _OF_NAMESPACES
    return _TEMPLATE if known else ""


def _fault_of_namespace(mark: Mark) -> str:
    if mark.form == LABEL and _OF_LINKERD.fullmatch(mark.key):
        return _ANNOTATION
    if mark.form == ANNOTATION and mark.key in _OF_NAMESPACES:
        return _LABEL
    return _TEMPLATE if _OF_PODS.fullmatch(mark.key) else ""
