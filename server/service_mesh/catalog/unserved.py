"""Findings about the type of an object: its kind or its API version is not what the API server serves."""

from collections.abc import Iterable, Mapping, Sequence

from service_mesh.catalog.archive import Entry
from service_mesh.catalog.judgement import Fault
from service_mesh.catalog.wording import listed, quoted
from service_mesh.model.finding import Anchor
from service_mesh.model.fix import Fix
from service_mesh.model.names import nearest
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource

__all__ = ["deprecated_fault", "removed_fault", "unknown_kind_fault", "unserved_fault"]


def removed_fault(resource: Resource, retired: Mapping[str, str], *, fits: bool) -> Fault:
    """SC110 of a version that Kubernetes has removed.

    Args:
        resource: The object.
        retired: `removed`, a release of Kubernetes, and `instead`, an API version, where there is one.
        fits: Whether the object is valid under that version. Its meaning may still differ: the fix is not safe.
    """
    node, instead = _node(resource, "apiVersion"), retired.get("instead", "")
    served = f", {quoted(instead)} is" if instead else " and nothing replaces it"
    message = (
        f"{quoted(resource.api_version)} of {quoted(resource.kind.name)} is not served "
        f"since Kubernetes {retired['removed']}{served}"
    )
    fix = Fix.replace(node, instead) if instead and fits else None
    return "SC110", node.finding(message, fix=fix, anchor=Anchor.VALUE)


def unserved_fault(resource: Resource, entry: Entry, *, fits: bool) -> Fault:
    """SC110 of a version that the kind does not have, or not any more.

    Args:
        resource: The object.
        entry: What is served of its kind.
        fits: Whether the object is valid under the preferred version.
    """
    node, served = _node(resource, "apiVersion"), entry.served()
    others = f", {listed(served)} {'is' if len(served) == 1 else 'are'}" if served else ""
    message = f"version {quoted(resource.version)} of '{resource.kind}' is not served{others}"
    fix = Fix.replace(node, entry.preferred, safe=True) if fits else None
    return "SC110", node.finding(message, fix=fix, anchor=Anchor.VALUE)


def unknown_kind_fault(resource: Resource, known: Iterable[str], elsewhere: Sequence[str]) -> Fault:
    """SC111.

    Args:
        resource: The object.
        known: Kinds of its group.
        elsewhere: API versions of other groups that have a kind of this name.
    """
    group = f"group {quoted(resource.group)}" if resource.group else "the core group"
    name = resource.kind.name
    if len(elsewhere) == 1:
        node = _node(resource, "apiVersion")
        message = f"{quoted(name)} is no kind of {group} but of {quoted(elsewhere[0])}"
        return "SC111", node.finding(message, fix=Fix.replace(node, elsewhere[0]), anchor=Anchor.VALUE)
    node, near = _node(resource, "kind"), nearest(name, known, unique=True)
    fix = Fix.replace(node, near) if near else None
    return "SC111", node.finding(f"{quoted(name)} is no kind of {group}", fix=fix, anchor=Anchor.VALUE)


def deprecated_fault(resource: Resource, entry: Entry, *, fits: bool) -> Fault:
    """SC112; `fits` tells whether the object is valid under the preferred version."""
    node = _node(resource, "apiVersion")
    fix = Fix.replace(node, entry.preferred) if fits and entry.preferred != resource.api_version else None
    message = f"version {quoted(resource.version)} of '{resource.kind}' is deprecated"
    return "SC112", node.finding(message, fix=fix, anchor=Anchor.VALUE)


def _node(resource: Resource, name: str) -> Node:
    return resource.root.key(name) or resource.root
