"""Commands in shell text: which words, where, and what is left out."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service_mesh.model.origin import SourceText
from service_mesh.source.shell import LIMIT, commands, heredoc_blocks


def _lines(text: str) -> list[str]:
    return [" ".join(word.text for word in command.words) for command in commands(SourceText("guide.md", text))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("istioctl version", ["istioctl version"]),
        ("a b # c\n# d\ne#f", ["a b", "e#f"]),
        ("a 'b c' \"d e\" f\\ g", ["a b c d e f g"]),
        ("a \\\n  b \\\r\n  c", ["a b c"]),
        ("a;b && c || d & e", ["a", "b", "c", "d", "e"]),
        ("a |\n  b", ["a", "b"]),
        ("a &&\n  b", ["a", "b"]),
        ("a | b |& c", ["a", "b", "c"]),
        ("a >out 2>/dev/null <in x &>> log y", ["a x y"]),
        ("a 2>&1 | b", ["a", "b"]),
        ("a <<< text b", ["a b"]),
        ("a $(b c) d", ["b c", "a $(…) d"]),
        ('a "x $(b $(c)) y"', ["c", "b $(…)", "a x $(…) y"]),
        ("a `b c`", ["b c", "a $(…)"]),
        ("a <(b) >(c)", ["b", "c", "a $(…) $(…)"]),
        ("(a; b)", ["a", "b"]),
        ("X=1 Y='2 3' a b", ["a b"]),
        ("X=1", []),
        ("X=$(a b)", ["a b"]),
        ("X=(a b $(c))", ["c"]),
        ("a $((1 << 2)) b", ["a $(…) b"]),
        ("(( x > 1 )) && a", ["a"]),
        ("a ${X:-y z} $Y $1 $?", ["a ${X:-y z} $Y $1 $?"]),
        ("a 'don", ["a 'don"]),
        ('a "b', ['a "b']),
        ("a 'x\ny' b\nc", ["a x\ny b", "c"]),
        ('a "b \\" c" d', ['a b " c d']),
        ('a "b `c d` e" f', ["c d", "a b $(…) e f"]),
        ("export A=b", ["export A=b"]),
    ],
)
def test_text_is_cut_into_simple_commands(text: str, expected: list[str]) -> None:
    assert _lines(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("if a; then b; elif c; then d; else e; fi", ["a", "b", "c", "d", "e"]),
        ("for x in a b; do c $x; done", ["c $x"]),
        ("while ! a; do b; done | c", ["a", "b", "c"]),
        ("case $x in y) a;; z|w) b;; esac", ["a", "z", "b"]),
        ("f() { a; }\nfunction g { b; }", ["a"]),
        ("[[ -n $x ]] && a", ["a"]),
        ("{ a; b; }", ["a", "b"]),
    ],
)
def test_keywords_are_no_commands(text: str, expected: list[str]) -> None:
    assert _lines(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sudo -u root a b", "a b"),
        ("sudo -E X=1 a", "a"),
        ("env -u X Y=1 a", "a"),
        ("watch -n 2 a b", "a b"),
        ("time a", "a"),
        ("timeout 30s a", "a"),
        ("nohup a &", "a"),
        ("b | xargs -n1 -I {} a {}", "a {}"),
        ("sudo", "sudo"),
    ],
)
def test_programs_that_only_run_another_are_left_out(text: str, expected: str) -> None:
    assert _lines(text)[-1] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a <pod> -n <your namespace>", "a <pod> -n <your namespace>"),
        ("a <svc.ns:80>", "a <svc.ns:80>"),
        ("a {{ name }} {x}", "a {{ name }} {x}"),
        ("a POD [flags] ...", "a POD [flags] ..."),
        ("a ${NS} $POD", "a ${NS} $POD"),
        ("a <in >out", "a"),
    ],
)
def test_placeholders_are_words(text: str, expected: str) -> None:
    assert _lines(text) == [expected]


def test_words_know_their_line_and_column_in_the_file() -> None:
    text = "# first\nsudo a \\\n  'b' $(c d)\n"
    found = [
        (word.text, word.location.line, word.location.column, word.location.snippet)
        for command in commands(SourceText("guide.md", text, 10, 4))
        for word in command.words
    ]
    assert found == [
        ("c", 13, 13, "  'b' $(c d)"),
        ("d", 13, 15, "  'b' $(c d)"),
        ("a", 12, 10, "sudo a \\"),
        ("b", 13, 7, "  'b' $(c d)"),
        ("$(…)", 13, 11, "  'b' $(c d)"),
    ]


def test_only_lines_behind_a_prompt_are_commands() -> None:
    text = (
        "$ a b \\\n>   c\nout 'put\nmore $ x\n  $ d | e\nuser@host:~/x$ f\n$ for i in 1; do\n> g\n> done\nh\n"
        "$ cat <<EOF\n$ inner\nEOF\n$ i\n"
    )
    assert _lines(text) == ["a b c", "d", "e", "f", "g", "cat", "i"]


def test_greater_than_is_a_prompt_before_a_known_program() -> None:
    assert _lines("> linkerd check\nstatus: fine\n> GET / HTTP/1.1\n") == ["linkerd check"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("curl x | ISTIO_VERSION=1.20.0 sh -", [[], [("ISTIO_VERSION=1.20.0", 10)]]),
        ("A=1 B='2 3' a b", [[("A=1", 1), ("B=2 3", 5)]]),
        ("if A=1 a; then B=2 b; fi", [[("A=1", 4)], [("B=2", 16)]]),
        ("sudo env A=1 a B=2", [[("A=1", 10)]]),
        ("A=1\nb", [[]]),
        ("sh -c 'A=1 b'", [[], [("A=1", 8)]]),
    ],
)
def test_command_keeps_the_variables_that_are_set_for_it(text: str, expected: list[list[tuple[str, int]]]) -> None:
    found = [
        [(word.text, word.location.column) for word in command.variables]
        for command in commands(SourceText("guide.md", text))
    ]
    assert found == expected


def test_command_knows_what_reads_its_output() -> None:
    first, second, third = commands(SourceText("guide.md", "a | b 2>&1 |\n c"))
    assert first.reader is not None
    assert first.reader is second
    assert second.reader is not None
    assert second.reader is third
    assert third.reader is None


@pytest.mark.parametrize(
    ("text", "inner"),
    [
        ("bash -c 'a; b c'", ["a", "b c"]),
        ('sh -ec "a | b"', ["a", "b"]),
        ("watch 'a b'", ["a b"]),
        ("ssh host 'a && b'", ["ssh host a", "ssh host b"]),
        ("kubectl exec p -- sh -c 'a b'", ["kubectl exec p -- a b"]),
        ("bash -c $SCRIPT", []),
        ("bash setup.sh", []),
        ("bash setup.sh -x now", []),
        ("bash -x -c 'a b'", ["a b"]),
        ("bash -c 'bash -c \"a b\"'", ["bash -c a b", "a b"]),
        ("echo 'a b'", []),
    ],
)
def test_scripts_in_arguments_are_read_with_the_way_to_them(text: str, inner: list[str]) -> None:
    assert _lines(text)[1:] == inner


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('bash -c "a $(b c)"', ["b c", "bash -c a $(…)", "a $(…)"]),
        ('bash -c "$(a $(b; (c)))"', ["b", "c", "a $(…)", "bash -c $(…)", "$(…)"]),
        ('bash -c "a `b`; c"', ["b", "bash -c a $(…); c", "a $(…)", "c"]),
        ('kubectl exec p -- sh -c "x $(y)"', ["y", "kubectl exec p -- sh -c x $(…)", "kubectl exec p -- x $(…)"]),
        ("bash -c \"bash -c '$(a)'\"", ["a", "bash -c bash -c '$(…)'", "bash -c $(a)", "$(…)"]),
        ('bash -c "a <(b); (c)"', ["bash -c a <(b); (c)", "b", "a $(…)", "c"]),
        ("bash -c 'a $(b)'", ["bash -c a $(b)", "b", "a $(…)"]),
        ("bash -c 'bash -c \"$(a)\"'", ['bash -c bash -c "$(a)"', "a", "bash -c $(…)", "$(…)"]),
        ('bash -c "a $((1 + $(b)))"', ["b", "bash -c a $(…)", "a $(…)"]),
    ],
)
def test_substitution_in_a_script_is_told_once_by_the_shell_that_runs_it(text: str, expected: list[str]) -> None:
    assert _lines(text) == expected


def test_here_document_in_a_substitution_of_a_script_is_found_once() -> None:
    text = 'bash -c "a $(cat <<E\nkind: Pod\nE\n)"'
    assert [block.source.text for block in heredoc_blocks(SourceText("g", text))] == ["kind: Pod\n"]


def test_scripts_that_are_nested_over_and_over_are_not_read_twice_at_every_level() -> None:
    text = "deepest"
    for _ in range(14):
        text = f'sh -c "$({text})"'
    found = _lines(text)
    assert Counter(found) == {"deepest": 1, "sh -c $(…)": 14, "$(…)": 14}


def test_script_in_an_argument_keeps_its_place() -> None:
    _, inner = commands(SourceText("guide.md", "\nkubectl exec p -- sh -c '\n  cilium status'"))
    assert [(word.text, word.location.line, word.location.column) for word in inner.words[-2:]] == [
        ("cilium", 3, 3),
        ("status", 3, 10),
    ]


def test_here_document_is_no_command_and_its_manifest_is_found() -> None:
    text = "kubectl apply -f - <<EOF | tee x\napiVersion: v1\nkind: Pod\nEOF\nnext\n"
    assert _lines(text) == ["kubectl apply -f -", "tee x", "next"]
    (block,) = heredoc_blocks(SourceText("guide.md", text, 5, 2))
    assert (block.language, block.source.text) == ("yaml", "apiVersion: v1\nkind: Pod\n")
    assert (block.source.name, block.source.line_offset, block.source.column_offset) == ("guide.md", 6, 2)


@pytest.mark.parametrize(
    ("opening", "value", "language"),
    [
        ("<<EOF", "a", "yaml"),
        ("<<EOF", "${NS}", "yaml-template"),
        ("<<EOF", "$((100 - w))", "yaml-template"),
        ("<<EOF", "\\$x", "yaml"),
        ("<<'EOF'", "${NS}", "yaml"),
        ('<<-"EOF"', "$(x)", "yaml"),
    ],
)
def test_here_document_that_the_shell_fills_in_is_a_template(opening: str, value: str, language: str) -> None:
    text = f"cat {opening} > x.yaml\nkind: Pod\na: {value}\n  EOF\nnext\n"
    assert [block.language for block in heredoc_blocks(SourceText("guide.md", text))] == [language]
    assert _lines(text) == ["cat", "next"]


def test_here_documents_of_one_line_follow_each_other() -> None:
    text = "a <<A <<B\nkind: One\nA\nkind: Two\nB\nb\n"
    assert [block.source.text for block in heredoc_blocks(SourceText("g", text))] == ["kind: One\n", "kind: Two\n"]
    assert _lines(text) == ["a", "b"]


def test_here_document_without_an_end_runs_to_the_end() -> None:
    assert _lines("a <<EOF\nb\nc\n") == ["a"]


def test_other_here_documents_are_no_manifests() -> None:
    assert list(heredoc_blocks(SourceText("guide.md", "a <<EOF\nselect 1\nEOF\n"))) == []


def test_text_behind_the_limit_is_left_out() -> None:
    filler = "x" * 99 + "\n"
    text = "first\n" + filler * (LIMIT // 100 + 1) + "last\n"
    found = _lines(text)
    assert found[0] == "first"
    assert "last" not in found


@given(st.text(alphabet="ab \n\t'\"`$(){}<>|&;#\\=-EOF!*[]", max_size=300))
def test_words_stand_where_they_say_whatever_the_text(text: str) -> None:
    lines = text.split("\n")
    for command in commands(SourceText("guide.md", text)):
        assert command.words
        for word in command.words:
            assert 1 <= word.location.column <= len(lines[word.location.line - 1]) + 1


@pytest.mark.parametrize("piece", ["$(", "`", '"', "'", "${", "<a ", "<<A\n", "a|", "(", ")", "((", "$ a\n", "a=(b "])
def test_text_without_sense_is_read_to_its_end(piece: str) -> None:
    assert all(command.words for command in commands(SourceText("guide.md", piece * 20_000)))
