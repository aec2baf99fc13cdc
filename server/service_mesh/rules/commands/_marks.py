"""Reads the labels and annotations that `kubectl label`, `annotate` and `patch` put on objects."""

import json
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from service_mesh.model.command import Command, Word
from service_mesh.rules.commands._calls import KUBECTL, flag_name, flag_values
from service_mesh.rules.commands._kubectl import arguments, named

__all__ = ["ANNOTATION", "LABEL", "NAMESPACE", "Mark", "Patch", "marks", "patches"]

LABEL, ANNOTATION = "label", "annotation"
NAMESPACE = "Namespace"
_VERBS = {"label": LABEL, "annotate": ANNOTATION}
_KINDS = {
    NAMESPACE: "namespace namespaces ns",
    "Deployment": "deployment deployments deploy",
    "StatefulSet": "statefulset statefulsets sts",
    "DaemonSet": "daemonset daemonsets ds",
    "ReplicaSet": "replicaset replicasets rs",
    "Job": "job jobs",
}
"""Kind -> the names that `kubectl` takes for it."""

_NAMES = {name: kind for kind, names in _KINDS.items() for name in names.split()}
_MOST = 10_000


class Mark(NamedTuple):
    """A label or an annotation that a command sets.

    Attributes:
        form: `LABEL` or `ANNOTATION`.
        kind: Kind of the object that it is put on; one of those with pods, or a namespace.
        key: Its name.
        value: What it is set to.
        word: The word that sets it.
    """

    form: str
    kind: str
    key: str
    value: str
    word: Word


class Patch(NamedTuple):
    """A patch of an object with a pod template, as JSON.

    Attributes:
        own: The object's metadata, as far as the patch writes it.
        template: The metadata of its pods.
        kind: Kind of the object.
        word: The patch.
    """

    own: Mapping[str, object]
    template: Mapping[str, object]
    kind: str
    word: Word


def marks(command: Command) -> Iterator[Mark]:
    """Yield what a command sets on workloads and namespaces; what it takes away is passed over."""
    behind = arguments(command.words) if command.program in KUBECTL else []
    form = _VERBS.get(behind[0].text, "") if len(behind) > 2 else ""
    kind = _kind(behind[1].text) if form else ""
    for word in behind[2:] if kind else ():
        key, equals, value = word.text.partition("=")
        if equals and not flag_name(word.text):
            yield Mark(form, kind, key, value, word)
    for patch in patches(command):
        for form, field in ((LABEL, "labels"), (ANNOTATION, "annotations")):
            entries = {key: value for key, value in _map(patch.own.get(field)).items() if value is not None}
            yield from (Mark(form, patch.kind, key, str(value), patch.word) for key, value in entries.items())


def patches(command: Command) -> Iterator[Patch]:
    """Yield the patches of workloads that can be read: JSON without variables, and no list of operations."""
    words = command.words
    if command.program not in KUBECTL or "json" in {value for value, _ in flag_values(words, "type")}:
        return
    kind = next((_kind(written) for written, _ in named(words, "patch")), "")
    for text, word in flag_values(words, "p", "patch") if kind and kind != NAMESPACE else ():
        body = _parsed(text)
        template = _map(_map(body.get("spec")).get("template"))
        yield Patch(_map(body.get("metadata")), _map(template.get("metadata")), kind, word)


def _kind(written: str) -> str:
    return _NAMES.get(written.partition("/")[0].partition(".")[0].lower(), "")


def _parsed(text: str) -> Mapping[str, object]:
    try:
        return _map(json.loads(text)) if len(text) <= _MOST else {}
    except (ValueError, RecursionError):
        return {}


def _map(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}
