"""The subcommand `access`: exit codes, the answer for people and machines, and refusals."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.operations.test_access import STRICT, WORLD

ASKED = ("--from", "shop/web", "--to", "svc:shop/cart:80")


@pytest.fixture
def mesh(tmp_path: Path) -> str:
    (tmp_path / "mesh.yaml").write_text(WORLD, encoding="utf-8")
    return "mesh.yaml"


@pytest.mark.parametrize(
    ("more", "code"),
    [
        (("--path", "/"), 0),
        (("--path", "/admin"), 1),
        ((), 3),
        (("--path", "/", "--expect", "allow"), 0),
        (("--path", "/admin", "--expect", "deny"), 0),
        (("--path", "/admin", "--expect", "allow"), 1),
        (("--path", "/", "--expect", "deny"), 1),
        (("--expect", "deny"), 3),
    ],
)
@pytest.mark.parametrize("output", ["text", "json", "markdown"])
def test_the_exit_code_is_the_answer_in_every_format(
    cli: Cli, mesh: str, more: tuple[str, ...], code: int, output: str
) -> None:
    assert cli("access", mesh, *ASKED, *more, "-o", output).code == code


def test_text_says_the_answer_the_deciding_object_and_every_layer(cli: Cli, mesh: str) -> None:
    lines = cli("access", mesh, *ASKED, "--path", "/admin").out.splitlines()
    assert lines[:5] == [
        "deny Deployment shop/web to",
        "    Deployment shop/cart port 8080 by Service shop/cart",
        "    decided by authorization: AuthorizationPolicy shop/no-admin denies it",
        "    in AuthorizationPolicy shop/no-admin at /spec/rules/0 (mesh.yaml:43)",
        "    carries mtls; encrypted: yes, client authenticated: yes",
    ]
    assert [line.split()[:2] for line in lines if line.startswith("  ") and line[2] != " "] == [
        ["network-egress", "allow"],
        ["network-ingress", "allow"],
        ["transport", "allow"],
        ["authorization", "deny"],
    ]
    assert lines[-1] == "deny; 0 things not checked"


def test_what_is_missing_is_named(cli: Cli, mesh: str) -> None:
    lines = cli("access", mesh, *ASKED).out.splitlines()
    assert "needs: the path of the request" in lines
    assert lines[-1] == "unknown; 0 things not checked"


def test_json_holds_the_contract(cli: Cli, mesh: str) -> None:
    answer = json.loads(cli("access", mesh, *ASKED, "--path", "/admin", "-o", "json").out)
    assert list(answer)[:8] == [
        "decision",
        "transport",
        "encrypted",
        "authenticated",
        "deciding",
        "layers",
        "needs",
        "understood_as",
    ]
    assert answer["deciding"]["resource"]["name"] == "no-admin"
    assert (answer["deciding"]["file"], answer["deciding"]["pointer"]) == ("mesh.yaml", "/spec/rules/0")


def test_markdown_draws_the_call_and_escapes_what_strangers_wrote(cli: Cli, mesh: str) -> None:
    lines = cli("access", mesh, *ASKED, "--path", "/admin", "-o", "markdown").out.splitlines()
    assert lines[0] == "**deny**: Deployment shop/web to Deployment shop/cart port 8080 by Service shop/cart"
    start = lines.index("```mermaid")
    assert lines[start + 1 : start + 6] == [
        "flowchart LR",
        '  client["Deployment shop/web"]',
        '  server["Deployment shop/cart port 8080 by Service shop/cart"]',
        '  client --x|"mtls: deny"| server',
        "```",
    ]
    assert "| network-ingress | allow | no policy is about ingress of Deployment shop/cart |  |" in lines


def test_headers_and_claims_reach_the_policies(cli: Cli, tmp_path: Path) -> None:
    asks = (
        "apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: {name: users, namespace: shop}\n"
        "spec: {selector: {matchLabels: {app: cart}}, rules: "
        "[{when: [{key: 'request.headers[x-user]', values: [alice]}]}]}\n"
    )
    (tmp_path / "mesh.yaml").write_text(f"{WORLD}---\n{asks}", encoding="utf-8")
    asked = ("access", "mesh.yaml", *ASKED, "--method", "GET", "--path", "/")
    assert cli(*asked, "--header", "x-user=alice").code == 0
    assert cli(*asked, "--header", "x-user=bob").code == 1
    assert cli(*asked).code == 1


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--from", "shop/wbe", "--to", "shop/cart:80"), "did you mean 'shop/web'?"),
        (("--from", "shop/web", "--to", "shop/cart"), "does not say a port"),
        (("--to", "shop/cart:80"), "no call is asked about; name both ends with --from and --to, or a file"),
        ((*ASKED, "-o", "junit"), "-o junit does not fit the question; ask for text, json or markdown"),
        ((*ASKED, "--header", "x-user"), "--header takes NAME=VALUE, not 'x-user'; write it like x-user=alice"),
        ((*ASKED, "--claims", "alice"), "--claims takes a JSON object, not 'alice'"),
        ((*ASKED, "--expct", "deny"), "did you mean '--expect'?"),
    ],
)
def test_wrong_use_is_one_sentence(cli: Cli, mesh: str, words: tuple[str, ...], sentence: str) -> None:
    ran = cli("access", mesh, *words)
    assert (ran.code, ran.out) == (2, "")
    assert sentence in ran.err
    assert len(ran.err.splitlines()) == 1


def test_standard_input_is_a_mesh_too(cli: Cli) -> None:
    ran = cli("access", "-", "--from", "external", "--to", "shop/cart:8080", stdin=f"{WORLD}---\n{STRICT}".encode())
    assert ran.code == 1
    assert "carries broken" in ran.out


def test_names_from_strangers_bring_no_control_character(cli: Cli, tmp_path: Path) -> None:
    odd = WORLD.replace("name: no-admin", 'name: "no\\e[31madmin"')
    (tmp_path / "mesh.yaml").write_text(odd, encoding="utf-8")
    out = cli("access", "mesh.yaml", *ASKED, "--path", "/admin").out
    assert "\x1b" not in out
    assert "no\ufffd[31madmin" in out
