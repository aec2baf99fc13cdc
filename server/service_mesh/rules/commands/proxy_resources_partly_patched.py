"""A patch sets some resources of the proxy and takes the others away.

## Why it matters
As soon as one of the four annotations for the proxy's resources is there, the injector drops all requests and limits of
the installation. A patch that is to give the proxy more memory leaves it without a request for CPU.

## Wrong
```bash
kubectl patch deploy a -p '{"spec":{"template":{"metadata":{"annotations":{"sidecar.istio.io/proxyCPU":"2"}}}}}'
```

## Right
```bash
kubectl patch deployment cart --patch-file proxy-resources.yaml
```

## When it stays quiet
Where the patch names CPU and memory both, as a request or as a limit. What the template has already is not known here,
so that it is only mentioned, as IS272 does for manifests.

## Fix safety
No fix is offered: text is not edited.
"""

from collections.abc import Iterator

from service_mesh.model.command import Command
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.rules.commands._marks import Patch, patches
from service_mesh.rules.rule import command_rule

_RESOURCES = {"CPU": ("proxyCPU", "proxyCPULimit"), "memory": ("proxyMemory", "proxyMemoryLimit")}
_LOST = "'{name}' takes the proxy's defaults away, and the patch sets no {what} in their place"


@command_rule(
    "CM139",
    category=Category.OPERATIONS,
    severity=Severity.INFO,
    sources=(
        "istio/istio: manifests/charts/istio-control/istio-discovery/files/injection-template.yaml",
        "https://istio.io/latest/docs/reference/config/annotations/",
    ),
)
def proxy_resources_partly_patched(command: Command) -> Iterator[Draft]:
    """Report patches that set one resource of the proxy and not the other."""
    for patch in patches(command):
        named = {what: _first(patch, names) for what, names in _RESOURCES.items()}
        for what, name in named.items():
            other = next((held for held in named.values() if held), "")
            if not name and other:
                yield Draft(_LOST.format(name=other, what=what), location=patch.word.location)


def _first(patch: Patch, names: tuple[str, ...]) -> str:
    annotations = patch.template.get("annotations")
    held = annotations if isinstance(annotations, dict) else {}
    return next((full for name in names if held.get(full := f"sidecar.istio.io/{name}") is not None), "")
