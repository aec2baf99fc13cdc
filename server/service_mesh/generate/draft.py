"""An intent into files and commands: its cell plans them, templates write them."""

from dataclasses import dataclass

from service_mesh.generate.intent import InexpressibleError, Intent
from service_mesh.generate.parameters.base import Parameters
from service_mesh.generate.patching import doing, undoing
from service_mesh.generate.plan import Form, Gap, Patch, Plan, Sheet, Step
from service_mesh.generate.site import Site
from service_mesh.generate.undo import Undo, undo
from service_mesh.generate.written import Leaf
from service_mesh.model import kinds

__all__ = ["Drafted", "draft"]


@dataclass(frozen=True, slots=True)
class Drafted:
    """An intent as files and commands that nothing has proved yet.

    Attributes:
        plan: What they are made from.
        leaves: One for each of its steps, in their order.
        undo: The way back.
    """

    plan: Plan
    leaves: tuple[Leaf, ...]
    undo: Undo


def draft(intent: Intent, parameters: Parameters, site: Site) -> Drafted:
    """Write an intent.

    Raises:
        InexpressibleError: The dialect, or its release, has no words for it.
    """
    cell = intent.cells[site.dialect]
    if isinstance(cell, Gap):
        raise InexpressibleError(cell)
    plan = cell(parameters, site)
    leaves = tuple(_leaf(step, site) for step in plan.steps)
    return Drafted(plan, leaves, undo(leaves, site.view))


def _leaf(step: Step, site: Site) -> Leaf:
    if isinstance(step, Sheet):
        return _written(step, site)
    if isinstance(step, Patch):
        held = site.view.find(step.kind, step.namespace, step.name)
        return Leaf(step, "", "", tuple(doing(step)), tuple(undoing(step, held.data if held is not None else None)))
    return Leaf(step, "", "", (step.text,), (step.undo,) if step.undo else ())


def _written(sheet: Sheet, site: Site) -> Leaf:
    from service_mesh.generate.text import render  # Jinja2 is imported when the first text is written

    text = render(sheet.template, {"site": site, "kinds": kinds, **sheet.values})
    apply = sheet.apply or (sheet.name if sheet.form is Form.MANIFEST else "")
    return Leaf(sheet, sheet.name, text, (apply,) if apply else (), (sheet.undo,) if sheet.undo else ())
