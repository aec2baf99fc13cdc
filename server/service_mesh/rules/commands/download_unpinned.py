"""A command runs or applies whatever is newest.

## Why it matters
The same line installs something else tomorrow, and what a server sends is run with the rights of whoever typed it. A
named version can be read before, compared with its checksum, and installed again.

## Wrong
```bash
curl -L https://istio.io/downloadIstio | sh -
kubectl apply -f https://github.com/argoproj/argo-rollouts/releases/latest/download/install.yaml
kubectl apply -f https://raw.githubusercontent.com/example/shop/main/deploy.yaml
kubectl create deployment web --image=example.com/web:latest
```

## Right
```bash
curl -LO https://github.com/istio/istio/releases/download/1.31.0/istio-1.31.0-linux-amd64.tar.gz
kubectl apply -f https://github.com/argoproj/argo-rollouts/releases/download/v1.9.1/install.yaml
kubectl create deployment web --image=example.com/web:1.4.2
```

## When it stays quiet
Where the line names a version, in the address or as a variable such as `ISTIO_VERSION`. It is only mentioned: for a
trial the newest is what is wanted.

## Fix safety
No fix is offered: text is not edited.
"""

import re
from collections.abc import Iterator

from service_mesh.model.command import Command
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.rules.commands._calls import KUBECTL, flag_values
from service_mesh.rules.commands._kubectl import files
from service_mesh.rules.commands.stable_channel_ended import SCRIPT
from service_mesh.rules.rule import command_rule

_SHELLS = frozenset({"sh", "bash", "zsh", "dash"})
_ADDRESS = re.compile(r"https?://\S+")
_VERSION = re.compile(r"\d+\.\d+|\w*VERSION[=}]", re.IGNORECASE)
_NEWEST = re.compile(
    r"https?://(?:github\.com/[^/]+/[^/]+/releases/latest/download/"
    r"|raw\.githubusercontent\.com/[^/]+/[^/]+/(?:refs/heads/)?(?:main|master|HEAD)/"
    r"|github\.com/[^/]+/[^/]+/(?:raw|blob)/(?:main|master|HEAD)/)\S+"
)
_RUN = "what the server sends is run unseen, in whatever version it is; name a version and compare its checksum"
_APPLIED = "the address stands for whatever is newest; name a version"
_IMAGE = "'{image}' is another image tomorrow; name a version"


@command_rule(
    "CM123",
    category=Category.SECURITY,
    severity=Severity.INFO,
    sources=("https://istio.io/latest/docs/setup/additional-setup/download-istio-release/",),
)
def download_unpinned(command: Command) -> Iterator[Draft]:
    """Report downloads and images that no version is named for."""
    if command.program in {"curl", "wget"}:
        yield from _piped(command)
    elif command.program in KUBECTL:
        for address, word in files(command.words):
            if _NEWEST.fullmatch(address):
                yield Draft(_APPLIED, location=word.location)
        for image, word in flag_values(command.words, "image"):
            if image.endswith(":latest"):
                yield Draft(_IMAGE.format(image=image[:120]), location=word.location)


def _piped(command: Command) -> Iterator[Draft]:
    reader = command.reader
    if reader is None or reader.program not in _SHELLS:
        return
    named = any(_VERSION.search(word.text) for word in (*command.words, *reader.words))
    if named or _VERSION.search(reader.location.snippet):
        return
    for word in command.words[1:]:
        if _ADDRESS.fullmatch(word.text) and not SCRIPT.fullmatch(word.text):
            yield Draft(_RUN, location=word.location)
            return
