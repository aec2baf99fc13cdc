"""Guides with known faults: how many are found, that it does not become less, and that the page says what is so."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from service_mesh.model.origin import SourceText
from service_mesh.rules.registry import load_rules
from service_mesh.source.markdown import code_blocks
from tests.conformance.summary import AGREEMENT
from tools.case_study.documents import GUIDES, SEEDS, read_documents
from tools.case_study.measure import Study, study
from tools.case_study.page import PAGE, figures, figures_of, with_figures
from tools.case_study.rows import read_rows, read_uncounted

Record = Callable[[str, object], None]

REACHED = 133
"""Faults that are found at every place; it may rise and not fall."""

_CHAPTERS = {"A": 37, "B": 38, "C": 45, "D": 41, "E": 30, "F": 17, "G": 10, "H": 4}
"""Chapter of the list -> its last entry."""

_STRUCK = {"C43", "D35", "D36", "F12", "F14"}
"""Entries that turned out to be right."""


@pytest.fixture(scope="module")
def folder() -> Path:
    named = os.environ.get(SEEDS)
    if not named:
        pytest.skip(f"{SEEDS} names no folder of guides")
    if not Path(named).is_dir():
        pytest.skip(f"the folder that {SEEDS} names does not exist")
    return Path(named)


@pytest.fixture(scope="module")
def measured(folder: Path) -> Study:
    return study(folder)


@pytest.mark.conformance
def test_as_many_faults_are_found_as_before(measured: Study, record_property: Record) -> None:
    record_property(AGREEMENT, f"case study: {measured.found} of {len(measured.outcomes)} faults found everywhere")

    assert measured.found >= REACHED


@pytest.mark.conformance
def test_reason_is_given_for_what_is_not_found_and_for_nothing_else(measured: Study) -> None:
    given = {outcome.row.name for outcome in measured.outcomes if outcome.row.why}

    assert given == {outcome.row.name for outcome in measured.outcomes if not outcome.is_found}


@pytest.mark.conformance
def test_page_says_what_was_measured(measured: Study) -> None:
    assert figures_of(PAGE.read_text(encoding="utf-8")) == figures(measured), "run python -m tools.case_study --write"


@pytest.mark.conformance
def test_places_are_lines_of_the_guides_that_hold_something(folder: Path) -> None:
    held = {
        (document.guide, number)
        for document in read_documents(folder)
        for number, line in enumerate(document.text.split("\n"), 1)
        if line.strip()
    }

    assert [str(place) for row in read_rows() for place in row.places if (place.guide, place.first) not in held] == []


@pytest.mark.conformance
def test_every_document_of_the_package_is_read_once(folder: Path) -> None:
    documents = list(read_documents(folder))
    blocks = [list(code_blocks(SourceText(document.name, document.text))) for document in documents]

    assert [document.guide for document in documents] == ["S0"] * 9 + ["S1", "S2", "S3", "S4"]
    assert len({document.name for document in documents}) == len(documents)
    # Only the reference on choosing a mesh shows nothing to apply or to run, and its table stands in a block.
    assert all(blocks)


def test_each_entry_of_the_list_is_counted_or_left_out_for_a_reason() -> None:
    rows, left_out = [row.name for row in read_rows()], [one.name for one in read_uncounted()]
    listed = {f"{chapter}{number}" for chapter, last in _CHAPTERS.items() for number in range(1, last + 1)}

    assert sorted(rows + left_out) == sorted(listed - _STRUCK)
    assert all(row.places for row in read_rows())
    assert {place.guide for row in read_rows() for place in row.places} == set(GUIDES)


def test_codes_that_answer_a_fault_are_those_of_rules() -> None:
    known = {rule.code for rule in load_rules()}

    assert {row.name: row.codes - known for row in read_rows() if row.codes - known} == {}


def test_page_names_each_fault_that_is_not_found_with_the_reason() -> None:
    page = figures_of(PAGE.read_text(encoding="utf-8"))

    missed = [row for row in read_rows() if row.why]
    assert [row.name for row in missed if f"| {row.name} | {row.what} | " not in page or row.why not in page] == []


def test_only_what_stands_between_the_marks_is_written() -> None:
    page = "# Title\n<!-- figures: begin -->\nold\n<!-- figures: end -->\nold\n"

    assert with_figures(page, "new") == "# Title\n<!-- figures: begin -->\nnew\n<!-- figures: end -->\nold\n"
