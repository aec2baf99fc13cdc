"""Reads what commands install of Istio, through istioctl or through its charts."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from service_mesh.model.chart_set import assignments
from service_mesh.model.command import Command, Word
from service_mesh.rules.commands._calls import calls, flag_name, flag_values
from service_mesh.rules.commands._helm import helm_install
from service_mesh.rules.commands._istioctl import ISTIOCTL

__all__ = ["Installation", "installation"]

_CHART = re.compile(r"(?:istio(?:-\w+)?|oci://\S*istio\S*)/(?P<name>istiod|ambient)")
_AMBIENT = frozenset({"ambient", "openshift-ambient"})
_VALUES = "values"


@dataclass(frozen=True, slots=True)
class Installation:
    """A command that installs a control plane of Istio.

    Attributes:
        word: The word that says so.
        values: Each value given with a flag, by its path in the chart, with the word that holds it.
        has_file: Whether a file gives more.
        is_ambient: Whether it is ambient mode.
    """

    word: Word
    values: tuple[tuple[tuple[str, ...], object, Word], ...]
    has_file: bool
    is_ambient: bool

    def given(self, *path: str) -> Word | None:
        """The word that gives a value, or gives one below it; None where no flag does."""
        return next((word for held, _, word in self.values if held[: len(path)] == path), None)


def installation(command: Command) -> Installation | None:
    """What a command installs of Istio; None for other commands."""
    for call in calls(command):
        if call.tool is ISTIOCTL and call.path in {("install",), ("manifest", "install")} and not call.inside:
            values = tuple(_given(call.rest, "set", "s"))
            file = any(flag_name(word.text) in {"f", "filename"} for word in call.rest)
            word = call.line[len(call.path) - 1][1]
            return Installation(word, values, file, _profile(values) in _AMBIENT)
    found = helm_install(command)
    chart = _CHART.fullmatch(found.chart.text) if found else None
    if found is None or chart is None or found.verb == "template":
        return None
    values = tuple(_given(found.words, "set", "set-string"))
    ambient = chart["name"] == "ambient" or _profile(values) in _AMBIENT
    return Installation(found.chart, values, found.has("f", "values", "reuse-values"), ambient)


def _given(words: tuple[Word, ...], *names: str) -> Iterator[tuple[tuple[str, ...], object, Word]]:
    for text, word in flag_values(words, *names):
        for one in assignments(text):
            yield one.path[1:] if one.path[0] == _VALUES else one.path, one.value, word


def _profile(values: tuple[tuple[tuple[str, ...], object, Word], ...]) -> object:
    return next((value for path, value, _ in reversed(values) if path == ("profile",)), "")
