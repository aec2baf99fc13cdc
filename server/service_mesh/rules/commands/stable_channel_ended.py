"""Linkerd is installed from a channel that gets nothing any more.

## Why it matters
The project has published no stable releases since February 2024. The script that installed them says it is
deprecated and installs the newest edge release; the Helm repository of that name still serves 2.14.

## Wrong
```bash
curl -sL https://run.linkerd.io/install | sh
helm repo add linkerd https://helm.linkerd.io/stable
```

## Right
```bash
curl -sLO https://github.com/linkerd/linkerd2/releases/download/edge-25.10.1/linkerd2-cli-edge-25.10.1-linux-amd64
helm repo add linkerd-edge https://helm.linkerd.io/edge
```

## When it stays quiet
Where `LINKERD2_VERSION` on the same line says what the script is to install.

## Fix safety
No fix is offered: text is not edited. Whether an edge release or a vendor's distribution follows is a decision.
"""

import re
from collections.abc import Iterator

from service_mesh.model.command import Command
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.rules.rule import command_rule

SCRIPT = re.compile(r"(?:https?://)?run\.linkerd\.io/install/?")
"""Address of the script that installed stable releases."""

_CHARTS = re.compile(r"https?://helm\.linkerd\.io/stable/?")
_EDGE = "this script is deprecated and installs the newest edge release: no stable ones are published since 2024"
_FROZEN = "the repository of the stable releases ends with 2.14 of February 2024"


@command_rule(
    "CM125",
    category=Category.OPERATIONS,
    severity=Severity.WARNING,
    sources=("linkerd/website: run.linkerd.io/public/install", "https://linkerd.io/releases/"),
)
def stable_channel_ended(command: Command) -> Iterator[Draft]:
    """Report the script and the charts of Linkerd's stable releases."""
    if "LINKERD2_VERSION" in command.location.snippet:
        return
    for word in command.words[1:]:
        if command.program in {"curl", "wget"} and SCRIPT.fullmatch(word.text):
            yield Draft(_EDGE, location=word.location)
        elif command.program == "helm" and _CHARTS.fullmatch(word.text):
            yield Draft(_FROZEN, location=word.location)
