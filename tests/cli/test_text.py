"""Text for people: what is shown where a finding has no file, no object, no place or more than one."""

from dataclasses import replace

import pytest

from service_mesh.cli.output.text import print_text, summary
from service_mesh.model.finding import Finding, RelatedView
from service_mesh.operations.result import Counts, Fixed, NotChecked, ResourceCounts, ValidateResult, Verdict
from tests.cli.findings import FINDING, ROUTE, result_of

_LAST = "fail: 1 error, 0 warnings, 0 notes in 1 object; 0 things not checked"


def _printed(capsys: pytest.CaptureFixture[str], result: ValidateResult, *, written: bool = False) -> list[str]:
    print_text(result, "never", written=written)
    return capsys.readouterr().out.splitlines()


def test_finding_shows_its_related_place(capsys: pytest.CaptureFixture[str]) -> None:
    assert _printed(capsys, result_of(FINDING)) == [
        "mesh/shop.yaml:7:5: error IS104 gateway 'publik' does not exist",
        "    in VirtualService shop/web",
        "    7 | - publik",
        "      |   ^",
        "    also mesh/gateway.yaml:4: the nearest gateway",
        "    fix: rename to 'public' (safe)",
        "",
        _LAST,
    ]


def test_object_of_a_cluster_is_shown_without_a_file(capsys: pytest.CaptureFixture[str]) -> None:
    near = RelatedView(ROUTE, "/metadata/name", "", 0, "the nearest gateway")
    live = replace(FINDING, file="", line=0, column=0, snippet="", related=(near,), fix=None)
    assert _printed(capsys, result_of(live)) == [
        "cluster: error IS104 gateway 'publik' does not exist",
        "    in VirtualService shop/web",
        "    also the nearest gateway",
        "",
        _LAST,
    ]


def test_finding_about_a_text_names_no_object(capsys: pytest.CaptureFixture[str]) -> None:
    bare = replace(FINDING, resource=None, related=(), fix=None)
    assert _printed(capsys, result_of(bare))[:3] == [
        "mesh/shop.yaml:7:5: error IS104 gateway 'publik' does not exist",
        "    7 | - publik",
        "      |   ^",
    ]


def test_object_without_a_namespace_is_named_alone(capsys: pytest.CaptureFixture[str]) -> None:
    wide = replace(FINDING, resource=replace(ROUTE, kind="Namespace", namespace="", name="shop"))
    assert _printed(capsys, result_of(wide))[1] == "    in Namespace shop"


@pytest.mark.parametrize(("column", "caret"), [(102, "        | " + " " * 99 + "^"), (103, "    also")])
def test_caret_is_left_out_where_it_would_stand_far_to_the_right(
    capsys: pytest.CaptureFixture[str], column: int, caret: str
) -> None:
    far: Finding = replace(FINDING, line=700, column=column, snippet="  " + "x" * 150)
    lines = _printed(capsys, result_of(far))
    assert lines[2] == "    700 | " + "x" * 120
    assert lines[3].startswith(caret)


def test_risky_fix_asks_for_a_look(capsys: pytest.CaptureFixture[str]) -> None:
    assert FINDING.fix is not None
    risky = replace(FINDING, fix=replace(FINDING.fix, safe=False))
    assert "    fix: rename to 'public' (look before you apply)" in _printed(capsys, result_of(risky))


def test_fixed_files_are_shown_as_diffs_or_named_once_written(capsys: pytest.CaptureFixture[str]) -> None:
    fixed = Fixed("a.yaml", "--- a/a.yaml\n+++ b/a.yaml\n@@ -1 +1 @@\n-a: 1\r\n+a: 2\u2028-b: 3\r\n", "a: 2\r\n")
    result = replace(result_of(), fixed=(fixed,))
    last = _LAST.replace("1 error", "0 errors")
    shown = ["--- a/a.yaml", "+++ b/a.yaml", "@@ -1 +1 @@", "-a: 1", "+a: 2\ufffd-b: 3", "", last]
    assert _printed(capsys, result) == shown
    assert _printed(capsys, result, written=True) == ["fixed a.yaml", last]


def test_what_was_not_checked_is_named_with_the_way_to_settle_it(capsys: pytest.CaptureFixture[str]) -> None:
    result = replace(result_of(), not_checked=(NotChecked("1 object", "no schema", "ask a cluster"),))
    assert _printed(capsys, result)[:2] == ["not checked: 1 object: no schema", "    ask a cluster"]


def test_last_line_counts_the_commands_too() -> None:
    counted = ValidateResult(Verdict.PASS, Counts(0, 1, 2), ResourceCounts(2, 2), (), commands=1)
    assert summary(counted) == "pass: 0 errors, 1 warning, 2 notes in 2 objects and 1 command; 0 things not checked"
    assert " and 2 commands; " in summary(replace(counted, commands=2))
