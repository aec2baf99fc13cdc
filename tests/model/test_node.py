"""Values that know where they stand."""

import pytest

from service_mesh.model.finding import Anchor, Draft, Note
from service_mesh.model.fix import Fix, Quote, Remove, Rename, Replace
from service_mesh.model.grade import Severity
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource

OBJECT = Resource(
    {
        "spec": {
            "http": [{"weight": 5, "ratio": 0.5, "on": True}, {"weight": "5"}],
            "labels": {"a.b/c": "v", "d": "w"},
            "nothing": None,
        }
    }
)


def node(path: str) -> Node:
    found = OBJECT.get(path)
    assert found is not None
    return found


def test_pointer_starts_at_the_object() -> None:
    weights = [found.pointer for found in OBJECT.each("spec.http[].weight")]
    assert weights == ["/spec/http/0/weight", "/spec/http/1/weight"]
    assert OBJECT.root.pointer == ""


@pytest.mark.parametrize(
    ("path", "text", "number"),
    [
        ("spec.http[].weight", "", 5),
        ("spec.http[].ratio", "", 0.5),
        ("spec.http[].on", "", None),
        ("spec.labels.d", "w", None),
        ("spec.nothing", "", None),
        ("spec.http", "", None),
    ],
)
def test_value_is_read_as_text_or_number(path: str, text: str, number: float | None) -> None:
    found = next(OBJECT.each(path))
    assert (found.text, found.number) == (text, number)


def test_names_with_dots_are_keys() -> None:
    found = node("spec.labels").key("a.b/c")
    assert found is not None
    assert (found.path, found.text) == (("spec", "labels", "a.b/c"), "v")
    assert node("spec.labels").key("x") is None
    assert node("spec.labels").get("a.b/c") is None


def test_children_of_lists_and_maps() -> None:
    assert [item.path for item in node("spec.http").items] == [("spec", "http", 0), ("spec", "http", 1)]
    assert node("spec.labels").items == ()
    assert [found.text for found in OBJECT.each("spec.labels{}")] == ["v", "w"]
    assert [found.path for found in node("spec").each("http[].on")] == [("spec", "http", 0, "on")]


def test_parent_is_one_step_up() -> None:
    first = node("spec.http").items[0]
    assert first.parent() == node("spec.http")
    assert first.parent().parent() == node("spec")
    assert OBJECT.root.parent() == OBJECT.root


def test_finding_carries_what_was_said() -> None:
    labels = node("spec.labels")
    note = node("spec").note("declared here")
    fix = Fix.remove(labels)
    found = labels.finding("text", fix=fix, related=(note,), severity=Severity.INFO, partial=True, anchor=Anchor.KEY)
    related = (Note(node("spec"), "declared here"),)
    assert found == Draft("text", labels, None, fix, related, Severity.INFO, partial=True, anchor=Anchor.KEY)
    assert labels.finding("text") == Draft("text", labels)


def test_fixes_of_one_node() -> None:
    found = node("spec.labels.d")
    path = ("spec", "labels", "d")
    assert Fix.rename(found, "e") == Fix("rename to 'e'", False, (Rename(OBJECT, path, "e"),))
    assert Fix.replace(found, 5, safe=True) == Fix("replace with '5'", True, (Replace(OBJECT, path, 5),))
    assert Fix.remove(found, title="drop it") == Fix("drop it", False, (Remove(OBJECT, path),))
    assert Fix.quote(found) == Fix("quote the value", False, (Quote(OBJECT, path),))
    assert Fix.remove(found).title == "remove 'd'"
    assert [Fix.rename(found, "e", title="t").title, Fix.replace(found, 5, title="t").title] == ["t", "t"]


def test_graver_findings_reach_lower_thresholds() -> None:
    ranks = [severity.rank for severity in (Severity.ERROR, Severity.WARNING, Severity.INFO)]
    assert ranks == [0, 1, 2]
    assert Severity.ERROR.reaches(Severity.WARNING)
    assert Severity.WARNING.reaches(Severity.WARNING)
    assert not Severity.INFO.reaches(Severity.WARNING)
