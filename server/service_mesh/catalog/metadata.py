"""What the API server has against the metadata of an object in code, beyond its schema: names, labels, finalizers.

Values of a wrong type are passed over, since the schema tells them; null stands for an absent field and, inside of a
list or a map of texts, for the empty text.

Source: Kubernetes, apimachinery/pkg/api/validation/objectmeta.go (ValidateObjectMetaAccessor).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence

from service_mesh.catalog.judgement import Fault
from service_mesh.catalog.metadata_terms import Terms
from service_mesh.catalog.name_forms import (
    DNS_LABEL,
    DNS_SUBDOMAIN,
    JOB_NAME,
    LABEL_VALUE,
    QUALIFIED,
    Form,
    generated,
    takes_prefix,
)
from service_mesh.catalog.owners import owner_faults
from service_mesh.catalog.sound_metadata import ANNOTATION_BYTES, WIDEST, is_sound, value_at
from service_mesh.catalog.wording import called, holder, quoted
from service_mesh.model.finding import Anchor
from service_mesh.model.names import nearest
from service_mesh.model.node import Node
from service_mesh.model.path import Path
from service_mesh.model.resource import Resource

__all__ = ["metadata_faults"]

_STANDARD = frozenset({"foregroundDeletion", "kubernetes", "orphan"})
"""Finalizers of Kubernetes itself, which have no domain."""

_EXCLUSIVE = ("foregroundDeletion", "orphan")


def metadata_faults(resource: Resource, terms: Terms, told: Sequence[Fault]) -> list[Fault]:
    """The faults in the metadata of an object.

    Args:
        resource: The object.
        terms: What its kind asks for.
        told: What the schema has against the object; nothing is said twice of one value.
    """
    if is_sound(resource.data, terms):
        return []
    found = list(_faults(resource, terms))
    if not found or not told:
        return found
    known = {_place(fault) for fault in told}
    misspelt = any(code == "SC120" and _stands_for_name(draft.node) for code, draft in told)
    return [fault for fault in found if _place(fault) not in known and not (misspelt and fault[0] == "SC125")]


def _place(fault: Fault) -> tuple[Path, str]:
    """Where a fault is; faults of the whole object are told apart by what they say."""
    draft = fault[1]
    path = () if draft.node is None else draft.node.path
    return path, "" if path else draft.message


def _stands_for_name(node: Node | None) -> bool:
    """Whether an unknown field of the metadata is its name, misspelt."""
    if node is None or len(node.path) != 2 or node.path[0] != "metadata":
        return False
    return nearest(str(node.path[1]), ("name", "generateName")) is not None


def _faults(resource: Resource, terms: Terms) -> Iterator[Fault]:
    metadata = resource.data.get("metadata")
    if isinstance(metadata, dict):
        yield from _own_faults(Node(resource, ("metadata",), metadata), metadata, terms)
    elif metadata is None and terms.is_named:
        yield _missing(resource.root, "metadata")
    for steps in terms.labels:
        yield from _label_faults(Node(resource, steps, value_at(resource.data, steps)))
    for steps in terms.annotations:
        yield from _annotation_faults(Node(resource, steps, value_at(resource.data, steps)))


def _own_faults(node: Node, metadata: Mapping[str, object], terms: Terms) -> Iterator[Fault]:
    yield from _name_faults(node, metadata, terms)
    if terms.is_namespaced and (namespace := metadata.get("namespace")):
        yield from _form_faults(node, "namespace", namespace, DNS_LABEL)
    for name, faults_in in _PARTS.items():
        if metadata.get(name):
            yield from faults_in(Node(node.resource, ("metadata", name), metadata[name]))
    if finalizers := metadata.get("finalizers"):
        yield from _finalizer_faults(Node(node.resource, ("metadata", "finalizers"), finalizers), terms)


def _name_faults(node: Node, metadata: Mapping[str, object], terms: Terms) -> Iterator[Fault]:
    name, prefix = metadata.get("name"), metadata.get("generateName")
    form = _form_of(node.resource, terms)
    if name:
        yield from _form_faults(node, "name", name, form)
    elif not prefix and terms.is_named:
        yield _missing(node, "name")
    if isinstance(prefix, str) and prefix:
        yield from _prefix_faults(node.resource, prefix, form, is_used=not name)


def _form_of(resource: Resource, terms: Terms) -> Form:
    """The form of names, which for a Job depends on who selects its pods."""
    if terms.name is JOB_NAME and (flag := resource.get("spec.manualSelector")) is not None and flag.value is True:
        return DNS_SUBDOMAIN
    return terms.name


def _missing(node: Node, name: str) -> Fault:
    """The finding of a field that is absent, null or an empty text."""
    held, written = holder(node.path, node.resource.kind.name), node.key(name)
    if written is None:
        return "SC125", node.finding(f"{quoted(name)} is missing in {held}")
    state = "null" if written.value is None else "empty"
    return "SC125", written.finding(f"{quoted(name)} is {state} in {held}, which reads as missing")


def _prefix_faults(resource: Resource, prefix: str, form: Form, *, is_used: bool) -> Iterator[Fault]:
    node = Node(resource, ("metadata", "generateName"), prefix)
    if not takes_prefix(form, prefix):
        yield (
            "SC133",
            node.finding(f"'generateName' is {quoted(prefix)}, not the beginning of {form.words}", anchor=Anchor.VALUE),
        )
    elif is_used and not form.holds(made := generated(prefix)):
        yield (
            "SC133",
            node.finding(
                f"'generateName' is {quoted(prefix)}, from which names such as {quoted(made)} are made",
                anchor=Anchor.VALUE,
            ),
        )


def _form_faults(holding: Node, name: str, value: object, form: Form) -> Iterator[Fault]:
    if isinstance(value, str) and not form.holds(value):
        yield _form_fault(Node(holding.resource, (*holding.path, name), value), value, form)


def _form_fault(node: Node, text: str, form: Form) -> Fault:
    if form.regex.fullmatch(text):
        return "SC123", node.finding(f"{called(node.path)} has {len(text)} characters, more than {form.most}")
    return "SC133", node.finding(f"{called(node.path)} is {quoted(text)}, not {form.words}", anchor=Anchor.VALUE)


def _label_faults(node: Node) -> Iterator[Fault]:
    if not isinstance(node.value, dict):
        return
    for key, value in node.value.items():
        if not QUALIFIED.holds(key):
            yield _key_fault(node, key)
        if value:
            yield from _form_faults(node, key, value, LABEL_VALUE)


def _annotation_faults(node: Node) -> Iterator[Fault]:
    if not isinstance(node.value, dict):
        return
    for key in node.value:
        if not (QUALIFIED.holds(key) or QUALIFIED.holds(_lowered(key))):
            yield _key_fault(node, key)
    texts = [text for pair in node.value.items() for text in pair if isinstance(text, str)]
    if sum(map(len, texts)) * WIDEST > ANNOTATION_BYTES:
        size = sum(len(text.encode("utf-8", "surrogatepass")) for text in texts)
        if size > ANNOTATION_BYTES:
            yield "SC123", node.finding(f"'annotations' holds {size} bytes, more than {ANNOTATION_BYTES}")


def _lowered(key: str) -> str:
    """The key in lower case as Go writes it, to which a dotted capital I is one plain letter."""
    return key.replace("\u0130", "i").lower()


def _key_fault(node: Node, key: str) -> Fault:
    message = f"the key {quoted(key)} of {called(node.path)} is not {QUALIFIED.words}"
    return "SC133", Node(node.resource, (*node.path, key), node.value).finding(message, anchor=Anchor.KEY)


def _finalizer_faults(node: Node, terms: Terms) -> Iterator[Fault]:
    items = node.value if isinstance(node.value, list) else []
    for index, value in enumerate(items):
        text = "" if value is None else value
        if isinstance(text, str) and (missed := _missed(text, terms)):
            item = Node(node.resource, (*node.path, index), value)
            shown = "null" if value is None else quoted(text)
            yield "SC133", item.finding(f"{called(item.path)} is {shown}, not {missed}", anchor=Anchor.VALUE)
    if all(name in items for name in _EXCLUSIVE):
        last = max(map(items.index, _EXCLUSIVE))
        item, other = Node(node.resource, (*node.path, last), items[last]), _EXCLUSIVE[items[last] == _EXCLUSIVE[0]]
        yield "SC135", item.finding(f"{called(item.path)} is {quoted(items[last])} beside {quoted(other)}")


def _missed(finalizer: str, terms: Terms) -> str:
    """What a finalizer is not, in words; empty where it is right."""
    if not QUALIFIED.holds(finalizer):
        return QUALIFIED.words
    is_strict = terms.has_strict_finalizers and "/" not in finalizer and finalizer not in _STANDARD
    return "a name behind a domain and '/'" if is_strict else ""


_PARTS: Mapping[str, Callable[[Node], Iterator[Fault]]] = {
    "labels": _label_faults,
    "annotations": _annotation_faults,
    "ownerReferences": owner_faults,
}
