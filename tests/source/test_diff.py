"""Changes shown as a unified diff."""

import shutil
import subprocess
from pathlib import Path

import pytest

from service_mesh.source.diff import unified_diff


def test_a_change_is_shown_with_three_lines_of_context() -> None:
    before = "".join(f"line {n}\n" for n in range(1, 11))
    assert unified_diff("mesh.yaml", before, before.replace("line 5", "LINE 5")) == (
        "--- a/mesh.yaml\n+++ b/mesh.yaml\n@@ -2,7 +2,7 @@\n"
        " line 2\n line 3\n line 4\n-line 5\n+LINE 5\n line 6\n line 7\n line 8\n"
    )


def test_texts_of_different_numbers_of_documents_are_compared_as_a_whole() -> None:
    assert unified_diff("f", "a: 1\n---\nb: 2\n", "a: 1\nb: 3\n").split("@@\n")[1] == " a: 1\n----\n-b: 2\n+b: 3\n"


def test_equal_texts_have_no_diff() -> None:
    assert unified_diff("mesh.yaml", "a\n", "a\n") == ""


@pytest.mark.parametrize(
    ("before", "after", "body"),
    [
        ("a", "b", "-a\n\\ No newline at end of file\n+b\n\\ No newline at end of file\n"),
        ("a\nb", "x\nb", "-a\n+x\n b\n\\ No newline at end of file\n"),
        ("a\n", "a", "-a\n+a\n\\ No newline at end of file\n"),
    ],
)
def test_a_missing_line_end_at_the_end_is_marked(before: str, after: str, body: str) -> None:
    assert unified_diff("f", before, after).split("@@\n")[1] == body


def test_carriage_returns_and_odd_separators_are_part_of_their_line() -> None:
    assert unified_diff("f", "a\r\nb\u2028c\x0c\r\n", "x\r\nb\u2028c\x0c\r\n").split("@@\n")[1] == (
        "-a\r\n+x\r\n b\u2028c\x0c\r\n"
    )


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("dir/mesh.yaml", "--- a/dir/mesh.yaml\n"),
        ("/etc/mesh.yaml", "--- a/etc/mesh.yaml\n"),
        ("my mesh.yaml", "--- a/my mesh.yaml\t\n"),
        ('say "hi".yaml', '--- "a/say \\"hi\\".yaml"\n'),
        ("a\n+++ b/evil", '--- "a/a\\012+++ b/evil"\n'),
        ("a\x1b[31m\u202e", '--- "a/a\\033[31m\\342\\200\\256"\n'),
        ("überall.yaml", "--- a/überall.yaml\n"),
    ],
)
def test_a_name_cannot_forge_lines_of_the_diff(name: str, shown: str) -> None:
    assert unified_diff(name, "a\n", "b\n").splitlines(keepends=True)[0] == shown


@pytest.mark.skipif(shutil.which("git") is None, reason="git applies the diff")
@pytest.mark.parametrize("name", ["mesh.yaml", "my mesh.yaml", 'say "hi".yaml'])
@pytest.mark.parametrize(("before", "after"), [("a\nb\n", "a\nc\n"), ("a\r\nb", "a\r\nc"), ("a\nb", "a\nb\n")])
def test_git_applies_the_diff(tmp_path: Path, name: str, before: str, after: str) -> None:
    target = tmp_path / name
    target.write_bytes(before.encode())
    diff = unified_diff(name, before, after).encode()
    subprocess.run(["git", "apply", "--whitespace=nowarn", "-"], cwd=tmp_path, input=diff, check=True)
    assert target.read_bytes() == after.encode()
