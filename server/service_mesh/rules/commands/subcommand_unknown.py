"""A sub-command is called that the tool does not have.

## Why it matters
A misspelt or invented sub-command fails, and a guide that holds one was never tried.

## Wrong
```bash
istioctl proxy-confg cluster deploy/frontend
linkerd viz tapp deploy/frontend
cilium clustermsh status
```

## Right
```bash
istioctl proxy-config cluster deploy/frontend
linkerd viz tap deploy/frontend
cilium clustermesh status
```

## When it stays quiet
For variables and placeholders, for commands whose sub-commands are not all known, for those that another rule knows,
and for `linkerd NAME` unless a known name is near: an extension of your own may have that name.

## Fix safety
No fix is offered: text is not edited. The nearest name stands in the message.
"""

from collections.abc import Iterator

from service_mesh.model.command import Command
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.names import nearest
from service_mesh.rules.commands._calls import Call, calls, is_literal
from service_mesh.rules.commands._cilium import CILIUM, CILIUM_DBG, HUBBLE
from service_mesh.rules.commands._istioctl import ISTIOCTL
from service_mesh.rules.commands._linkerd import LINKERD
from service_mesh.rules.commands._replaced import fact_about
from service_mesh.rules.rule import command_rule

_SOURCES = tuple(tool.source for tool in (ISTIOCTL, LINKERD, CILIUM, CILIUM_DBG, HUBBLE))


@command_rule("CM110", category=Category.OPERATIONS, severity=Severity.ERROR, sources=_SOURCES)
def subcommand_unknown(command: Command) -> Iterator[Draft]:
    """Report words that stand where a sub-command must and are none."""
    for call in calls(command):
        word = call.unknown
        if word is None or not is_literal(word.text) or word.text in call.tool.own.split() or _known_elsewhere(call):
            continue
        near = nearest(word.text, call.tool.children(call.path))
        if near is None and call.tool.extensible and not call.path:
            continue
        line = " ".join((call.tool.programs[0], *call.path, word.text))
        hint = f"; did you mean '{near}'" if near else ""
        yield Draft(
            f"'{line}' is not a command of {call.tool.label}{hint}", location=word.location, severity=_mild(call)
        )


def _known_elsewhere(call: Call) -> bool:
    """Whether another rule says more about the command."""
    word = call.unknown.text if call.unknown else ""
    if fact_about(call):
        return True
    if call.tool is ISTIOCTL and call.path in {(), ("experimental",)}:
        other = () if call.path else ("experimental",)
        return len(word) > 1 and ISTIOCTL.child(other, word) is not None
    return call.tool is CILIUM and (call.inside or CILIUM_DBG.child(call.path, word) is not None)


def _mild(call: Call) -> Severity | None:
    """Milder where the list is of one release and neighbouring releases differ."""
    return Severity.WARNING if call.tool is LINKERD or call.tool is CILIUM_DBG else None
