"""Blocks of code in Markdown: what is found, and at which line and column of the file."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service_mesh.model.origin import SourceText
from service_mesh.source.markdown import CodeBlock, code_blocks, is_shell, is_yaml

_Found = tuple[str, str, int, int]


def _found(text: str) -> list[_Found]:
    blocks = code_blocks(SourceText("guide.md", text))
    return [(b.language, b.source.text, b.source.line_offset, b.source.column_offset) for b in blocks]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\n\n```yaml\na: 1\n```\n", [("yaml", "a: 1\n", 3, 0)]),
        ("~~~sh\nls\n~~~\n", [("sh", "ls\n", 1, 0)]),
        ("```YAML title=x\na: 1\n```\n", [("yaml", "a: 1\n", 1, 0)]),
        ("```{.bash .numberLines}\nls\n```\n", [("bash", "ls\n", 1, 0)]),
        ("```bash{1,3}\nls\n```\n", [("bash", "ls\n", 1, 0)]),
        ("```\nx\n```\n", [("", "x\n", 1, 0)]),
        ("``` yaml\na: 1", [("yaml", "a: 1", 1, 0)]),
        ("```yaml\na: |\n  ~~~\n  b\n```\n", [("yaml", "a: |\n  ~~~\n  b\n", 1, 0)]),
        ("````text\n```\nx\n```\n````\n", [("text", "```\nx\n```\n", 1, 0)]),
        ("```yaml\na: 1\n````\n\n```sh\nls\n```\n", [("yaml", "a: 1\n", 1, 0), ("sh", "ls\n", 5, 0)]),
        ("```\n```\n", [("", "", 1, 0)]),
        ("no block, just `code`\n", []),
        ("", []),
    ],
)
def test_fences_are_read_as_in_commonmark(text: str, expected: list[_Found]) -> None:
    assert _found(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  ```sh\n  ls\n   pwd\n  ```\n", [("sh", "ls\n pwd\n", 1, 2)]),
        ("1. First:\n\n   ```sh\n   ls\n     -a\n   ```\n", [("sh", "ls\n  -a\n", 3, 3)]),
        ("- a\n  - b\n\n    ```sh\n    ls\n    ```\n", [("sh", "ls\n", 4, 4)]),
        ("> note\n> ```yaml\n> a: 1\n> ```\n", [("yaml", "a: 1\n", 2, 2)]),
        ("> - ```yaml\n>   a:\n>     b: 1\n>   ```\n", [("yaml", "a:\n  b: 1\n", 1, 4)]),
        ("- x\n  ```sh\n\n  ls\n  ```\n", [("sh", "\nls\n", 2, 2)]),
    ],
)
def test_columns_taken_by_lists_and_quotes_are_remembered(text: str, expected: list[_Found]) -> None:
    assert _found(text) == expected


def test_line_ends_of_windows_do_not_shift_lines() -> None:
    assert _found("a\r\n\r\n```sh\r\nls\r\npwd\r\n```\r\n") == [("sh", "ls\npwd\n", 3, 0)]


def test_tab_of_a_documentation_generator_is_searched() -> None:
    text = '=== "Istio"\n\n    ```bash\n    ls\n    ```\n'
    assert _found(text) == [("bash", "ls\n", 3, 4)]


def test_indented_code_without_a_fence_is_no_block() -> None:
    assert _found("text\n\n    istioctl version\n") == []


def test_document_quoted_between_fences_that_are_too_short_is_searched() -> None:
    text = "```markdown\n# Guide\n```bash\nls\n```\n\ntext\n\n```yaml\na: 1\n```\n```\n"
    assert [(language, line) for language, _, line, _ in _found(text)] == [
        ("markdown", 1),
        ("bash", 3),
        ("yaml", 9),
        ("", 12),
    ]


def test_offsets_of_the_text_itself_are_added() -> None:
    block = next(code_blocks(SourceText("guide.md", "> ```\n> x\n", 10, 4)))
    assert (block.source.line_offset, block.source.column_offset) == (11, 6)


@pytest.mark.parametrize(
    ("language", "text", "yaml", "shell"),
    [
        ("yaml", "x", True, False),
        ("yml", "x", True, False),
        ("json", "{}", True, False),
        ("bash", "apiVersion: v1", False, True),
        ("console", "x", False, True),
        ("shell-session", "x", False, True),
        ("text", "apiVersion: v1\n", False, False),
        ("text", "$ istioctl version\n", False, False),
        ("", "apiVersion: v1\nkind: Pod\n", True, False),
        ("", "# comment\n---\nkind: Pod\n", True, False),
        ("", "---\n", False, False),
        ("", "a: 1\n", False, False),
        ("", "$ ls\nout\n", False, True),
        ("", "# first\nistioctl version\n", False, True),
        ("", "NAME      READY\nistiod    1/1\n", False, False),
        ("", "cilium    DaemonSet   3\n", False, False),
        ("yaml-template", "kind: Pod\n", False, False),
        ("yaml", "# undo\nkubectl apply -f - <<EOF\nkind: A\nEOF\n", False, True),
        ("yaml", "kubectl: x\n", True, False),
        ("python", "kubectl get pods\n", False, False),
    ],
)
def test_language_or_first_line_tells_what_a_block_is(language: str, text: str, yaml: bool, shell: bool) -> None:
    block = CodeBlock(language, SourceText("guide.md", text))
    assert (is_yaml(block), is_shell(block)) == (yaml, shell)


@given(st.text(alphabet="`~ >-*1.\n\ta:", max_size=200))
def test_lines_of_a_block_are_lines_of_the_file(text: str) -> None:
    lines = text.split("\n")
    for _, content, first, _ in _found(text):
        for number, kept in enumerate(content.split("\n")[:-1]):
            assert lines[first + number].endswith(kept.strip())
