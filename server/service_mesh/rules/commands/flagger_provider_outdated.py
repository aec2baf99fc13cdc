"""Flagger is installed for Linkerd with the provider that writes SMI's TrafficSplit.

## Why it matters
The provider `linkerd` shifts traffic with TrafficSplit. Linkerd itself does not read it since 2.12: the extension for
it is deprecated, and without it the canary gets no traffic and its checks have nothing to measure. Routes of Gateway
API are what Linkerd reads.

## Wrong
```bash
helm install flagger flagger/flagger --namespace flagger-system --set meshProvider=linkerd
```

## Right
```bash
helm install flagger flagger/flagger --namespace flagger-system --set meshProvider=gatewayapi:v1
```

## When it stays quiet
For other providers, for variables and placeholders, and for charts that are not Flagger's.

## Fix safety
No fix is offered: text is not edited.
"""

from collections.abc import Iterator

from service_mesh.model.command import Command
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.rules.commands._flagger import installing_flagger
from service_mesh.rules.rule import command_rule

_SOURCES = ("https://linkerd.io/2/tasks/flagger/", "https://linkerd.io/2/features/traffic-split/")


@command_rule("CM118", category=Category.TRAFFIC, severity=Severity.WARNING, sources=_SOURCES)
def flagger_provider_outdated(command: Command) -> Iterator[Draft]:
    """Report the provider that makes TrafficSplits."""
    installing = installing_flagger(command)
    if installing is not None and installing.values.get("meshProvider") == "linkerd":
        what = "the provider 'linkerd' of Flagger shifts traffic with SMI's TrafficSplit"
        message = f"{what}, which Linkerd does not read by itself"
        yield Draft(message, location=installing.word(("meshProvider",)).location)
