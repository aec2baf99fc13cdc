"""An authority that is brought along is stored in the secret that istiod keeps for itself.

## Why it matters
`istio-ca-secret` holds the authority that istiod makes where it is given none. istiod takes its certificate for the
root, so that an intermediate has no chain, and writes a certificate of its own over it when it ends. What is brought
along is read from the secret `cacerts`, with its key, its chain and the root.

## Wrong
```bash
kubectl create secret generic istio-ca-secret -n istio-system --from-file=ca-cert.pem --from-file=ca-key.pem
```

## Right
```bash
kubectl create secret generic cacerts -n istio-system --from-file=ca-cert.pem --from-file=ca-key.pem \
  --from-file=root-cert.pem --from-file=cert-chain.pem
```

## When it stays quiet
For secrets of other names, where no file is put in, and in other namespaces than istio-system: the istiod of a vendor
may read other secrets.

## Fix safety
No fix is offered: text is not edited.
"""

from collections.abc import Iterator

from service_mesh.model.command import Command
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.rules.commands._calls import KUBECTL, flag_name, flag_values
from service_mesh.rules.commands._kubectl import arguments
from service_mesh.rules.rule import command_rule

_NAME = "istio-ca-secret"
_NAMESPACE = "istio-system"
_OWN = f"'{_NAME}' is istiod's own, which renews it itself: an authority that is brought along is read from 'cacerts'"


@command_rule(
    "CM140",
    category=Category.SECURITY,
    severity=Severity.WARNING,
    sources=(
        "istio/istio: security/pkg/pki/ca/ca.go",
        "istio/istio: security/pkg/pki/ca/selfsignedcarootcertrotator.go",
        "https://istio.io/latest/docs/tasks/security/cert-management/plugin-ca-cert/",
    ),
)
def authority_in_own_secret_of_istiod(command: Command) -> Iterator[Draft]:
    """Report commands that make the secret of istiod's own authority."""
    behind = arguments(command.words) if command.program in KUBECTL else []
    is_filled = any(flag_name(word.text) == "from-file" for word in command.words)
    elsewhere = {value for value, _ in flag_values(command.words, "n", "namespace")} - {_NAMESPACE}
    if is_filled and not elsewhere and [word.text for word in behind[:2]] == ["create", "secret"]:
        yield from (Draft(_OWN, location=word.location) for word in behind[2:] if word.text == _NAME)
