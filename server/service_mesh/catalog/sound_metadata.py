"""Tells at little cost that metadata is right, as that of nearly every object is; what it doubts is looked at closely.

Every object that is read comes by here: no nodes, no generators, no paths.
"""

from collections.abc import Mapping
from functools import lru_cache

from service_mesh.catalog.metadata_terms import Terms
from service_mesh.catalog.name_forms import DNS_LABEL, LABEL_VALUE, QUALIFIED

__all__ = ["ANNOTATION_BYTES", "WIDEST", "is_sound", "value_at"]

ANNOTATION_BYTES = 256 * 1024
"""Most bytes of all annotations of an object. Source: Kubernetes, apimachinery/pkg/api/validation/objectmeta.go."""

WIDEST = 4
"""Most bytes of a character in UTF-8."""

_USUAL = frozenset({"name", "namespace", "labels", "annotations"})
_LONGEST_VALUE = LABEL_VALUE.most
_LONGEST_KEY = QUALIFIED.most
_is_key = QUALIFIED.regex.fullmatch
_is_value = LABEL_VALUE.regex.fullmatch


def is_sound(data: Mapping[str, object], terms: Terms) -> bool:
    """Whether there is certainly nothing wrong with the metadata of an object; False where that is open."""
    metadata = data.get("metadata")
    if not isinstance(metadata, dict) or not _USUAL.issuperset(metadata):
        return False
    name, namespace = metadata.get("name"), metadata.get("namespace")
    if not (isinstance(name, str) and name and terms.name.holds(name)):
        return False
    if namespace is not None and not (isinstance(namespace, str) and DNS_LABEL.holds(namespace)):
        return False
    if not (_are_labels(metadata.get("labels")) and _are_annotations(metadata.get("annotations"))):
        return False
    for steps in terms.labels:
        if not _are_labels(value_at(data, steps)):
            return False
    for steps in terms.annotations:  # noqa: SIM110  # most kinds have none, and a generator costs more than the rest
        if not _are_annotations(value_at(data, steps)):
            return False
    return True


def value_at(data: object, steps: tuple[str, ...]) -> object:
    """The value that steps lead to, None where one of them leads nowhere."""
    for step in steps:
        if not isinstance(data, dict):
            return None
        data = data.get(step)
    return data


def _are_labels(labels: object) -> bool:
    if not isinstance(labels, dict):
        return labels is None
    for key, value in labels.items():
        is_short = isinstance(value, str) and len(value) <= _LONGEST_VALUE and len(key) <= _LONGEST_KEY
        if not (is_short and _is_label(key, value)):
            return False
    return True


@lru_cache(maxsize=4096)
def _is_label(key: str, value: str) -> bool:
    """Remembered, since a few labels are on most objects; long texts, which would fill the memory, are kept out."""
    return _is_value(value) is not None and _is_key(key) is not None


def _are_annotations(annotations: object) -> bool:
    if not isinstance(annotations, dict):
        return annotations is None
    size = 0
    for key, value in annotations.items():
        if not (isinstance(value, str) and _is_key(key)):
            return False
        size += len(key) + len(value)
    return size * WIDEST <= ANNOTATION_BYTES
