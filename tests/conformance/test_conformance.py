"""Cases of other projects: how far we agree is printed; asserted is what must never break on the way there."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from service_mesh.operations.result import ValidateResult
from tests.conformance.summary import AGREEMENT
from tools.conformance import (
    CORPORA,
    EXPLAINED,
    FORESEEN,
    SUITES,
    agreement,
    blamed,
    judge,
    read_cases,
    run,
    schema_errors,
)

pytestmark = pytest.mark.conformance

Record = Callable[[str, object], None]
SCHEMA = ("cilium", "gateway_api", "istio_crd", "linkerd", "valid_corpus")
"""Suites of verdicts about kinds that the catalogue holds: every disagreement has to be explained."""


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


def test_verdicts_about_the_schema_agree_but_for_the_explained_cases(corpora: Path) -> None:
    disagreements = {
        f"{suite}/{case.name}": check.about
        for suite in SCHEMA
        for case in read_cases(corpora, suite)
        for check in judge(case, run(case).findings)
        if not check.agrees
    }

    assert {name: about for name, about in disagreements.items() if name not in EXPLAINED} == {}
    assert {name for name in EXPLAINED if name.startswith(SCHEMA)} == set(disagreements)


def test_rejected_inputs_hold_an_error_about_the_schema_on_the_object_that_is_meant(corpora: Path) -> None:
    missed = [
        f"{suite}/{case.name}"
        for suite in SCHEMA
        for case in read_cases(corpora, suite)
        if case.expected["verdict"] == "reject" and not list(blamed(case, schema_errors(run(case).findings)))
    ]

    assert {name for name in missed if name not in EXPLAINED} == set(FORESEEN)


def _crashes(result: ValidateResult) -> list[str]:
    return [finding.message for finding in result.findings if finding.code == "SC999"]
