"""A command fetches a release that is out of support.

## Why it matters
Holes that are found in it stay open, and its samples and add-ons fit no later release. Guides keep the version that
was new when they were written.

## Wrong
```bash
export ISTIO_VERSION=1.20.0
kubectl apply -f https://raw.githubusercontent.com/istio/istio/release-1.20/samples/addons/kiali.yaml
helm install istiod istio/istiod -n istio-system --version 1.20.1
cilium install --version 1.14.5
```

## Right
```bash
export ISTIO_VERSION=1.31.0
kubectl apply -f https://raw.githubusercontent.com/istio/istio/release-1.31/samples/addons/kiali.yaml
helm install istiod istio/istiod -n istio-system --version 1.31.0
cilium install --version 1.20.2
```

## When it stays quiet
For versions that are variables or placeholders, and for releases that got fixes when the facts were checked. It is
only mentioned: a cluster may have to keep an old release for a while.

## Fix safety
No fix is offered: text is not edited, and an upgrade goes release by release.
"""

import re
from collections.abc import Iterator

from service_mesh.catalog.support import oldest_supported
from service_mesh.model.command import Command, Word
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.rules.commands._calls import calls, flag_values
from service_mesh.rules.commands._cilium import CILIUM
from service_mesh.rules.rule import command_rule

_ADDRESS = re.compile(
    r".*(?:raw\.githubusercontent\.com/istio/istio/"
    r"|github\.com/istio/istio/(?:tree|blob|raw|releases/download|archive/refs/tags)/)(?:release-)?(1\.\d{1,3})\b.*"
)
_VARIABLE = re.compile(r"ISTIO_VERSION=[\"']?(1\.\d{1,3})(?:\.\d+)?\b")
_NUMBER = re.compile(r"v?(1\.\d{1,3})(?:\.\d+)?")
_CHARTS = {
    **{f"istio/{name}": "istio" for name in ("base", "istiod", "gateway", "cni", "ztunnel", "ambient")},
    "cilium/cilium": "cilium",
}
_LABELS = {"istio": "Istio", "cilium": "Cilium"}


@command_rule(
    "CM124",
    category=Category.SECURITY,
    severity=Severity.INFO,
    sources=(
        "https://istio.io/latest/docs/releases/supported-releases/",
        "https://docs.cilium.io/en/stable/contributing/release/organization/",
    ),
)
def release_outdated(command: Command) -> Iterator[Draft]:
    """Report versions of Istio and Cilium whose support has ended."""
    for project, number, word in _versions(command):
        if _minor(number) < _minor(oldest_supported(project)):
            message = f"release {number} of {_LABELS[project]} is out of support, so holes found in it stay open"
            yield Draft(message, location=word.location)


def _versions(command: Command) -> Iterator[tuple[str, str, Word]]:
    for word in (*command.variables, *command.words):
        if found := _ADDRESS.fullmatch(word.text) or _VARIABLE.fullmatch(word.text):
            yield "istio", found[1], word
    if command.program == "helm":
        project = next((_CHARTS[word.text] for word in command.words if word.text in _CHARTS), "")
        yield from _flagged(project, command.words)
    elif any(call.tool is CILIUM and call.path in {("install",), ("upgrade",)} for call in calls(command)):
        yield from _flagged("cilium", command.words)


def _flagged(project: str, words: tuple[Word, ...]) -> Iterator[tuple[str, str, Word]]:
    for value, word in flag_values(words, "version"):
        number = _NUMBER.fullmatch(value)
        if project and number:
            yield project, number[1], word


def _minor(version: str) -> int:
    return int(version.rpartition(".")[2])
