"""Linkerd is installed with certificates that end after a year.

## Why it matters
`linkerd install` makes a trust anchor and an issuer that end after 365 days, and nothing renews them. On that day no
proxy gets a certificate any more and the traffic of the mesh stops. It is right for a trial.

## Wrong
```bash
kubectl apply --server-side -k "https://github.com/kubernetes-sigs/gateway-api/config/crd?ref=v1.2.1"
linkerd install --crds | kubectl apply -f -
linkerd install | kubectl apply -f -
```

## Right
```bash
kubectl apply --server-side -k "https://github.com/kubernetes-sigs/gateway-api/config/crd?ref=v1.2.1"
linkerd install --crds | kubectl apply -f -
linkerd install --set-file identityTrustAnchorsPEM=root.crt -f issuer.yaml | kubectl apply -f -
```

## When it stays quiet
Where the document leaves a step of the installation out and so is about something else; where any of its commands makes
or names certificates, or an object of cert-manager stands in it; for values files; where it makes a cluster for a
trial, with kind, k3d or minikube; where it links clusters, which CM131 is about. Only the first installation is
reported.

## Fix safety
No fix is offered: text is not edited, and who renews the certificates is a decision.
"""

from collections.abc import Iterator

from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.script import Script
from service_mesh.rules.commands._linkerd_steps import (
    brings_certificates,
    definitions_installed,
    has_values,
    links,
    planes_installed,
)
from service_mesh.rules.rule import script_rule

_TRIALS = frozenset({"kind", "k3d", "minikube"})
_ENDS = "the certificates that this makes end after 365 days and nothing renews them"


@script_rule(
    "CM132",
    category=Category.OPERATIONS,
    severity=Severity.INFO,
    sources=(
        "linkerd/linkerd2: pkg/tls/ca.go",
        "https://linkerd.io/2/tasks/generate-certificates/",
    ),
)
def issuer_ends_in_a_year(script: Script) -> Iterator[Draft]:
    """Report the first installation of Linkerd that makes its own certificates."""
    first = next(planes_installed(script), None)
    if first is None or has_values(first) or not any(definitions_installed(script)) or any(links(script)):
        return
    if not brings_certificates(script) and not any(command.program in _TRIALS for command in script.commands):
        word = next(word for name, word in first.line if name == "install")
        yield Draft(_ENDS, location=word.location)
