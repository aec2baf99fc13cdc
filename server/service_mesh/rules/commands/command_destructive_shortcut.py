"""A command takes away what protects the mesh, as if it were a harmless test.

## Why it matters
Deleting `istio-ca-secret` does not rotate certificates: istiod makes a new root that no running proxy trusts, and the
mesh is cut in two until every pod was restarted. Deleting the policy that denies by default to see whether it is the
cause opens the whole namespace meanwhile.

## Wrong
```bash
kubectl delete secret istio-ca-secret -n istio-system
kubectl delete authorizationpolicy deny-all -n production
```

## Right
```bash
istioctl proxy-config secret deploy/frontend -n production
istioctl experimental authz check frontend-0.production
kubectl annotate authorizationpolicy deny-all -n production istio.io/dry-run=true
```

## When it stays quiet
For other secrets and other policies. With `--dry-run` nothing is deleted.

## Fix safety
No fix is offered: text is not edited.
"""

import re
from collections.abc import Iterator

from service_mesh.model.command import Command, Word
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.rules.commands._calls import KUBECTL, flag_name, flag_values
from service_mesh.rules.rule import command_rule

_VALUED = ("n", "namespace", "context", "cluster", "kubeconfig", "l", "selector", "f", "filename", "grace-period")
_SOURCES = ("istio: security/pkg/pki/ca", "https://istio.io/latest/docs/tasks/security/authorization/authz-dry-run/")
_SECRETS = frozenset({"secret", "secrets"})
_POLICIES = re.compile(r"authorizationpolic(?:y|ies)(?:\.(?:v1\.|v1beta1\.)?security\.istio\.io)?")
_DENIES = re.compile(r"(?:.*-)?(?:deny-(?:all|by-default)|default-deny|allow-nothing)(?:-.*)?")
_ROOT = (
    "deleting 'istio-ca-secret' makes istiod create a new root that running proxies do not trust; plan a root rotation"
)
_OPEN = "deleting '{name}' opens the namespace for the time of the test; try it with 'istio.io/dry-run'"


@command_rule("CM107", category=Category.SECURITY, severity=Severity.WARNING, sources=_SOURCES)
def command_destructive_shortcut(command: Command) -> Iterator[Draft]:
    """Report deletions of the root certificate and of policies that deny by default."""
    words = command.words
    if command.program not in KUBECTL or any(flag_name(word.text) == "dry-run" for word in words):
        return
    for kind, name in _deleted(words):
        if kind in _SECRETS and name.text.rpartition("/")[2] == "istio-ca-secret":
            yield Draft(_ROOT, location=name.location)
        elif _POLICIES.fullmatch(kind) and _DENIES.fullmatch(name.text.rpartition("/")[2]):
            yield Draft(_OPEN.format(name=name.text.rpartition("/")[2]), location=name.location)


def _deleted(words: tuple[Word, ...]) -> Iterator[tuple[str, Word]]:
    """Kind and name of what a `kubectl delete` names, in the forms `KIND NAME…` and `KIND/NAME`."""
    values = {word for _, word in flag_values(words, *_VALUED)}
    behind = [word for word in words[1:] if not flag_name(word.text) and word not in values]
    if not behind or behind[0].text != "delete":
        return
    kind = ""
    for word in behind[1:]:
        if "/" in word.text:
            yield word.text.partition("/")[0].lower(), word
        elif not kind:
            kind = word.text.lower()
        else:
            yield kind, word
