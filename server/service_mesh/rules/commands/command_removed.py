"""A command that no longer exists is called.

## Why it matters
Guides outlive the tools they describe. Someone who follows one in the middle of an incident gets `unknown command`
and no answer, or takes the missing answer for a good one.

## Wrong
```bash
istioctl authn tls-check productpage.bookstore.svc.cluster.local
istioctl verify-install
kubectl -n kube-system exec ds/cilium -- cilium-dbg policy trace --src-k8s-pod default:a
linkerd jaeger dashboard
```

## Right
```bash
istioctl experimental describe pod productpage-v1-0
istioctl analyze
hubble observe --type policy-verdict --verdict DROPPED
```

## When it stays quiet
Where the sub-command is a variable or a placeholder. `linkerd viz stat trafficsplit` is only a warning: the command
runs and finds nothing.

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


@command_rule("CM101", category=Category.OPERATIONS, severity=Severity.ERROR, sources=sources(State.REMOVED))
def command_removed(command: Command) -> Iterator[Draft]:
    """Report commands that the tools had once."""
    yield from replaced(command, State.REMOVED)
