"""Reads what commands install: the chart, its version and the values that are given with flags."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from service_mesh.mesh.cilium_chart import ChartSettings, Fault, Path
from service_mesh.mesh.cilium_chart_keys import FIRST, NEWEST
from service_mesh.model.chart_set import Assignment, assignments, merged
from service_mesh.model.command import Command, Word
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Severity
from service_mesh.rules.commands._calls import calls, flag_name, flag_values
from service_mesh.rules.commands._cilium import CILIUM

__all__ = ["Installing", "cilium_faults", "helm_install", "installing_cilium"]

_HELM = frozenset({"helm", "helm3", "helmv3"})
_VERBS = frozenset({"install", "upgrade", "template"})
_VALUED = (
    *("n", "namespace", "version", "repo", "kube-context", "kubeconfig", "timeout", "o", "output", "output-dir"),
    *("f", "values", "set", "set-string", "set-json", "set-file", "set-literal", "l", "labels", "description"),
    *("username", "password", "ca-file", "cert-file", "key-file", "keyring", "post-renderer", "post-renderer-args"),
    *("name-template", "history-max", "a", "api-versions", "kube-version", "s", "show-only", "burst-limit", "qps"),
)
"""Flags of Helm whose value is a word of its own. (`helm/helm: pkg/cmd/install.go`, `upgrade.go`, `template.go`)"""
_MORE_VALUES = frozenset({"f", "values", "reuse-values", "reset-then-reuse-values", "set-json"})
_CILIUM = re.compile(r"cilium/cilium|oci://quay\.io/cilium/charts/cilium|\S*install/kubernetes/cilium/?")
_OWN_REPOSITORY = re.compile(r"https://helm\.cilium\.io/?")
_VERSION = re.compile(r"v?1\.(\d{1,3})(?:\..*)?")


@dataclass(frozen=True, slots=True)
class Installing:
    """A command that installs a chart or changes what is installed of it.

    Attributes:
        verb: `install`, `upgrade` or `template`.
        chart: The chart as it is named.
        words: All words behind the program.
        given: The values that flags give, each with the word that holds it.
        is_all: Whether no other values count, so that what is not given has its default.
    """

    verb: str
    chart: Word
    words: tuple[Word, ...]
    given: tuple[tuple[Assignment, Word], ...]
    is_all: bool

    def flag(self, *names: str) -> str:
        """Value of a flag, the last one given; empty where it is not."""
        return next((value for value, _ in reversed(list(flag_values(self.words, *names)))), "")

    def has(self, *names: str) -> bool:
        """Whether any of these flags is given."""
        return any(flag_name(word.text) in names for word in self.words)

    @property
    def values(self) -> Mapping[str, object]:
        """The values as maps in maps."""
        return merged(one for one, _ in self.given)

    def word(self, path: Path) -> Word:
        """The word that gives a value, or the first that gives one below it."""
        found = [word for one, word in self.given if one.path[: len(path)] == path]
        return found[-1] if found else self.chart


def helm_install(command: Command) -> Installing | None:
    """What `helm install`, `helm upgrade` or `helm template` does; None for other commands."""
    words = command.words[1:]
    if command.program not in _HELM:
        return None
    values = {id(word) for _, word in flag_values(words, *_VALUED) if not flag_name(word.text)}
    plain = [word for word in words if not flag_name(word.text) and id(word) not in values]
    if len(plain) < 2 or plain[0].text not in _VERBS:
        return None
    chart, verb, flags = plain[-1], plain[0].text, {flag_name(word.text) for word in words}
    # What was given before counts in an upgrade that says so, and nobody knows what it was.
    is_fresh = verb != "upgrade" or not flags.isdisjoint({"install", "i"})
    return Installing(verb, chart, words, tuple(_given(words)), is_fresh and flags.isdisjoint(_MORE_VALUES))


def installing_cilium(command: Command) -> Installing | None:
    """What a command does to Cilium's chart, through Helm or through the command line of Cilium; None for others."""
    found = helm_install(command)
    if found is not None:
        is_own = bool(_OWN_REPOSITORY.fullmatch(found.flag("repo"))) and found.chart.text == "cilium"
        return found if is_own or _CILIUM.fullmatch(found.chart.text) else None
    for call in calls(command):
        if call.tool is CILIUM and call.path in (("install",), ("upgrade",)) and not call.inside:
            # It finds out some values by itself, such as the cluster's name.
            return Installing(call.path[0], call.words[0], call.words[1:], tuple(_given(call.words[1:])), is_all=False)
    return None


def cilium_faults(
    command: Command, judge: Callable[[ChartSettings], Iterator[Fault]], milder: Severity | None = None
) -> Iterator[Draft]:
    """What a judge says about the values that a command gives to Cilium's chart, as far as they alone tell."""
    installing = installing_cilium(command)
    if installing is None or not installing.given:
        return
    settings = ChartSettings(installing.values, _minor(installing.flag("version")), installing.is_all)
    for fault in judge(settings):
        if not fault.partial:
            place = installing.word(fault.path).location
            yield Draft(fault.message, location=place, severity=milder if fault.is_milder else None)


def _given(words: tuple[Word, ...]) -> Iterator[tuple[Assignment, Word]]:
    for value, word in flag_values(words, "set", "helm-set"):
        yield from ((one, word) for one in assignments(value))
    for value, word in flag_values(words, "set-string", "helm-set-string", "set-literal"):
        yield from ((one, word) for one in assignments(value, as_text=True))
    for value, word in flag_values(words, "set-file", "helm-set-file"):
        yield from ((Assignment(one.path, None), word) for one in assignments(value))


def _minor(version: str) -> int:
    match = _VERSION.fullmatch(version)
    return min(max(int(match[1]), FIRST), NEWEST) if match else NEWEST
