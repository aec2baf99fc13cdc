"""The subcommand `preview`: exit codes, text in a pipe, Markdown and JSON, standard input, and refusals."""

import json
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.operations.test_preview import BASE, LEGACY, OUTSIDE, ROOT, RULE, SHOP, mode, network, policy

PERMISSIVE = (*BASE, mode("PERMISSIVE"))
STRICT = ("--after", "strict.yaml")


@pytest.fixture
def mesh(tmp_path: Path) -> str:
    (tmp_path / "mesh.yaml").write_text("---\n".join(PERMISSIVE), encoding="utf-8")
    (tmp_path / "strict.yaml").write_text(mode("STRICT"), encoding="utf-8")
    (tmp_path / "same.yaml").write_text(mode("PERMISSIVE"), encoding="utf-8")
    (tmp_path / "closed.yaml").write_text(network(), encoding="utf-8")
    (tmp_path / "rule.yaml").write_text(RULE, encoding="utf-8")
    (tmp_path / "broken.yaml").write_text("kind: [broken\n", encoding="utf-8")
    return "mesh.yaml"


@pytest.mark.parametrize(
    ("more", "code"),
    [
        (STRICT, 1),
        (("--after", "rule.yaml"), 1),
        (("--after", "same.yaml"), 0),
        (("--after", "closed.yaml"), 0),
        (("--after", "closed.yaml", "--fail-on", "warning"), 1),
        (("--after", "closed.yaml", "--require-complete"), 0),
        (("--after", "broken.yaml"), 1),
        (("--delete", "PeerAuthentication shop/mode"), 0),
        (("--after", "absent.yaml"), 2),
        (("--delete", "Secret a/b"), 2),
        ((), 2),
    ],
)
@pytest.mark.parametrize("output", ["text", "json", "markdown"])
def test_the_exit_code_is_that_of_the_gravest_effect_in_every_format(
    cli: Cli, mesh: str, more: tuple[str, ...], code: int, output: str
) -> None:
    assert cli("preview", mesh, *more, "-o", output).code == code


@pytest.mark.usefixtures("mesh")
def test_what_is_not_known_can_be_asked_to_fail(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "part.yaml").write_text("---\n".join(one for one in PERMISSIVE if one != ROOT), encoding="utf-8")
    asked = ("preview", "part.yaml", "--after", "closed.yaml")
    assert (cli(*asked).code, cli(*asked, "--require-complete").code) == (0, 3)
    assert cli("preview", "part.yaml", *STRICT, "--require-complete").code == 1, "what is found counts first"
    assert cli(*asked, "--complete", "yes", "--require-complete").code == 0


@pytest.mark.usefixtures("mesh")
def test_an_input_without_workloads_checks_nothing(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "bare.yaml").write_text("---\n".join((ROOT, SHOP, LEGACY)), encoding="utf-8")
    ran = cli("preview", "bare.yaml", "--after", "closed.yaml")
    assert ran.code == 3
    assert "not checked: access: no workload was read, so that nobody calls anybody" in ran.out.splitlines()


def test_text_tells_what_becomes_of_calls_and_who_decides(cli: Cli, mesh: str) -> None:
    assert cli("preview", mesh, *STRICT).out.splitlines() == [
        "changed  PeerAuthentication shop/mode",
        "",
        "Calls that no longer pass",
        "  Deployment legacy/batch to Deployment shop/cart, port 8080 by port 80 of the Service",
        "      allow (plaintext) -> deny (broken)",
        "      the client is not in the mesh, and the server accepts only mTLS",
        "      PeerAuthentication shop/mode (strict.yaml:8)",
        "",
        f"note: {OUTSIDE}",
        "fail: calls: 1 lost; findings: 0 introduced, 0 fixed; 0 things not checked",
    ]


def test_text_tells_of_findings_with_their_places(cli: Cli, mesh: str) -> None:
    lines = cli("preview", mesh, "--after", "broken.yaml").out.splitlines()
    start = lines.index("Introduced findings")
    assert lines[start + 1].startswith("  error   SC101 : while parsing a flow sequence")
    assert lines[start + 1].endswith("(broken.yaml:1)")
    assert lines[-1] == "fail: no call changes; findings: 1 introduced, 0 fixed; 0 things not checked"


def test_text_of_a_change_that_changes_nothing(cli: Cli, mesh: str) -> None:
    assert cli("preview", mesh, "--after", "same.yaml").out.splitlines() == [
        "",
        "note: nothing differs from what is there",
        f"note: {OUTSIDE}",
        "pass: no call changes; findings: 0 introduced, 0 fixed; 0 things not checked",
    ]


def test_a_long_list_is_cut_in_text_and_whole_in_json(cli: Cli, mesh: str, tmp_path: Path) -> None:
    many = [network().replace("name: closed", f"name: closed-{number}") for number in range(30)]
    (tmp_path / "many.yaml").write_text("---\n".join(many), encoding="utf-8")
    lines = cli("preview", mesh, "--after", "many.yaml").out.splitlines()
    assert lines[19:22] == ["added    NetworkPolicy shop/closed-19", "10 more objects", ""]
    answer = json.loads(cli("preview", mesh, "--after", "many.yaml", "-o", "json").out)
    assert len(answer["objects"]) == 30


def test_json_holds_the_contract(cli: Cli, mesh: str) -> None:
    answer = json.loads(cli("preview", mesh, *STRICT, "-o", "json").out)
    assert list(answer) == [
        "verdict",
        "objects",
        "access",
        "encryption",
        "findings",
        "workloads",
        "not_checked",
        "versions",
        "notes",
    ]
    assert (answer["verdict"], answer["workloads"]) == ("fail", 3)
    assert list(answer["access"]) == ["gained", "lost", "newly_unauthenticated", "uncertain"]
    (row,) = answer["access"]["lost"]
    assert (row["from"], row["to"], row["clients"], row["servers"]) == (
        ["Deployment legacy/batch"],
        ["Deployment shop/cart"],
        1,
        1,
    )
    deciding = row["after"]["deciding"]
    assert (deciding["file"], deciding["line"], deciding["pointer"]) == ("strict.yaml", 8, "/spec/mtls/mode")
    assert answer["findings"] == {"introduced": [], "fixed": [], "unchanged": answer["findings"]["unchanged"]}


def test_markdown_draws_what_changes(cli: Cli, mesh: str) -> None:
    lines = cli("preview", mesh, *STRICT, "-o", "markdown").out.splitlines()
    assert lines[0] == "**fail: calls: 1 lost; findings: 0 introduced, 0 fixed; 0 things not checked**"
    start = lines.index("```mermaid")
    assert lines[start + 1 : start + 6] == [
        "flowchart LR",
        '  n0["Deployment legacy/batch"]',
        '  n1["Deployment shop/cart"]',
        '  n0 --x|"lost 8080"| n1',
        "```",
    ]
    assert lines[-1] == f"- note: {OUTSIDE}"


def test_the_change_may_come_from_standard_input(cli: Cli, mesh: str) -> None:
    ran = cli("preview", mesh, "--after", "-", stdin=mode("STRICT").encode())
    assert ran.code == 1
    assert "      PeerAuthentication shop/mode (<stdin>:8)" in ran.out.splitlines()


def test_standard_input_and_files_are_one_change(cli: Cli, mesh: str) -> None:
    ran = cli("preview", mesh, "--after", "-", "--after", "closed.yaml", stdin=mode("STRICT").encode())
    assert ran.out.splitlines()[:2] == ["added    NetworkPolicy shop/closed", "changed  PeerAuthentication shop/mode"]


@pytest.mark.usefixtures("mesh")
def test_what_there_is_may_come_from_standard_input(cli: Cli) -> None:
    ran = cli("preview", "-", *STRICT, stdin="---\n".join(PERMISSIVE).encode())
    assert (ran.code, ran.out.splitlines()[0]) == (1, "changed  PeerAuthentication shop/mode")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("mesh.yaml",), "no change was given"),
        (STRICT, "no input; name files, folders or globs"),
        (("-", "--after", "-"), "standard input cannot be both what there is and the change"),
        (("mesh.yaml", "--after", "strct.yaml"), "strct.yaml"),
        (("mesh.yaml", "--delete", "PeerAuthentication shop/mde"), "did you mean 'PeerAuthentication shop/mode'?"),
        (("mesh.yaml", "--delete", "mode"), "'mode' names no object to delete; write 'Kind namespace/name'"),
        (("mesh.yaml", *STRICT, "--delete", "PeerAuthentication shop/mode"), "is both applied and deleted"),
        (("mesh.yaml", *STRICT, "-o", "junit"), "junit"),
        (("mesh.yaml", "--afer", "strict.yaml"), "did you mean '--after'?"),
        (("mesh.yaml", *STRICT, "--fail-on", "eror"), "eror"),
    ],
)
@pytest.mark.usefixtures("mesh")
def test_wrong_use_is_one_sentence(cli: Cli, words: tuple[str, ...], sentence: str) -> None:
    ran = cli("preview", *words)
    assert (ran.code, ran.out) == (2, "")
    assert sentence in ran.err
    assert len(ran.err.splitlines()) == 1


ODD = "a\u001b[31m|`b`</script>\u202e"


def test_names_from_strangers_bring_no_control_character(cli: Cli, mesh: str, tmp_path: Path) -> None:
    odd = policy("from: [{source: {namespaces: [shop]}}]", "DENY").replace("name: cart", f"name: {json.dumps(ODD)}")
    (tmp_path / "odd.yaml").write_text(odd, encoding="utf-8")
    told = cli("preview", mesh, "--after", "odd.yaml").out
    assert "\u001b" not in told
    assert "\u202e" not in told
    assert told.splitlines()[0] == "added    AuthorizationPolicy shop/a\ufffd[31m|`b`</script>\ufffd"


def test_names_from_strangers_stay_in_their_cells(cli: Cli, mesh: str, tmp_path: Path) -> None:
    name = json.dumps(ODD)
    odd = policy("from: [{source: {namespaces: [shop]}}]", "DENY").replace("name: cart", f"name: {name}")
    client = BASE[5].replace("metadata: {name: batch", f"metadata: {{name: {name}")
    (tmp_path / "mesh.yaml").write_text("---\n".join((*PERMISSIVE, client)), encoding="utf-8")
    (tmp_path / "odd.yaml").write_text(f"{odd}---\n{mode('STRICT')}", encoding="utf-8")
    lines = cli("preview", mesh, "--after", "odd.yaml", "-o", "markdown").out.splitlines()
    assert not any("\u001b" in line or "<" in line.replace("&lt;", "") for line in lines)
    assert {row.replace("\\|", "").count("|") for row in lines if row.startswith("| Deployment")} == {5}
    drawn = lines[lines.index("```mermaid") + 2 :]
    for line in drawn[: drawn.index("```")]:
        assert line.count('"') == 2
        assert "`" not in line


def test_a_terminal_of_eighty_columns_gets_no_longer_line(cli: Cli, mesh: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setattr(type(sys.stdout), "isatty", lambda _: True, raising=False)
    lines = cli("preview", mesh, *STRICT, "--color", "never").out.splitlines()
    assert max(map(len, lines)) <= 80
    assert lines[3:5] == [
        "  Deployment legacy/batch to Deployment shop/cart, port 8080 by port 80 of the",
        "      Service",
    ]
