"""`service-mesh generate`: a stream for a pipe, files in a folder, forms, and refusals."""

import json
from pathlib import Path

import pytest

from service_mesh.generate.dialects import Dialect
from service_mesh.generate.names import intent_names
from service_mesh.operations.request import Inputs, ValidateRequest
from service_mesh.operations.validate import validate
from tests.cli.conftest import Cli

STRICT = ("generate", "strict-mtls", "--mesh", "istio-ambient", "--set", "namespace=shop")


def test_output_is_a_stream_that_validate_reads(cli: Cli) -> None:
    ran = cli(*STRICT)
    assert ran.code == 0
    text = ran.out
    result = validate(ValidateRequest(Inputs(manifests=text)))
    assert (result.counts.error, result.counts.warning, result.resources.total) == (0, 0, 1)
    assert text.startswith("# strict-mtls for Istio in ambient mode ")


def test_list_names_every_intent_with_every_mesh(cli: Cli) -> None:
    ran = cli("generate", "--list")
    assert ran.code == 0
    head, *rows = ran.out.splitlines()
    assert head.split() == ["INTENT", *Dialect]
    assert [row.split()[0] for row in rows] == list(intent_names())
    assert all(set(row.split()[1:]) <= {"yes", "no"} and len(row.split()) == 1 + len(Dialect) for row in rows)


def test_files_are_written_and_never_replaced_unasked(cli: Cli, tmp_path: Path) -> None:
    folder = tmp_path / "policies"
    ran = cli(*STRICT, "-o", str(folder))
    assert ran.code == 0
    file = folder / "strict-mtls.yaml"
    assert "mode: STRICT" in file.read_text()
    assert f"written to {folder}: strict-mtls.yaml" in ran.out
    file.write_text("mine")
    ran = cli(*STRICT, "-o", str(folder))
    assert ran.code == 2
    assert "is there already; --force replaces it; nothing was written" in ran.err
    assert file.read_text() == "mine"
    assert cli(*STRICT, "-o", str(folder), "--force").code == 0
    assert "mode: STRICT" in file.read_text()
    assert [path.name for path in folder.iterdir()] == ["strict-mtls.yaml"]


def test_parameters_of_a_file_are_overlaid_by_single_ones(cli: Cli, tmp_path: Path) -> None:
    params = tmp_path / "params.yaml"
    params.write_text("namespace: shop\nworkload: cart\nplaintext_ports: [9090]\n")
    sets = ("--set", "labels.tier=front", "--set", "plaintext_ports=[9091]", "--set", "port=9000")
    ran = cli("generate", "strict-mtls", "--mesh", "istio-sidecar", "--params", str(params), *sets)
    assert ran.code == 0
    text = ran.out
    assert "      tier: front\n" in text
    assert "    9091:\n      mode: PERMISSIVE" in text


def test_without_parameters_the_form_is_shown(cli: Cli) -> None:
    ran = cli("generate", "strict-mtls", "--mesh", "linkerd")
    assert ran.code == 0
    shown = json.loads(ran.out)
    assert shown["example"] == {"namespace": "shop"}
    assert "plaintext_ports" in shown["parameters"]["properties"]


def test_json_has_the_fields_of_the_contract(cli: Cli) -> None:
    ran = cli(*STRICT, "--output", "json")
    assert ran.code == 0
    shown = json.loads(ran.out)
    assert shown["files"][0]["name"] == "strict-mtls.yaml"
    assert shown["checks"]["simulation"][0]["answer"] == "allow, encrypted"


def test_what_cannot_be_expressed_exits_with_3(cli: Cli) -> None:
    ran = cli("generate", "strict-mtls", "--mesh", "cilium", "--params", "{}")
    assert ran.code == 3
    assert "# cannot express mutual TLS" in ran.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--mesh", "linkerd"), "generate takes an intent and --mesh"),
        (("strict-mtls",), "generate takes an intent and --mesh"),
        (("strict-mlts", "--mesh", "linkerd"), "did you mean 'strict-mtls'?"),
        (("strict-mtls", "--mesh", "linkrd", "--params", "{}"), "did you mean 'linkerd'?"),
        (("strict-mtls", "--mesh", "linkerd", "--set", "namespace"), "--set takes NAME=VALUE"),
        (("strict-mtls", "--mesh", "linkerd", "--set", "a=1", "--set", "a.b=1"), "contradicts another --set"),
        (("strict-mtls", "--mesh", "linkerd", "--set", "workload=cart"), "a workload needs its namespace"),
        (("strict-mtls", "--mesh", "linkerd", "--params", "nowhere.yaml"), "nowhere.yaml"),
        (("strict-mtls", "--mesh", "linkerd", "--params", "{}", "--versions", "linkerd=1.0"), "linkerd"),
    ],
)
def test_mistakes_are_said_in_a_sentence(words: tuple[str, ...], said: str, cli: Cli) -> None:
    ran = cli("generate", *words)
    assert ran.code == 2
    assert said in ran.err


def test_explain_shows_the_page_of_an_intent(cli: Cli) -> None:
    ran = cli("explain", "strict-mtls")
    assert ran.code == 0
    assert ran.out.startswith("# strict-mtls\n")
