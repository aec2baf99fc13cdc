"""Turns what becomes of values for Cilium's chart into findings at the places where they are written."""

from collections.abc import Callable, Iterator

from service_mesh.mesh.cilium_chart import ChartSettings, Fault
from service_mesh.mesh.cilium_values import ChartValues, chart_values
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Anchor, Draft
from service_mesh.model.fix import Fix
from service_mesh.model.grade import Severity
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource

__all__ = ["CHART", "value_findings"]

CHART = "cilium/cilium: install/kubernetes/cilium"
"""Where the chart is read."""

Judge = Callable[[ChartSettings], Iterator[Fault]]


def value_findings(
    resource: Resource,
    mesh: MeshView,
    judge: Judge,
    *,
    milder: Severity | None = None,
    anchor: Anchor = Anchor.AUTO,
) -> Iterator[Draft]:
    """What a judge says about the values in an object, at the nearest place there is for each.

    Args:
        resource: The object.
        mesh: The view of everything.
        judge: Yields the faults of settings.
        milder: The grade of faults that are less than the others.
        anchor: Which end of a field is pointed at.
    """
    for values in chart_values(mesh, resource):
        for fault in judge(values.settings):
            place = values.place(fault.path)
            yield place.finding(
                fault.message,
                fix=_renamed(values, fault, place),
                severity=milder if fault.is_milder else None,
                partial=fault.partial,
                anchor=anchor,
            )


def _renamed(values: ChartValues, fault: Fault, place: Node) -> Fix | None:
    """A fix that gives a value its name, where the place has it and the name is free."""
    if not fault.rename or not values.is_written(fault.path):
        return None
    around = place.parent().value
    is_free = isinstance(around, dict) and fault.rename not in around
    return Fix.rename(place, fault.rename) if is_free else None
