"""The subcommand `recommend`: a file, questions at a terminal, formats and exit codes."""

import json
from pathlib import Path

import pytest

from service_mesh.cli.questions import QUESTIONS, ask
from tests.cli.conftest import Cli

NEEDS = """\
needs: {mtls: must, l7-authorization: should, canary: should, multi-cluster: no, jwt: no}
sizes: {nodes: 40, pods: 900, services: 120}
constraints: {cni: calico, cni_may_change: false, platform: eks, privileged_pods: true, serverless_nodes: false}
team: {engineers: 4, mesh_experience: some}
traffic: {latency_budget_ms: 20}
"""


def written(folder: Path, text: str = NEEDS) -> str:
    (folder / "needs.yaml").write_text(text, encoding="utf-8")
    return "needs.yaml"


def test_an_option_is_recommended_and_cilium_is_out_where_the_plugin_may_not_change(cli: Cli, tmp_path: Path) -> None:
    ran = cli("recommend", "--requirements", written(tmp_path), "--today", "2026-11-21", "-o", "json")
    data = json.loads(ran.out)
    assert ran.code == 0
    assert data["recommendation"] == data["ranking"][0]["option"]
    assert data["ranking"][-1]["option"] == "cilium"
    assert data["ranking"][-1]["disqualified_by"][0]["rule"] == "constraints.cni"
    assert data["unknowns"] == []


def test_the_same_file_on_the_same_day_gives_the_same_bytes(cli: Cli, tmp_path: Path) -> None:
    asked = ("recommend", "--requirements", written(tmp_path), "--today", "2026-11-21")
    for output in ("text", "json", "markdown", "adr"):
        assert cli(*asked, "-o", output).out == cli(*asked, "-o", output).out


def test_text_ends_with_the_recommendation(cli: Cli, tmp_path: Path) -> None:
    ran = cli("recommend", "--requirements", written(tmp_path))
    assert ran.out.splitlines()[-1].endswith("0 facts not said; 0 things not checked")
    assert "out   cilium\n      out by constraints.cni: it has to be the network plugin" in ran.out


def test_a_decision_record_has_its_sections(cli: Cli, tmp_path: Path) -> None:
    ran = cli("recommend", "--requirements", written(tmp_path), "--today", "2026-11-21", "-o", "adr")
    headings = [line for line in ran.out.splitlines() if line.startswith("#")]
    assert headings[0].startswith("# Service mesh: ")
    assert headings[1:] == [
        "## Context",
        "## Decision",
        "## Options",
        "## Consequences",
        "## When to ask again",
        "## Next steps",
        "## Evidence",
    ]
    assert "Date: 2026-11-21. Status: proposed." in ran.out


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("needs: {mtsl: must}", "there is no requirements.needs.mtsl; did you mean 'mtls'?"),
        ("need: {mtls: must}", "there is no requirements.need; did you mean 'needs'?"),
        ("needs: {mtls: always}", "requirements.needs.mtls is 'always'; there are must, should, no"),
        ("sizes: {nodes: -3}", "requirements.sizes.nodes is -3; it has to be at least 0"),
        ("constraints: {cni: cillium}", "requirements.constraints.cni is 'cillium'; did you mean 'cilium'?"),
        ("- a", "needs.yaml:1: the file holds no single map; begin it with the names of its parts"),
    ],
)
def test_what_is_wrong_is_named_with_the_nearest(cli: Cli, tmp_path: Path, text: str, message: str) -> None:
    ran = cli("recommend", "--requirements", written(tmp_path, text))
    assert (ran.code, ran.out, ran.err) == (2, "", f"service-mesh: {message}\n")


def test_without_needs_facts_are_missing(cli: Cli, tmp_path: Path) -> None:
    ran = cli("recommend", "--requirements", written(tmp_path, "sizes: {nodes: 3}"))
    assert ran.code == 3
    assert ran.out.splitlines()[-1].startswith("insufficient-facts: ")


def test_without_a_file_and_a_terminal_it_says_what_to_give(cli: Cli) -> None:
    ran = cli("recommend")
    assert (ran.code, ran.err) == (
        2,
        "service-mesh: no requirements were given; name a file with --requirements, or run it in a terminal to be"
        " asked\n",
    )


def test_questions_take_answers_and_ask_again_with_the_nearest() -> None:
    answers = iter(["mst", "must", *[""] * 19, "40", "many", "900", *[""] * 3, "cillium", "cilium", "no"])
    said: list[str] = []
    found = ask(lambda _: next(answers, ""), said.append)
    assert found == {
        "needs": {"mtls": "must"},
        "sizes": {"nodes": 40, "pods": 900},
        "constraints": {"cni": "cilium", "cni_may_change": False},
    }
    assert said[1:] == ["  did you mean 'must'?", "  one of (a number), or Enter", "  did you mean 'cilium'?"]


def test_every_question_is_about_a_fact_that_there_is() -> None:
    from service_mesh.operations.recommend_form import requirements_of

    for question in QUESTIONS:
        part, _, name = question.field.partition(".")
        value = question.choices[0] if question.choices else 1
        requirements_of({part: {name: {"yes": True}.get(str(value), value)}})
