"""Where Argo Rollouts starts analyses, and which templates each of them is made of."""

from collections.abc import Iterator
from typing import NamedTuple

from service_mesh.mesh.view import MeshView
from service_mesh.model.kinds import ANALYSIS_TEMPLATE, CLUSTER_ANALYSIS_TEMPLATE, Kind
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.delivery._fields import is_true

__all__ = ["TEMPLATES", "Analysis", "TemplateName", "analyses", "template_names", "template_of"]

TEMPLATES = (ANALYSIS_TEMPLATE, CLUSTER_ANALYSIS_TEMPLATE)

_INLINE = (
    "spec.strategy.canary.steps[].analysis",
    "spec.strategy.blueGreen.prePromotionAnalysis",
    "spec.strategy.blueGreen.postPromotionAnalysis",
)
_BACKGROUND = "spec.strategy.canary.analysis"
_OTHER = ("spec.strategy.canary.steps[].experiment.analyses[]", "spec.analyses[]", "spec.templates[]")


class TemplateName(NamedTuple):
    """A reference to a template: where the name stands and which kind is meant."""

    node: Node
    kind: Kind


class Analysis(NamedTuple):
    """An analysis that a Rollout starts.

    Attributes:
        node: Where it stands.
        ends: Whether it has to come to an end, as all do but the one in the background.
        templates: What it is made of.
    """

    node: Node
    ends: bool
    templates: tuple[TemplateName, ...]


def analyses(rollout: Resource) -> Iterator[Analysis]:
    """The analyses of a Rollout; those of its experiments are left out."""
    for path in _INLINE:
        yield from (Analysis(node, True, tuple(_listed(node))) for node in rollout.each(path))
    background = rollout.get(_BACKGROUND)
    if background is not None:
        yield Analysis(background, False, tuple(_listed(background)))


def template_names(resource: Resource) -> Iterator[TemplateName]:
    """Every reference to a template in a Rollout, an Experiment or a template."""
    for found in analyses(resource):
        yield from found.templates
    for path in _OTHER:
        yield from _named(resource.each(path))


def template_of(mesh: MeshView, named: TemplateName) -> Resource | None:
    """The template that is meant."""
    holder = named.node.resource
    home = "" if named.kind == CLUSTER_ANALYSIS_TEMPLATE else holder.namespace
    return mesh.find(named.kind, home, named.node.text, holder.cluster)


def _listed(node: Node) -> Iterator[TemplateName]:
    return _named(node.each("templates[]"))


def _named(nodes: Iterator[Node]) -> Iterator[TemplateName]:
    for node in nodes:
        name = node.get("templateName")
        if name is not None and name.text:
            yield TemplateName(name, CLUSTER_ANALYSIS_TEMPLATE if is_true(node, "clusterScope") else ANALYSIS_TEMPLATE)
