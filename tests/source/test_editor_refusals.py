"""Edits that would change something else are refused with the place and the reason, and nothing is written."""

import pytest

from service_mesh.errors import InputError
from service_mesh.model.fix import Remove
from service_mesh.model.origin import Origin, SourceText
from service_mesh.model.resource import Resource
from service_mesh.source.editor import EditRefusedError, edit_text
from tests.source.edits import Ask, append, edited_text, insert, remove, rename, replaced

SHARED = "is shared with other places through an anchor and its aliases"


@pytest.mark.parametrize(
    ("before", "ask", "reason"),
    [
        ("a: &x 1\nb: *x\n", replaced("a", 2), f"'a' {SHARED}"),
        ("a: &x {c: 1}\nb: *x\n", replaced("b/c", 2), f"'b' {SHARED}"),
        ("a: &x {c: 1}\nb: *x\n", replaced("a/c", 2), f"'a' {SHARED}"),
        ("a: &x {c: 1}\nb: *x\n", insert("b", "d", 2), "'b' is no map"),
        ("a: &x [1]\nb: *x\n", append("a", 2), f"'a' {SHARED}"),
        ("m:\n  a: &x 1\nb: *x\n", remove("m"), "it holds an anchor that other places use"),
        ("m:\n  a: &x 1\nb: *x\n", replaced("m", 1), "it holds an anchor that other places use"),
        ("&x a: 1\nb: *x\n", rename("a", "c"), "its name carries an anchor that other places use"),
        (
            "x: &x {a: 1}\nz:\n  <<: *x\n",
            replaced("z/a", 2),
            "'z.a' comes from a merge key ('<<'), which other places may share",
        ),
        ("x: &x {a: 1}\nz:\n  <<: *x\n  a: 2\n", remove("z/a"), "its layout does not let it be changed alone"),
        ("a: 1\n         # far\n", replaced("a", "b\nc\n"), "its layout does not let it be changed alone"),
        ("? a\n: 1\n", replaced("a", 2), "'a' is written with '?'"),
        ("? a\n: 1\n", insert("", "b", 2), "its fields are written with '?'"),
        ("a: 1\na: 2\n", remove("a"), "'a' is written twice there"),
        ("a: 1\n", remove("b"), "there is no 'b'"),
        ("a: [1]\n", remove("a/1"), "there is no 'a[1]'"),
        ("a: 1\nb: 2\n", rename("a", "b"), "there is a 'b' already"),
        ("a: [1]\n", rename("a/0", "b"), "an item of a list has no name"),
        ("a: 1\n", insert("", "a", 2), "'a' is there already"),
        ("a: 1\n", insert("a", "b", 2), "'a' is no map"),
        ("a: 1\n", append("a", 2), "'a' is no list"),
        ("a: 1\n", replaced("", 2), "the whole object cannot be replaced, renamed or removed"),
        ("l: [a: 1]\n", insert("l/0", "b", 2), "a field without braces between brackets cannot be added to"),
        ("l: [a: 1]\n", remove("l/0/a"), "a field without braces between brackets cannot be removed alone"),
        ("a: 1\n", replaced("a", float("inf")), "float 'inf' has no form in JSON"),
        ("a: 1\n", replaced("a", {1: 2}), "a field name is no string"),
        ("a: 1\n", replaced("a", {"b": {3}}), "set '{3}' has no form in JSON"),
        ("# nothing\n", insert("", "a", 1), "the document is empty"),
        (
            "a: 1\n...\n---\nb: 1\n",
            replaced("a", 2),
            "the text holds more than one document without '---' between them",
        ),
        ("a: |\n  no line end", insert("", "b", 1), "its layout does not let it be changed alone"),
    ],
)
def test_an_edit_that_cannot_be_made_alone_is_refused_with_its_reason(before: str, ask: Ask, reason: str) -> None:
    with pytest.raises(EditRefusedError) as caught:
        edited_text(before, ask)
    place, _, said = caught.value.message.partition(" in 'mesh.yaml': ")
    assert (place.startswith("cannot edit "), said, caught.value.hint) == (True, reason, "change it by hand")


@pytest.mark.parametrize(
    "asks",
    [
        [replaced("m", 1), replaced("m/a", 2)],
        [remove("m"), insert("m", "b", 2)],
        [remove("m/a"), rename("m/a", "b")],
        [replaced("m/a", 2), replaced("m/a", 3)],
    ],
)
def test_edits_that_contradict_each_other_are_refused(asks: list[Ask]) -> None:
    with pytest.raises(EditRefusedError, match="two edits contradict each other at 'm"):
        edited_text("m:\n  a: 1\n", *asks)


def test_two_names_for_one_field_are_refused() -> None:
    with pytest.raises(EditRefusedError, match="two edits change the same characters"):
        edited_text("a: 1\n", rename("a", "b"), rename("a", "c"))


def test_a_broken_document_is_refused_with_what_is_wrong_in_it() -> None:
    with pytest.raises(EditRefusedError, match="it cannot be read: while parsing a flow sequence"):
        edited_text("a: [1\n", replaced("a", 1))


def test_an_object_of_a_live_cluster_is_refused() -> None:
    resource = Resource({"kind": "Gateway", "metadata": {"name": "edge"}})
    with pytest.raises(EditRefusedError) as caught:
        edit_text(SourceText("mesh.yaml", "a: 1\n"), [Remove(resource, ("a",))])
    assert str(caught.value) == "Gateway default/edge was not read from 'mesh.yaml'; edit it where it is kept"


def test_an_object_of_another_text_is_refused() -> None:
    other = SourceText("other.yaml", "b: 1\n")
    resource = Resource({"kind": "Gateway", "metadata": {"name": "edge"}}, Origin(other, 0, 5, 0, 1))
    with pytest.raises(EditRefusedError, match=r"was not read from 'mesh\.yaml'"):
        edit_text(SourceText("mesh.yaml", "a: 1\n"), [Remove(resource, ("b",))])


def test_a_refusal_names_the_field_the_object_and_the_text() -> None:
    with pytest.raises(InputError) as caught:
        edited_text("spec: {}\n", remove("spec/tls"))
    assert str(caught.value) == (
        "cannot edit 'spec.tls' of Gateway shop/edge in 'mesh.yaml': there is no 'spec.tls'; change it by hand"
    )


def test_very_deep_json_is_refused_in_a_sentence() -> None:
    deep = '{"a":' * 700 + "1" + "}" * 700
    with pytest.raises(EditRefusedError, match=r"nested too deeply|cannot be read"):
        edited_text(deep, replaced("/".join(["a"] * 700), 2))
