"""A command is called at a place where it no longer stands.

## Why it matters
The command exists, but under another name: at the old place it fails, or is a deprecated alias that goes away.

## Wrong
```bash
linkerd edges deployment/frontend -n production
linkerd profile -n production backend --tap deploy/backend
istioctl x create-remote-secret --name=cluster2
kubectl -n kube-system exec ds/cilium -- cilium status
```

## Right
```bash
linkerd viz edges deployment -n production
linkerd viz profile -n production backend --tap deploy/backend
istioctl create-remote-secret --name=cluster2
kubectl -n kube-system exec ds/cilium -- cilium-dbg status
```

## When it stays quiet
Deprecated aliases that still work are warnings only, and so is `cilium` inside an agent, which had that name before
Cilium 1.15.

## Fix safety
No fix is offered: text is not edited. The new place stands in the message.
"""

from collections.abc import Iterator

from service_mesh.model.command import Command
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.rules.commands._calls import Call, calls
from service_mesh.rules.commands._cilium import CILIUM
from service_mesh.rules.commands._istioctl import ISTIOCTL
from service_mesh.rules.commands._replaced import State, fact_about
from service_mesh.rules.commands._tell import replaced, sources
from service_mesh.rules.rule import command_rule


@command_rule("CM103", category=Category.OPERATIONS, severity=Severity.ERROR, sources=sources(State.MOVED))
def command_moved(command: Command) -> Iterator[Draft]:
    """Report commands under an old name or below the wrong command."""
    yield from replaced(command, State.MOVED)
    for call in calls(command):
        if fact_about(call) is None:
            yield from _experimental(call)
            yield from _renamed(call)


def _experimental(call: Call) -> Iterator[Draft]:
    """`istioctl experimental X` for a command of istioctl itself, and the other way round."""
    if call.tool is not ISTIOCTL or call.unknown is None or call.path not in {(), ("experimental",)}:
        return
    other = () if call.path else ("experimental",)
    child = ISTIOCTL.child(other, call.unknown.text)
    if child is None or len(call.unknown.text) == 1:
        return
    written = " ".join(("istioctl", *call.path, call.unknown.text))
    now = " ".join(("istioctl", *other, child))
    yield Draft(f"'{written}' is not in istioctl 1.31; use '{now}'", location=call.unknown.location)


def _renamed(call: Call) -> Iterator[Draft]:
    if call.tool is CILIUM and call.inside:
        yield Draft(
            "the command line of the agent is called 'cilium-dbg' since Cilium 1.15; use 'cilium-dbg' in the container",
            location=call.words[0].location,
            severity=Severity.WARNING,
        )
