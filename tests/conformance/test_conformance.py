"""Cases of other projects: how far we agree is printed; asserted is what must never break on the way there."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from service_mesh.operations.result import ValidateResult
from tests.conformance.summary import AGREEMENT
from tools.conformance import (
    CORPORA,
    SUITES,
    agreement,
    count_questions,
    judge,
    posture_suites,
    read_cases,
    run,
    schema_errors,
)

pytestmark = pytest.mark.conformance

Record = Callable[[str, object], None]
ACCEPTING = ("cilium", "gateway_api", "istio_crd", "linkerd", "valid_corpus")
"""Suites whose kinds the catalogue holds: what they accept must hold no schema error."""

KNOWN_REFUSALS = {
    "the object has no 'apiVersion'": "istioctl passes over objects it does not know; the API server refuses this one",
}
"""How a message starts -> why an accepted input is refused all the same."""


@pytest.fixture(scope="module")
def corpora() -> Path:
    named = os.environ.get(CORPORA)
    if not named:
        pytest.skip(f"{CORPORA} names no folder of cases")
    if not Path(named).is_dir():
        pytest.skip(f"the folder that {CORPORA} names does not exist")
    return Path(named)


@pytest.mark.parametrize("suite", SUITES)
def test_every_case_is_answered_without_a_crash(suite: str, corpora: Path, record_property: Record) -> None:
    results = [(case, run(case)) for case in read_cases(corpora, suite)]

    checks = [check for case, result in results for check in judge(case, result.findings)]
    record_property(AGREEMENT, agreement(suite, checks))
    assert [f"{case.name}: {message}" for case, result in results for message in _crashes(result)] == []


def test_accepted_inputs_hold_no_schema_error_but_the_known_ones(corpora: Path) -> None:
    refusals = {
        f"{suite}/{case.name}": finding.message
        for suite in ACCEPTING
        for case in read_cases(corpora, suite)
        if case.is_judged and case.expected["verdict"] == "accept"
        for finding in schema_errors(run(case).findings)
    }

    known = {start for start in KNOWN_REFUSALS for message in refusals.values() if message.startswith(start)}
    assert known == set(KNOWN_REFUSALS)
    assert {name: message for name, message in refusals.items() if not message.startswith(tuple(KNOWN_REFUSALS))} == {}


def test_questions_are_counted_until_they_are_answered(corpora: Path, record_property: Record) -> None:
    counts = {suite: count_questions(corpora, suite) for suite in posture_suites(corpora)}

    for suite, count in counts.items():
        record_property(AGREEMENT, f"posture/{suite}: {count} questions, not answered yet")
    assert all(counts.values())


def _crashes(result: ValidateResult) -> list[str]:
    return [finding.message for finding in result.findings if finding.code == "SC999"]
