"""A command is given a flag that it does not have.

## Why it matters
The tools refuse unknown flags, so the whole command fails. Most of these flags belong to another tool
(`kubectl -f`) or to another command of the same tool.

## Wrong
```bash
istioctl analyze -f deployment.yaml
linkerd multicluster install --cluster-domain cluster1.local
hubble observe --src-pod production/frontend
```

## Right
```bash
istioctl analyze --use-kube=false deployment.yaml
linkerd multicluster install --set gateway.port=4143
hubble observe --from-pod production/frontend
```

## When it stays quiet
For commands whose flags are not known in full, for flags with a variable or a placeholder in them, behind `--`, and
where another rule has something to say about the command itself.

## Fix safety
No fix is offered: text is not edited. The nearest flag stands in the message.
"""

import re
from collections.abc import Iterator

from service_mesh.model.command import Command
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.names import nearest
from service_mesh.rules.commands._calls import Call, calls, flag_name
from service_mesh.rules.commands._cilium import CILIUM_DBG, HUBBLE
from service_mesh.rules.commands._istioctl import ISTIOCTL
from service_mesh.rules.commands._linkerd import LINKERD, READ_IN_SOURCE
from service_mesh.rules.commands._replaced import fact_about
from service_mesh.rules.rule import command_rule

_SOURCES = (
    ISTIOCTL.source,
    "istio: istioctl/pkg, operator/cmd/mesh",
    LINKERD.source,
    "linkerd2: multicluster/cmd/install.go",
    "https://linkerd.io/2/reference/cli/",
    CILIUM_DBG.source,
    HUBBLE.source,
)
_LONG = re.compile(r"--[a-zA-Z][\w-]*(?:=.*)?", re.DOTALL)
_SHORT = re.compile(r"-[a-zA-Z0-9].*", re.DOTALL)
_INSTEAD = {
    ("analyze", "f"): "files are arguments: 'istioctl analyze FILE'",
    ("analyze", "filename"): "files are arguments: 'istioctl analyze FILE'",
    ("multicluster install", "cluster-domain"): "leave it out, the domain is that of the installed control plane",
}


@command_rule("CM105", category=Category.OPERATIONS, severity=Severity.ERROR, sources=_SOURCES)
def flag_unknown(command: Command) -> Iterator[Draft]:
    """Report flags that are not in the full list of the command."""
    for call in calls(command):
        known = call.tool.all_flags(call.path)
        if known is None or call.unknown is not None or fact_about(call):
            continue
        for word in call.words[1:]:
            if word.text == "--":
                break
            name = flag_name(word.text)
            if name and name not in known and _readable(word.text):
                yield Draft(_message(call, word.text, name, known), location=word.location, severity=_severity(call))


def _readable(text: str) -> bool:
    """Whether a flag is meant as it stands."""
    return (_LONG if text.startswith("--") else _SHORT).fullmatch(text) is not None


def _message(call: Call, text: str, name: str, known: frozenset[str]) -> str:
    line = " ".join((call.tool.programs[0], *call.path))
    flag = f"--{name}" if text.startswith("--") else f"-{name}"
    instead = _INSTEAD.get((" ".join(call.path), name))
    if instead is None and text.startswith("--"):
        near = nearest(name, (long for long in known if len(long) > 1))
        instead = f"did you mean '--{near}'" if near else None
    return f"'{line}' has no flag '{flag}'" + (f"; {instead}" if instead else "")


def _severity(call: Call) -> Severity | None:
    """Milder where only the generated reference was read, which leaves hidden flags out."""
    read = call.tool is not LINKERD or " ".join(call.path) in READ_IN_SOURCE
    return None if read else Severity.WARNING
