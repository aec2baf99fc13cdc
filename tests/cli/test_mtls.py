"""The subcommand `mtls`: exit codes, text in a pipe, Markdown and JSON."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.operations.test_mtls import OTHERS, PLAIN, PODS, SIDECARS, mode, rule, service

STRICT = (SIDECARS, service(), mode("STRICT"))


def written(folder: Path, *documents: str) -> str:
    (folder / "mesh.yaml").write_text("---\n".join((OTHERS, *PODS, *documents)), encoding="utf-8")
    return "mesh.yaml"


@pytest.mark.parametrize(
    ("documents", "more", "code"),
    [
        (STRICT, (), 0),
        ((SIDECARS, service()), (), 0),
        ((SIDECARS, service()), ("--fail-on", "warning"), 1),
        ((PLAIN, service()), ("--fail-on", "warning"), 1),
        ((*STRICT, rule("DISABLE")), (), 1),
    ],
)
@pytest.mark.parametrize("output", ["text", "json", "markdown"])
def test_broken_edges_are_errors_and_ports_that_take_plaintext_are_warnings(
    cli: Cli, tmp_path: Path, documents: tuple[str, ...], more: tuple[str, ...], code: int, output: str
) -> None:
    mesh = written(tmp_path, *documents)
    assert cli("mtls", mesh, "--workload", "shop/cart", *more, "-o", output).code == code


def test_an_input_without_workloads_checks_nothing(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "mesh.yaml").write_text(SIDECARS, encoding="utf-8")
    assert cli("mtls", "mesh.yaml").code == 3


def test_what_is_not_known_can_be_asked_to_fail(cli: Cli, tmp_path: Path) -> None:
    mesh = written(tmp_path, service())
    assert cli("mtls", mesh, "--complete", "no", "--workload", "shop/cart").code == 0
    assert cli("mtls", mesh, "--complete", "no", "--workload", "shop/cart", "--require-complete").code == 3


def test_text_shows_modes_edges_and_readiness(cli: Cli, tmp_path: Path) -> None:
    ran = cli("mtls", written(tmp_path, *STRICT), "--workload", "shop/cart")
    assert ran.out.splitlines() == [
        "  WORKLOAD              PORT  MESH   MODE    DECIDED BY",
        "  Deployment shop/cart  8080  istio  strict  PeerAuthentication shop/mode (mesh.yaml:52)",
        "",
        "  broken    Deployment legacy/report to Deployment shop/cart port 8080",
        "            the client is not in the mesh, and the server accepts only mTLS",
        "            PeerAuthentication shop/mode (mesh.yaml:52)",
        "  mtls      Deployment shop/web, Deployment shop/cart to Deployment shop/cart port 8080",
        "            automatic mTLS",
        "            PeerAuthentication shop/mode (mesh.yaml:52)",
        "",
        "STRICT would break nothing",
        "",
        "enforced: 1 broken, 2 mtls; 0 things not checked",
    ]


def test_text_lists_what_strict_would_break(cli: Cli, tmp_path: Path) -> None:
    lines = cli("mtls", written(tmp_path, SIDECARS, service()), "--workload", "shop/cart").out.splitlines()
    start = lines.index("STRICT would break")
    assert lines[start + 1 : start + 3] == [
        "  Deployment legacy/report to Deployment shop/cart port 8080",
        "    the client is not in the mesh",
    ]


def test_json_calls_fields_as_the_contract_does(cli: Cli, tmp_path: Path) -> None:
    answer = json.loads(cli("mtls", written(tmp_path, *STRICT), "-o", "json").out)
    assert list(answer)[:5] == ["verdict", "workloads", "edges", "strict_ready", "totals"]
    assert answer["edges"][0]["from"] == ["Deployment legacy/report"]
    assert answer["strict_ready"] == {"ready": True, "would_break": []}


def test_markdown_draws_edges_and_nothing_breaks_out_of_a_label(cli: Cli, tmp_path: Path) -> None:
    lines = cli("mtls", written(tmp_path, *STRICT), "-o", "markdown").out.splitlines()
    start = lines.index("```mermaid")
    assert lines[start + 1 : start + 5] == [
        "flowchart LR",
        '  n0["Deployment legacy/report"]',
        '  n1["Deployment shop/cart"]',
        '  n0 --x|"broken"| n1',
    ]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--workload", "shop/crat"), "did you mean 'shop/cart'?"),
        (("-n", "shp"), "no workload of namespace 'shp' was read"),
        (("--workloads", "shop/cart"), "did you mean '--workload'?"),
    ],
)
def test_wrong_use_is_one_sentence(cli: Cli, tmp_path: Path, words: tuple[str, ...], sentence: str) -> None:
    ran = cli("mtls", written(tmp_path, *STRICT), *words)
    assert (ran.code, ran.out) == (2, "")
    assert sentence in ran.err
