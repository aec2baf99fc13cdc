"""Findings about objects that no file holds."""

from dataclasses import replace

from service_mesh.engine.grading import grade
from service_mesh.model.finding import Draft, Note, RelatedView, ResourceRef
from service_mesh.model.resource import Resource
from service_mesh.rules.registry import load_rules


def test_object_of_a_cluster_has_a_name_and_no_place() -> None:
    data: dict[str, object] = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}}
    live = Resource(data)
    draft = Draft("is odd", live.root, related=(Note(live.root, "sets it too"),))
    finding = grade(load_rules().get("IS104"), draft).finding
    assert (finding.file, finding.document, finding.line, finding.column, finding.snippet) == ("", 0, 0, 0, "")
    shop = ResourceRef("v1", "Namespace", "", "shop")
    assert finding.resource == shop
    assert finding.related == (RelatedView(shop, "", "", 0, "sets it too"),)


def test_draft_with_neither_node_nor_place_is_told_apart_by_its_message() -> None:
    rule, draft = load_rules().get("IS104"), Draft("the input is odd")
    first, again, other = (grade(rule, d).finding for d in (draft, draft, replace(draft, message="the input is even")))
    assert (first.file, first.line, first.resource) == ("", 0, None)
    assert first.id == again.id
    assert first.id != other.id
