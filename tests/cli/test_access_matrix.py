"""The option `--matrix` of `access`: who can call whom as text, Markdown and JSON, and what it does not go with."""

import json
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.operations.test_access_matrix import MESH
from tests.support.scene import deployment


@pytest.fixture
def mesh(tmp_path: Path) -> str:
    away = f"apiVersion: v1\nkind: Namespace\nmetadata: {{name: away}}\n---\n{deployment('away/far', ports='')}"
    (tmp_path / "mesh.yaml").write_text(f"{MESH}---\n{away}", encoding="utf-8")
    return "mesh.yaml"


def test_text_lists_classes_and_answers_by_who_is_called(cli: Cli, mesh: str) -> None:
    ran = cli("access", mesh, "--matrix", "shop")
    assert ran.code == 0
    assert ran.out.splitlines() == [
        "CLASS  WORKLOADS (nothing loaded tells those of a class apart)",
        "    0  Deployment shop/cart",
        "    1  Deployment shop/web, Deployment shop/api",
        "",
        "to 0, port 8080 of the pod",
        "  deny    plaintext  from 0-1",
        "          no rule of the policies for ingress allows it: NetworkPolicy shop/closed (mesh.yaml:32)",
        "",
        "to 1, port 8080 of the pod",
        "  allow   plaintext  from 0-1",
        "",
        "3 workloads in 2 classes: 6 allow, 3 deny, 0 unknown; 0 things not checked",
    ]


def test_a_star_asks_for_every_namespace(cli: Cli, mesh: str) -> None:
    lines = cli("access", mesh, "--matrix", "*").out.splitlines()
    assert lines[1:4] == [
        "    0  Deployment shop/cart",
        "    1  Deployment shop/web, Deployment shop/api",
        "    2  Deployment away/far",
    ]
    assert lines[-1] == "4 workloads in 3 classes: 8 allow, 4 deny, 0 unknown; 0 things not checked"


@pytest.mark.parametrize("output", ["text", "json", "markdown"])
def test_denied_pairs_are_an_answer_and_no_failure(cli: Cli, mesh: str, output: str) -> None:
    assert cli("access", mesh, "--matrix", "shop", "-o", output).code == 0


def test_json_names_classes_by_their_numbers(cli: Cli, mesh: str) -> None:
    answer = json.loads(cli("access", mesh, "--matrix", "shop", "-o", "json").out)
    assert list(answer) == ["totals", "classes", "rows", "not_checked", "versions", "notes"]
    assert answer["totals"] == {"workloads": 3, "classes": 2, "rows": 2, "allow": 6, "deny": 3, "unknown": 0}
    assert answer["classes"][1] == {"number": 1, "members": ["Deployment shop/web", "Deployment shop/api"]}
    row = answer["rows"][0]
    assert list(row) == [
        "from",
        "to",
        "port",
        "decision",
        "transport",
        "deciding",
        "depends_on_request",
        "needs",
    ]
    assert (row["from"], row["to"], row["decision"], row["transport"]) == ([0, 1], [0], "deny", "plaintext")
    assert row["port"] == {"port": 8080, "protocol": "TCP", "service_port": None, "service": ""}
    assert (row["deciding"]["file"], row["deciding"]["line"]) == ("mesh.yaml", 32)
    assert answer["rows"][1]["deciding"] is None


def test_markdown_draws_what_passes_and_lists_every_answer(cli: Cli, mesh: str) -> None:
    lines = cli("access", mesh, "--matrix", "shop", "-o", "markdown").out.splitlines()
    assert lines == [
        "**3 workloads in 2 classes: 6 allow, 3 deny, 0 unknown; 0 things not checked**",
        "",
        "| class | workloads |",
        "| --- | --- |",
        "| 0 | Deployment shop/cart |",
        "| 1 | Deployment shop/web, Deployment shop/api |",
        "",
        "```mermaid",
        "flowchart LR",
        '  c0["0: Deployment shop/cart"]',
        '  c1["1: Deployment shop/web and 1 more"]',
        '  c0 -->|"8080 plaintext"| c1',
        "```",
        "",
        "| from | to | port | decision | carries | decided by |",
        "| --- | --- | --- | --- | --- | --- |",
        "| `0-1` | `0` | 8080 of the pod | deny | plaintext |"
        " no rule of the policies for ingress allows it: NetworkPolicy shop/closed (mesh.yaml:32) |",
        "| `0-1` | `1` | 8080 of the pod | allow | plaintext |  |",
    ]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--matrix", "shpo"), "no workload of namespace 'shpo' was read; did you mean namespace 'shop'?"),
        (("--matrix", "nowhere"), "no workload of namespace 'nowhere' was read; give the manifests of its"),
        (("--matrix", "shop", "--from", "shop/web"), "--from is about one call, --matrix about several; leave one"),
        (("--matrix", "shop", "--to", "shop/cart:80"), "--to is about one call, --matrix about several"),
        (("--matrix", "shop", "--path", "/"), "--path is about one call, --matrix about several"),
        (("--matrix", "shop", "--expect", "deny"), "--expect is about one call, --matrix about several"),
        (("--matrix", "shop", "--header", "a=b"), "--header is about one call, --matrix about several"),
        (("--matrix", "shop", "--tests", "calls.yaml"), "--tests and --matrix are two questions; leave one"),
        (("--matrix", "shop", "-o", "junit"), "-o junit does not fit the question; ask for text, json"),
        (("--matrix",), "--matrix"),
        (("--matirx", "shop"), "did you mean '--matrix'?"),
    ],
)
def test_wrong_use_is_one_sentence(cli: Cli, mesh: str, words: tuple[str, ...], sentence: str) -> None:
    ran = cli("access", mesh, *words)
    assert (ran.code, ran.out) == (2, "")
    assert sentence in ran.err
    assert len(ran.err.splitlines()) == 1


def test_an_empty_name_is_the_name_of_no_namespace(cli: Cli, mesh: str) -> None:
    ran = cli("access", mesh, "--matrix", "")
    assert (ran.code, ran.out) == (2, "")
    assert "no workload of namespace '' was read" in ran.err


def test_an_input_without_workloads_is_refused(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "mesh.yaml").write_text("apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n", encoding="utf-8")
    ran = cli("access", "mesh.yaml", "--matrix", "*")
    assert (ran.code, ran.out) == (2, "")
    assert "no workload was read; give the manifests of the workloads too" in ran.err


ODD = "a\u001b[31m|`b`</script>\u202e"


def test_names_from_strangers_break_out_of_nothing(cli: Cli, tmp_path: Path) -> None:
    odd = MESH.replace("name: closed", f"name: {json.dumps(ODD)}").replace(
        "metadata: {name: web", f"metadata: {{name: {json.dumps(ODD)}"
    )
    (tmp_path / "mesh.yaml").write_text(odd, encoding="utf-8")
    asked = ("access", "mesh.yaml", "--matrix", "shop")
    text = cli(*asked).out
    assert not {"\u001b", "\u202e"} & set(text)
    assert "Deployment shop/a\ufffd[31m|`b`</script>\ufffd" in text
    lines = cli(*asked, "-o", "markdown").out.splitlines()
    assert not any({"\u001b", "\u202e"} & set(line) or "<" in line.replace("&lt;", "") for line in lines)
    assert {line.replace("\\|", "").count("|") for line in lines if line.startswith("| `")} == {7}
    drawn = lines[lines.index("```mermaid") + 2 :]
    assert all(line.count('"') == 2 and "`" not in line for line in drawn[: drawn.index("```")])


def test_a_terminal_of_eighty_columns_gets_no_longer_line(cli: Cli, mesh: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setattr(type(sys.stdout), "isatty", lambda _: True, raising=False)
    lines = cli("access", mesh, "--matrix", "shop", "--color", "never").out.splitlines()
    assert max(map(len, lines)) <= 80
    start = lines.index("          no rule of the policies for ingress allows it: NetworkPolicy")
    assert lines[start + 1] == "            shop/closed (mesh.yaml:32)"
