"""Findings about the type of an object: its kind or its API version is not what the API server serves."""

from collections.abc import Iterable, Mapping, Sequence

from service_mesh.catalog.judgement import Fault
from service_mesh.catalog.removed import Removal
from service_mesh.catalog.timeline import Timeline
from service_mesh.catalog.upcoming import is_still_shipped
from service_mesh.catalog.wording import listed, quoted
from service_mesh.model.finding import Anchor
from service_mesh.model.fix import Fix
from service_mesh.model.grade import Severity
from service_mesh.model.names import nearest
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource

__all__ = [
    "absent_kind_fault",
    "deprecated_fault",
    "experimental_fault",
    "removed_fault",
    "removed_kind_fault",
    "unknown_kind_fault",
    "unserved_fault",
]

_EXPERIMENTAL_GROUP = ".x-k8s.io"
"""Says of itself that its kinds are experimental."""

_ALONE = "the standard channel does not serve it"


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


def unserved_fault(resource: Resource, timeline: Timeline, *, fits: bool) -> Fault:
    """SC110 of a version that the kind does not have, not yet or not any more.

    The fix is safe where the release was named, or where no known one has the version: no other can have been meant.

    Args:
        resource: The object.
        timeline: What is served of its kind.
        fits: Whether the object is valid under the preferred version.
    """
    node, served, version = _node(resource, "apiVersion"), timeline.served, resource.version
    history = timeline.when(lambda release: version in timeline.entry.served(release))
    others = f", {listed(served)} {'is' if len(served) == 1 else 'are'}" if served else ""
    place = timeline.place if history else timeline.place.removesuffix(",")
    message = f"version {quoted(version)} of '{resource.kind}' is not served by {place}{history}{others}"
    is_safe = not timeline.is_open and (not history or bool(timeline.chosen.wanted))
    fix = Fix.replace(node, timeline.preferred, safe=is_safe) if fits else None
    is_mild = timeline.is_open or (not timeline.chosen.wanted and is_still_shipped(*resource.kind, version))
    severity = Severity.WARNING if is_mild else None
    return "SC110", node.finding(message, fix=fix, anchor=Anchor.VALUE, severity=severity)


def absent_kind_fault(resource: Resource, timeline: Timeline, removal: Removal | None) -> Fault:
    """SC111 of a kind that other releases have."""
    history = timeline.when(lambda release: bool(timeline.entry.served(release)))
    instead = f", {removal.instead}" if removal is not None else ""
    message = f"'{resource.kind}' is no kind of {timeline.place}{history}{instead}"
    severity = Severity.WARNING if timeline.is_open else None
    return "SC111", _node(resource, "kind").finding(message.removesuffix(","), anchor=Anchor.VALUE, severity=severity)


def removed_kind_fault(resource: Resource, removal: Removal) -> Fault:
    """SC111 of a kind that was gone before the oldest release of the data."""
    message = f"'{resource.kind}' is no kind of {removal.project} since {removal.removed}, {removal.instead}"
    return "SC111", _node(resource, "kind").finding(message, anchor=Anchor.VALUE)


def unknown_kind_fault(resource: Resource, known: Iterable[str], elsewhere: Sequence[str], *, newer: str = "") -> Fault:
    """SC111 of a kind that no release has.

    Args:
        resource: The object.
        known: Kinds of its group.
        elsewhere: API versions of other groups that have a kind of this name.
        newer: In words, the release that is judged by where a newer one was asked for: then it is only a warning.
    """
    group = f"group {quoted(resource.group)}" if resource.group else "the core group"
    name = resource.kind.name
    if len(elsewhere) == 1:
        node = _node(resource, "apiVersion")
        message = f"{quoted(name)} is no kind of {group} but of {quoted(elsewhere[0])}"
        return "SC111", node.finding(message, fix=Fix.replace(node, elsewhere[0]), anchor=Anchor.VALUE)
    node, near = _node(resource, "kind"), nearest(name, known, unique=True)
    fix = Fix.replace(node, near) if near else None
    message = f"{quoted(name)} is no kind of {group}" + (f" in {newer.removesuffix(',')}" if newer else "")
    severity = Severity.WARNING if newer else None
    return "SC111", node.finding(message, fix=fix, anchor=Anchor.VALUE, severity=severity)


def deprecated_fault(resource: Resource, timeline: Timeline, *, fits: bool) -> Fault:
    """SC112; `fits` tells whether the object is valid under the preferred version."""
    node, preferred = _node(resource, "apiVersion"), timeline.preferred
    fix = Fix.replace(node, preferred) if fits and preferred != resource.api_version else None
    channel = f", {_ALONE}" if not _is_standard(resource, timeline) else ""
    message = f"version {quoted(resource.version)} of '{resource.kind}' is deprecated{channel}"
    return "SC112", node.finding(message, fix=fix, anchor=Anchor.VALUE)


def experimental_fault(resource: Resource, timeline: Timeline) -> Fault | None:
    """SC128 of a kind or a version that the standard channel lacks; None where it has both."""
    if _is_standard(resource, timeline):
        return None
    place = f"the experimental channel of {timeline.chosen.name}"
    if timeline.standard not in timeline.entry.releases:
        message = f"'{resource.kind}' is a kind of {place} alone"
        severity = Severity.INFO if resource.group.endswith(_EXPERIMENTAL_GROUP) else None
        return "SC128", _node(resource, "kind").finding(message, anchor=Anchor.VALUE, severity=severity)
    message = f"version {quoted(resource.version)} of '{resource.kind}' is served by {place} alone"
    return "SC128", _node(resource, "apiVersion").finding(message, anchor=Anchor.VALUE)


def _is_standard(resource: Resource, timeline: Timeline) -> bool:
    standard = timeline.standard
    if not standard:
        return True
    return standard in timeline.entry.releases and resource.version in timeline.entry.served(standard)


def _node(resource: Resource, name: str) -> Node:
    return resource.root.key(name) or resource.root
