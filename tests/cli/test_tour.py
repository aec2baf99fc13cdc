"""The tour from permissive to STRICT: every step shows what its title says, and a step that does not is told."""

from pathlib import Path

import pytest

from service_mesh.cli.tour import TOURS, Step, take
from service_mesh.operations.skill_files import find_skill
from tests.cli.conftest import Cli


def test_tour_of_mtls_ends_well_and_each_step_says_what_its_title_promises(cli: Cli) -> None:
    ran = cli("demo", "--tour", "mtls", "--color", "never")
    assert (ran.code, ran.err) == (0, "")
    steps = ran.out.split("Step ")[1:]
    assert [step.partition("\n")[0].partition(". ")[2] for step in steps] == [one.title for one in TOURS["mtls"]]
    ends = [[line for line in step.splitlines() if line][-1] for step in steps[:-1]]
    assert ends == [
        "permissive: 5 plaintext, 3 mtls; 0 things not checked",
        "fail: calls: 5 lost; findings: 1 introduced, 0 fixed; 0 things not checked",
        "pass: calls: 5 newly encrypted; findings: 0 introduced, 1 fixed; 0 things not checked",
        "permissive: 8 mtls; 0 things not checked",
        "pass: no call changes; findings: 0 introduced, 0 fixed; 0 things not checked",
        "4 passed, 0 failed, 0 unknown; 0 things not checked",
    ]
    assert "STRICT would break\n  Deployment batch/report to Deployment shop/cart port 8080\n" in steps[0]
    assert "STRICT would break nothing" in steps[3]
    assert ran.out.splitlines()[-3:] == [
        "enforced: 8 mtls; 0 things not checked",
        "",
        "Every step ended as it should: nothing broke on the way.",
    ]


def test_commands_of_a_tour_can_be_repeated_in_the_folder_of_the_skill(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(find_skill())
    assert [cli(*step.words).code for step in TOURS["mtls"]] == [step.code for step in TOURS["mtls"]]


def test_a_step_that_ends_otherwise_is_told(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    asked: list[list[str]] = []
    steps = (Step("It passes.", ("validate", "a.yaml"), 0), Step("It fails.", ("validate", "b.yaml"), 1))

    def run(words: list[str]) -> int:
        asked.append(words)
        return 0

    assert take(steps, run, tmp_path, "never") == 1
    assert asked == [["validate", "a.yaml", "--color", "never"], ["validate", "b.yaml", "--color", "never"]]
    assert capsys.readouterr().out.splitlines()[-1] == (
        "The tour did not show what it is to show: step 2 ended with 0 and not with 1."
    )


def test_an_unknown_tour_is_refused_with_those_that_exist(cli: Cli) -> None:
    ran = cli("demo", "--tour", "mtsl")
    assert ran.code == 2
    assert "did you mean 'mtls'?" in ran.err
