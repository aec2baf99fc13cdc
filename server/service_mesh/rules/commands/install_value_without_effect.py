"""A command installs Cilium with values that do nothing, or that the next release takes away.

## Why it matters
A type of encryption that does not exist encrypts nothing, Gateway API and Ingress are not started without the
replacement of kube-proxy, agents stop with an id out of range, and SPIRE is removed in 1.21.

## Wrong
```bash
helm install cilium cilium/cilium --set gatewayAPI.enabled=true
helm install cilium cilium/cilium --set encryption.enabled=true --set encryption.type=mtls
```

## Right
```bash
helm install cilium cilium/cilium --set gatewayAPI.enabled=true --set kubeProxyReplacement=true
helm install cilium cilium/cilium --set encryption.enabled=true --set encryption.type=wireguard
```

## When it stays quiet
For variables and placeholders. What is missing is told of `helm install` alone and without a values file.

## Fix safety
No fix is offered: text is not edited.
"""

from collections.abc import Iterator

from service_mesh.mesh.cilium_chart_checks import (
    cluster_faults,
    encryption_faults,
    mutual_authentication_faults,
    proxy_faults,
)
from service_mesh.model.command import Command
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.rules.commands._helm import cilium_faults
from service_mesh.rules.rule import command_rule

_SOURCES = (
    "cilium/cilium: operator/pkg/gateway-api/cell.go",
    "cilium/cilium: pkg/clustermesh/types/option.go",
    "cilium/cilium: Documentation/security/network/encryption.rst",
    "https://github.com/cilium/cilium/issues/47132",
)


@command_rule("CM116", category=Category.OPERATIONS, severity=Severity.WARNING, sources=_SOURCES)
def install_value_without_effect(command: Command) -> Iterator[Draft]:
    """Report each value that does not do what it says."""
    for judge in (encryption_faults, mutual_authentication_faults, proxy_faults, cluster_faults):
        yield from cilium_faults(command, judge, Severity.INFO if judge is mutual_authentication_faults else None)
