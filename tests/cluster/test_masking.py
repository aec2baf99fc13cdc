"""Texts lose what their objects lost, and every line and column stays."""

from collections.abc import Collection

import pytest

from service_mesh.cluster.masking import Rest, held_texts, holds_more, masked
from service_mesh.source.compose import compose_documents

KEPT = {"v1", "Pod", "a", "b", "80", ""}


def crossed(text: str, kept: Collection[str] | Rest = frozenset(KEPT)) -> str:
    result = masked(text, {(0, len(text)): kept})
    assert [len(line) for line in result.split("\n")] == [len(line) for line in text.split("\n")]
    return result


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("k: hunter2\nb: a\n", "k: xxxxxxx\nb: a\n"),
        ("k: 'it''s me'\nb: 80\n", "k: 'xxxxx xx'\nb: 80\n"),
        ('k: "a\\"b c"\n', 'k: "xxxx x"\n'),
        ("k: |\n  line one\n  two\nb: a\n", "k: |\n  xxxx xxx\n  xxx\nb: a\n"),
        (
            "k: >- # note\n  folded\n  text\nb: a\n",
            "k: >- #xxxxx\n  xxxxxx\n  xxxx\nb: a\n".replace("#xxxxx", "# xxxx"),
        ),
        ("k: hunter\n  two\nb: a\n", "k: xxxxxx\n  xxx\nb: a\n"),
        ("k: {p: hunter2, b: a}\n", "k: {p: xxxxxxx, b: a}\n"),
        ("hunter2: a\n", "hunter2: a\n"),
        ("b: a # hunter2\n# hunter3\n", "b: a # xxxxxxx\n# xxxxxxx\n"),
        ("b: a#b\n", "b: xxx\n"),
        ("x: &k hunter2\ny: *k\n", "x: xx xxxxxxx\ny: *k\n"),
        ("b: a # service-mesh: allow[IS104] known\n", "b: a # service-mesh: allow[IS104] known\n"),
    ],
)
def test_values_of_yaml_are_crossed_out_in_their_own_form(text: str, result: str) -> None:
    assert crossed(text) == result


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ('{"k": "hunter2", "b": "a"}', '{"k": "xxxxxxx", "b": "a"}'),
        ('{"hunter2" : "a"}', '{"hunter2" : "a"}'),
        ('{"k": "a\\"b\\u0041", "b": "\\u0061"}', '{"k": "xxxxxxxxxx", "b": "\\u0061"}'),
        ('{"k": ["hunter2", 80]}\n{"k": "hunter2"}', '{"k": ["xxxxxxx", 80]}\n{"k": "xxxxxxx"}'),
        ("{k: hunter2, b: a}", "{k: xxxxxxx, b: a}"),
    ],
)
def test_values_of_json_are_crossed_out(text: str, result: str) -> None:
    assert crossed(text) == result


def test_result_is_still_yaml() -> None:
    text = 'a: {x: "1 # 2", y: hunter2}\nk: |+2\n    hunter\n  two\n\nz: [- x]\n'.replace("[- x]", "[x]")
    assert len(compose_documents(crossed(text))) == 1


def test_what_is_no_document_is_blanked() -> None:
    text = "a: 1\n---\nb: hunter2\n---\nc: 3\n"
    start = text.index("---\nc")
    assert masked(text, {(start, len(text)): {"3"}}) == "    \n   \n          \n---\nc: 3\n"


def test_without_anything_to_keep_the_document_is_blanked() -> None:
    assert crossed("k: a\r\nb: c\n", Rest.GOES) == "    \r\n    \n"


def test_text_that_cannot_be_composed_is_blanked() -> None:
    assert crossed("k: [hunter2\n") == "           \n"


@pytest.mark.parametrize(
    ("text", "is_list", "more"),
    [
        ("kind: Pod\n", False, False),
        ("kind: Pod # hunter2\n", False, True),
        ("<<: {k: hunter2}\nk: a\n", False, True),
        (
            "apiVersion: v1\nitems:\n- kind: Pod\n  metadata: {}\nkind: List\nmetadata:\n  resourceVersion: ''\n",
            True,
            False,
        ),
        ("apiVersion: v1\nitems:\n- kind: Pod\nkind: List\nnote: hunter2\n", True, True),
        ("items:\n- kind: Pod\nkind: List\nmetadata:\n  note: hunter2\n", True, True),
        ('{"kind": "List", "items": [{}], "metadata": {"resourceVersion": ""}}', True, False),
        ('{"kind": "List", "items": [{}], "note": "hunter2"}', True, True),
        ('{"kind": "List", "items": [{}, "hunter2"]}', True, True),
        ('{"kind": "List", "items": [{}], "metadata": {"note": "hunter2"}}', True, True),
    ],
)
def test_documents_that_hold_more_than_their_objects_are_known(text: str, is_list: bool, more: bool) -> None:
    assert holds_more(text, is_list=is_list) is more


def test_held_texts_are_all_values() -> None:
    assert held_texts([{"a": ["x", {"b": 80}], "c": None}]) >= {"x", "80"}
