"""A command is called that the tool never had.

## Why it matters
Invented commands look right beside real ones. `linkerd identity list` is worse than an error: the word is taken for
the name of a pod.

## Wrong
```bash
linkerd identity list -n production
istioctl x ca create --root-cert ca.pem
```

## Right
```bash
linkerd identity -n production -l app=frontend
linkerd check --proxy
```

## When it stays quiet
Other arguments of `linkerd identity` are names of pods.

## Fix safety
No fix is offered: text is not edited. What to call instead stands in the message.
"""

from collections.abc import Iterator

from service_mesh.model.command import Command
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.rules.commands._replaced import State
from service_mesh.rules.commands._tell import replaced, sources
from service_mesh.rules.rule import command_rule


@command_rule("CM102", category=Category.OPERATIONS, severity=Severity.ERROR, sources=sources(State.NEVER))
def command_never_existed(command: Command) -> Iterator[Draft]:
    """Report commands that were made up."""
    yield from replaced(command, State.NEVER)
