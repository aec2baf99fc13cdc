"""Reads which object a `kubectl` command names, so that rules can tell what it is done to."""

import re
from collections.abc import Iterator

from service_mesh.model.command import Word
from service_mesh.rules.commands._calls import flag_name, flag_values

__all__ = ["arguments", "files", "mesh_kind", "named"]

_VALUED = (
    "n namespace context cluster kubeconfig type p patch patch-file f filename k kustomize l selector o output "
    "subresource field-manager as as-group as-uid token user server s request-timeout v grace-period"
)
_GROUPS = re.compile(
    r"(?:[a-z0-9-]+\.)*(?:istio\.io|linkerd\.io|cilium\.io|argoproj\.io|flagger\.app)|gateway\.networking\.k8s\.io"
)
_KINDS = {
    "virtualservice": "virtualservice virtualservices vs",
    "destinationrule": "destinationrule destinationrules dr",
    "gateway": "gateway gateways gw",
    "serviceentry": "serviceentry serviceentries se",
    "peerauthentication": "peerauthentication peerauthentications pa",
    "requestauthentication": "requestauthentication requestauthentications ra",
    "authorizationpolicy": "authorizationpolicy authorizationpolicies",
    "envoyfilter": "envoyfilter envoyfilters",
    "httproute": "httproute httproutes",
    "grpcroute": "grpcroute grpcroutes",
    "serviceprofile": "serviceprofile serviceprofiles",
    "serverauthorization": "serverauthorization serverauthorizations",
    "ciliumnetworkpolicy": "ciliumnetworkpolicy ciliumnetworkpolicies cnp",
    "ciliumclusterwidenetworkpolicy": "ciliumclusterwidenetworkpolicy ciliumclusterwidenetworkpolicies ccnp",
    "canary": "canary canaries",
    "rollout": "rollout rollouts",
}
"""Kinds of custom objects -> the names that `kubectl` takes for them."""

_NAMES = {name: kind for kind, names in _KINDS.items() for name in names.split()}


def arguments(words: tuple[Word, ...]) -> list[Word]:
    """The words that are neither flags nor values of flags, without the program: the verb stands first."""
    values = {word for _, word in flag_values(words, *_VALUED.split())}
    return [word for word in words[1:] if not flag_name(word.text) and word not in values]


def named(words: tuple[Word, ...], verb: str) -> Iterator[tuple[str, Word]]:
    """Kind as written, in lower case, and name of what a command names: `KIND NAME`, `KIND/NAME`."""
    behind = arguments(words)
    if not behind or behind[0].text != verb:
        return
    kind = ""
    for word in behind[1:]:
        if "/" in word.text:
            yield word.text.partition("/")[0].lower(), word
        elif not kind:
            kind = word.text.lower()
        else:
            yield kind, word


def files(words: tuple[Word, ...]) -> Iterator[tuple[str, Word]]:
    """Files and addresses that a command applies, creates or replaces objects from."""
    behind = arguments(words)
    if behind and behind[0].text in {"apply", "create", "replace"}:
        yield from flag_values(words, "f", "filename")


def mesh_kind(written: str) -> str | None:
    """The kind of a mesh's custom object by a name that `kubectl` takes; None for other kinds.

    A name with a group counts where the group is one of a mesh: `gateways.networking.istio.io`.
    """
    name, _, group = written.partition(".")
    group = re.sub(r"^v\d\w*\.", "", group)
    if group and not _GROUPS.fullmatch(group):
        return None
    return _NAMES.get(name, name if group else None)
