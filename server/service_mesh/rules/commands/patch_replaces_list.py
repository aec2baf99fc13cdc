"""A merge patch replaces a whole list of rules.

## Why it matters
A JSON merge patch knows no items of lists: `{"spec":{"http":[…]}}` puts its own list in the place of the one that is
there. A patch that is to change one weight takes away the other rules, their matches, timeouts and retries.

## Wrong
```bash
kubectl patch virtualservice backend --type merge -p '{"spec":{"http":[{"route":[{"destination":{"host":"a"}}]}]}}'
kubectl patch httproute backend --type=merge -p '{"spec":{"rules":[{"backendRefs":[{"name":"a","port":80}]}]}}'
```

## Right
```bash
kubectl patch virtualservice backend --type json -p '[{"op":"replace","path":"/spec/http/0/route/0/weight","value":75}]'
kubectl apply -f backend.yaml
```

## When it stays quiet
For patches of other fields, for a list that is emptied, for other types of patches, for kinds that are not known to
be those of a mesh, and with `--dry-run`. Whether the object had more than the patch writes is not known here.

## Fix safety
No fix is offered: text is not edited.
"""

import re
from collections.abc import Iterator

from service_mesh.model.command import Command
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.rules.commands._calls import KUBECTL, flag_name, flag_values
from service_mesh.rules.commands._kubectl import mesh_kind, named
from service_mesh.rules.rule import command_rule

_SOURCES = (
    "https://www.rfc-editor.org/rfc/rfc7386",
    "https://kubernetes.io/docs/tasks/manage-kubernetes-objects/update-api-object-kubectl-patch/",
)
_LISTS = {
    "virtualservice": "http tcp tls",
    "httproute": "rules",
    "grpcroute": "rules",
    "destinationrule": "subsets",
    "gateway": "servers listeners",
    "authorizationpolicy": "rules",
    "ciliumnetworkpolicy": "ingress egress",
    "ciliumclusterwidenetworkpolicy": "ingress egress",
}
"""Kind -> fields of its `spec` that hold the rules it is made of."""

_LIST = re.compile(r"[\"'](\w+)[\"']\s*:\s*\[\s*\{")


@command_rule("CM121", category=Category.OPERATIONS, severity=Severity.WARNING, sources=_SOURCES)
def patch_replaces_list(command: Command) -> Iterator[Draft]:
    """Report merge patches that write the list of rules of an object."""
    words = command.words
    if command.program not in KUBECTL or any(flag_name(word.text) in {"dry-run", "local"} for word in words):
        return
    if "merge" not in {value for value, _ in flag_values(words, "type")}:
        return
    kind = next((found for written, _ in named(words, "patch") if (found := mesh_kind(written))), "")
    fields = _LISTS.get(kind, "").split()
    for patch, word in flag_values(words, "p", "patch"):
        written = next((match[1] for match in _LIST.finditer(patch) if match[1] in fields), "")
        if written:
            yield Draft(
                f"the merge patch replaces all of 'spec.{written}': what it does not write there is gone",
                location=word.location,
            )
