"""What the API server has against the owners that an object names.

That fields are missing is told by the schema; here they are empty, or do not go together.

Source: Kubernetes, apimachinery/pkg/api/validation/objectmeta.go (ValidateOwnerReferences).
"""

from collections.abc import Iterator

from service_mesh.catalog.judgement import Fault
from service_mesh.catalog.wording import called, quoted
from service_mesh.model.finding import Anchor
from service_mesh.model.node import Node

__all__ = ["owner_faults"]

_NAMING = ("kind", "name", "uid")


def owner_faults(node: Node) -> Iterator[Fault]:
    """The faults of the references to owners; one of a wrong type is passed over."""
    controllers: list[Node] = []
    for owner in node.items:
        yield from _reference_faults(owner)
        flag = owner.key("controller")
        if flag is None or flag.value is not True or any(_is_same(owner, other) for other in controllers):
            continue
        controllers.append(owner)
        if len(controllers) > 1:
            message = f"{called(owner.path)} is a second controller, beside {called(controllers[0].path)}"
            yield "SC134", flag.finding(message, related=(controllers[0].note("the first of them"),))


def _is_same(owner: Node, other: Node) -> bool:
    """Whether a reference is a repetition, which the server drops before it judges."""
    return _written(owner) == _written(other)


def _written(owner: Node) -> dict[str, object]:
    fields = owner.value if isinstance(owner.value, dict) else {}
    return {name: value for name, value in fields.items() if value is not None}


def _reference_faults(owner: Node) -> Iterator[Fault]:
    if owner.value is None:
        yield "SC125", owner.finding(f"{called(owner.path)} is null and names no owner")
    for name in _NAMING:
        found = owner.key(name)
        if found is not None and found.value == "":
            yield "SC123", found.finding(f"{quoted(name)} has 0 characters, fewer than 1")
    version, kind = owner.key("apiVersion"), owner.key("kind")
    if version is None or not isinstance(version.value, str):
        return
    if not _is_version(version.value):
        message = f"'apiVersion' is {quoted(version.value)}, not a version, alone or behind a group and '/'"
        yield "SC133", version.finding(message, anchor=Anchor.VALUE)
    elif version.value.removeprefix("/") == "v1" and kind is not None and kind.value == "Event":
        yield "SC122", kind.finding("'kind' is 'Event', which may not own anything", anchor=Anchor.VALUE)


def _is_version(text: str) -> bool:
    _, slash, version = text.partition("/")
    return bool(version) and "/" not in version if slash else bool(text)
