"""An intent into files and commands: its cell plans them, templates write them."""

from collections.abc import Iterator
from dataclasses import dataclass

from service_mesh.generate.intent import InexpressibleError, Intent
from service_mesh.generate.parameters.base import Parameters
from service_mesh.generate.patching import doing, undoing
from service_mesh.generate.plan import Form, Gap, Patch, Plan, Sheet, Step
from service_mesh.generate.site import Site
from service_mesh.model import kinds

__all__ = ["Drafted", "Leaf", "draft"]


@dataclass(frozen=True, slots=True)
class Leaf:
    """A step, written.

    Attributes:
        step: What it is written from.
        name: Name of the file; empty for a command.
        text: What the file holds.
        apply: How it is applied: the name of a file for `kubectl apply -f`, else a command.
        undo: The commands that take it back.
    """

    step: Step
    name: str
    text: str
    apply: tuple[str, ...]
    undo: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Drafted:
    """An intent as files and commands that nothing has proved yet.

    Attributes:
        plan: What they are made from.
        leaves: One for each of its steps, in their order.
    """

    plan: Plan
    leaves: tuple[Leaf, ...]

    @property
    def files(self) -> Iterator[Leaf]:
        """Those that are files."""
        return (leaf for leaf in self.leaves if leaf.name)


def draft(intent: Intent, parameters: Parameters, site: Site) -> Drafted:
    """Write an intent.

    Raises:
        InexpressibleError: The dialect, or its release, has no words for it.
    """
    cell = intent.cells[site.dialect]
    if isinstance(cell, Gap):
        raise InexpressibleError(cell)
    plan = cell(parameters, site)
    return Drafted(plan, tuple(_leaf(step, site) for step in plan.steps))


def _leaf(step: Step, site: Site) -> Leaf:
    if isinstance(step, Sheet):
        return _written(step, site)
    if isinstance(step, Patch):
        held = site.view.find(step.kind, step.namespace, step.name)
        return Leaf(step, "", "", tuple(doing(step)), tuple(undoing(step, held.data if held is not None else None)))
    return Leaf(step, "", "", (step.text,), ())


def _written(sheet: Sheet, site: Site) -> Leaf:
    from service_mesh.generate.text import render  # Jinja2 is imported when the first text is written

    text = render(sheet.template, {"site": site, "kinds": kinds, **sheet.values})
    undo = sheet.undo or (f"kubectl delete -f {sheet.name}" if sheet.form is Form.MANIFEST else "")
    return Leaf(sheet, sheet.name, text, (sheet.apply or sheet.name,), (undo,) if undo else ())
