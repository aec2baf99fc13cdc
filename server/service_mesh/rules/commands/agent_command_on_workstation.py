"""A command of the Cilium agent is called on the workstation.

## Why it matters
The `cilium` of a workstation installs and looks after clusters. What the agent of one node knows (endpoints, BPF
maps, policy, monitor) is asked inside the agent with `cilium-dbg`.

## Wrong
```bash
cilium endpoint list
cilium bpf auth list
cilium monitor --type policy-verdict
```

## Right
```bash
kubectl -n kube-system exec ds/cilium -c cilium-agent -- cilium-dbg endpoint list
kubectl -n kube-system exec ds/cilium -c cilium-agent -- cilium-dbg bpf ct list global
cilium status --wait
```

## When it stays quiet
Inside a container (`kubectl exec … --`), and for commands that both programs have, such as `cilium status`.

## Fix safety
No fix is offered: text is not edited. The whole command stands in the message.
"""

from collections.abc import Iterator

from service_mesh.model.command import Command
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.rules.commands._calls import calls
from service_mesh.rules.commands._cilium import CILIUM, CILIUM_DBG
from service_mesh.rules.commands._replaced import fact_about
from service_mesh.rules.rule import command_rule

_AGENT = "kubectl -n kube-system exec ds/cilium -c cilium-agent --"
_SHOWN = 100


@command_rule(
    "CM104", category=Category.OPERATIONS, severity=Severity.ERROR, sources=(CILIUM.source, CILIUM_DBG.source)
)
def agent_command_on_workstation(command: Command) -> Iterator[Draft]:
    """Report sub-commands that the agent's program has and that of the workstation has not."""
    for call in calls(command):
        word = call.unknown
        if call.tool is not CILIUM or call.inside or word is None or fact_about(call):
            continue
        if CILIUM_DBG.child(call.path, word.text):
            line = " ".join(argument.text for argument in call.words[1:])[:_SHOWN]
            use = f"use '{_AGENT} cilium-dbg {line}'"
            message = f"'{word.text}' is a command of the agent and not of {CILIUM.label}; {use}"
            yield Draft(message, location=word.location)
