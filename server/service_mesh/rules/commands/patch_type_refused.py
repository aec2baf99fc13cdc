"""A custom object is patched in a way that the API server refuses.

## Why it matters
Without `--type` `kubectl patch` sends a strategic merge patch, which only the kinds of Kubernetes itself take. For a
kind that a CRD defines the answer is `the body of the request was in an unknown format`, and nothing is changed.

## Wrong
```bash
kubectl patch virtualservice backend -n production -p '{"metadata":{"labels":{"team":"web"}}}'
kubectl patch peerauthentication default --type=strategic -p '{"spec":{"mtls":{"mode":"STRICT"}}}'
```

## Right
```bash
kubectl patch virtualservice backend -n production --type merge -p '{"metadata":{"labels":{"team":"web"}}}'
kubectl patch deployment backend -p '{"spec":{"replicas":3}}'
```

## When it stays quiet
For kinds of Kubernetes itself, for kinds that are not known to be those of a mesh, where the type is a variable, and
with `--local`, which sends nothing.

## Fix safety
No fix is offered: text is not edited.
"""

from collections.abc import Iterator

from service_mesh.model.command import Command
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.rules.commands._calls import KUBECTL, flag_name, flag_values
from service_mesh.rules.commands._kubectl import mesh_kind, named
from service_mesh.rules.rule import command_rule

_SOURCES = (
    "kubernetes: staging/src/k8s.io/apiextensions-apiserver/pkg/apiserver/customresource_handler.go",
    "kubernetes: staging/src/k8s.io/kubectl/pkg/cmd/patch/patch.go",
    "https://kubernetes.io/docs/tasks/manage-kubernetes-objects/update-api-object-kubectl-patch/",
)


@command_rule("CM122", category=Category.OPERATIONS, severity=Severity.ERROR, sources=_SOURCES)
def patch_type_refused(command: Command) -> Iterator[Draft]:
    """Report strategic merge patches of objects that a CRD defines."""
    words = command.words
    flags = {flag_name(word.text) for word in words}
    if command.program not in KUBECTL or "local" in flags or flags.isdisjoint({"p", "patch", "patch-file"}):
        return
    kinds = {value for value, _ in flag_values(words, "type")}
    if kinds - {"strategic"}:
        return
    for kind, name in named(words, "patch"):
        if mesh_kind(kind):
            yield Draft(
                f"the API server refuses a strategic merge patch of a '{mesh_kind(kind)}'; use '--type merge'",
                location=name.location,
            )
            return
