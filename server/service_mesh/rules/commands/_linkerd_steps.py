"""What a document does with the command line of Linkerd: installs it, gives it certificates, links clusters."""

import re
from collections.abc import Iterator

from service_mesh.model.command import Word
from service_mesh.model.script import Script
from service_mesh.rules.commands._calls import Call, flag_name, flag_values
from service_mesh.rules.commands._linkerd import LINKERD
from service_mesh.rules.commands._steps import all_calls, mentions

__all__ = ["brings_certificates", "definitions_installed", "has_values", "links", "planes_installed"]

_CERTIFICATES = re.compile(
    r"trust[-_]?(?:anchor|root|bundle)|identity[-_.]?(?:issuer|external|trust)|external-?ca|cert-manager|trust-manager",
    re.IGNORECASE,
)
_MAKERS = frozenset({"step", "cfssl", "certstrap", "mkcert", "vault"})
"""Programs that are there to make certificates."""

_OPENSSL = frozenset({"req", "genrsa", "genpkey", "ecparam", "ca"})


def planes_installed(script: Script) -> Iterator[Call]:
    """Each `linkerd install` of a control plane."""
    yield from (call for call in _installs(script) if not _has_flag(call, "crds"))


def definitions_installed(script: Script) -> Iterator[Call]:
    """Each `linkerd install --crds`."""
    yield from (call for call in _installs(script) if _has_flag(call, "crds"))


def links(script: Script) -> Iterator[Word]:
    """The word of each `linkerd multicluster link` and `link-gen`."""
    for call in all_calls(script):
        line = call.line
        if call.tool is LINKERD and len(line) > 1 and line[0][0] == "multicluster":
            yield from (word for name, word in line[1:2] if name in {"link", "link-gen"})


def has_values(call: Call) -> bool:
    """Whether a call takes values from a file or leaves the cluster out, so that what it makes is not known."""
    return _has_flag(call, "f", "values", "ignore-cluster")


def brings_certificates(script: Script) -> bool:
    """Whether certificates are made or given anywhere in the text, by whatever means."""
    return (
        mentions(script, _CERTIFICATES)
        or any(resource.group.endswith("cert-manager.io") for resource in script.resources)
        or any(command.program in _MAKERS for command in script.commands)
        or any(command.program == "openssl" and _makes(command.words) for command in script.commands)
    )


def _installs(script: Script) -> Iterator[Call]:
    for call in all_calls(script):
        if call.tool is LINKERD and call.path == ("install",) and not _has_flag(call, "h", "help"):
            yield call


def _has_flag(call: Call, *names: str) -> bool:
    off = {word for value, word in flag_values(call.words, *names) if value == "false"}
    return any(flag_name(word.text) in names and word not in off for word in call.words)


def _makes(words: tuple[Word, ...]) -> bool:
    return len(words) > 1 and words[1].text in _OPENSSL
