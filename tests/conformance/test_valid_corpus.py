"""Configurations that others publish as right: no error, few warnings, and no warning that nobody looked at."""

import os
from pathlib import Path

import pytest

from service_mesh.mesh.view import Complete
from service_mesh.model.grade import Severity
from service_mesh.rules.registry import load_rules
from tests.conformance.summary import AGREEMENT
from tests.conformance.test_conformance import Record
from tools.conformance import CORPORA
from tools.valid_corpus import PAGE, Class, Review, review, reviewed

_BOTH = (Complete.AUTO, Complete.YES)


@pytest.fixture(scope="module", params=_BOTH, ids=[complete.value for complete in _BOTH])
def asked(request: pytest.FixtureRequest) -> tuple[Complete, Review]:
    named = os.environ.get(CORPORA)
    if not named or not Path(named).is_dir():
        pytest.skip(f"{CORPORA} names no folder of cases")
    complete = Complete(request.param)
    return complete, review(Path(named), complete)


@pytest.mark.conformance
def test_nothing_in_the_valid_corpus_is_an_error(asked: tuple[Complete, Review]) -> None:
    found = asked[1].found

    assert {which: number for which, number in found.items() if which.severity == "error"} == {}


@pytest.mark.conformance
def test_valid_corpus_has_at_most_one_warning_for_each_document(
    asked: tuple[Complete, Review], record_property: Record
) -> None:
    complete, result = asked

    warnings = result.count(Severity.WARNING)
    record_property(
        AGREEMENT, f"valid_corpus, complete={complete.value}: {warnings} warnings in {result.documents} documents"
    )
    assert result.documents > 0
    assert warnings <= result.documents


@pytest.mark.conformance
def test_page_lists_every_class_of_warning_on_the_valid_corpus(asked: tuple[Complete, Review]) -> None:
    assert set(asked[1].found) - reviewed(PAGE.read_text(encoding="utf-8")) == set()


def test_rows_of_the_page_are_about_rules_that_exist() -> None:
    listed = reviewed(PAGE.read_text(encoding="utf-8"))

    assert {which.code for which in listed} <= {rule.code for rule in load_rules()}
    assert {which.severity for which in listed} == {"warning"}


def test_class_is_read_from_its_row_of_the_table() -> None:
    page = "| class |\n| [IS130](a/IS130.md) filters | warning | 1 | 1 |\n| [IS999](x) none | error | 0 | 2 |\n"

    assert reviewed(page) == {Class("IS130", "warning"), Class("IS999", "error")}
