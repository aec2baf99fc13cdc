"""Calls of mesh command lines, however they are carried to where they run."""

import pytest

from service_mesh.model.origin import SourceText
from service_mesh.rules.commands._calls import calls, flag_values
from service_mesh.source.shell import commands


def _calls(text: str) -> list[tuple[str, tuple[str, ...], bool]]:
    found = [call for command in commands(SourceText("guide.md", text)) for call in calls(command)]
    return [(" ".join(word.text for word in call.words), call.path, call.inside) for call in found]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("/usr/local/bin/istioctl version", [("/usr/local/bin/istioctl version", ("version",), False)]),
        ("kubectl exec pod -- cilium status", [("cilium status", ("status",), True)]),
        ("ssh node sudo istioctl version", [("istioctl version", ("version",), False)]),
        ("ssh -p 22 -A me@node istioctl version", [("istioctl version", ("version",), False)]),
        ("ssh -p22 node istioctl version", [("istioctl version", ("version",), False)]),
        ("ssh node kubectl exec pod -- cilium status", [("cilium status", ("status",), True)]),
        ("ssh a ssh b ssh c istioctl version", []),
        ("ssh node", []),
        ("ssh -p 22", []),
        ("ssh node sudo", []),
        ("kubectl exec pod", []),
        ("kubectl get pod -- cilium status", []),
        ("helm install istio", []),
    ],
)
def test_call_is_found_behind_up_to_two_carriers(text: str, found: list[tuple[str, tuple[str, ...], bool]]) -> None:
    assert _calls(text) == found


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("istioctl -n web", ["web"]),
        ("istioctl -nweb", ["web"]),
        ("istioctl -n=web", ["web"]),
        ("istioctl --namespace web -n shop", ["web", "shop"]),
        ("istioctl --namespace=web", ["web"]),
        ("istioctl --namespace", []),
        ("istioctl -n", []),
        ("istioctl -o web - --", []),
    ],
)
def test_values_of_a_flag_are_read_in_every_form(text: str, values: list[str]) -> None:
    (command,) = commands(SourceText("guide.md", text))
    assert [value for value, _ in flag_values(command.words, "n", "namespace")] == values
