"""What a document does to make one mesh of Istio from several clusters."""

from collections.abc import Iterator

from service_mesh.model.command import Word
from service_mesh.model.script import Script
from service_mesh.rules.commands._calls import Call
from service_mesh.rules.commands._istio import Installation, installation
from service_mesh.rules.commands._istioctl import ISTIOCTL
from service_mesh.rules.commands._steps import all_calls

__all__ = ["naming", "remote_secrets"]

_SECRET = "create-remote-secret"


def naming(script: Script) -> Iterator[tuple[Installation, Word]]:
    """Each installation that names its cluster, with the word that does."""
    for command in script.commands:
        found = installation(command)
        word = found.given("global", "multiCluster", "clusterName") if found else None
        if found is not None and word is not None:
            yield found, word


def remote_secrets(script: Script) -> Iterator[tuple[Call, Word]]:
    """Each call that makes the secret by which another cluster is read, with the word that says so."""
    for call in all_calls(script):
        word = next((word for name, word in call.line if name == _SECRET), None)
        if call.tool is ISTIOCTL and word is not None:
            yield call, word
