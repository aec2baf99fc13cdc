"""The generated estate is what the benchmarks rest on: without a fault unless one was planted, and always the same."""

import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

from service_mesh.mesh.view import Complete
from service_mesh.operations.request import Inputs, ValidateRequest
from service_mesh.operations.result import ResourceCounts, Verdict
from service_mesh.operations.validate import validate
from tests.support.estate import Document, documents, estate_text, write_estate
from tests.support.estate_faults import FAULTS, Fault, plant

SIZE = 250


@pytest.mark.parametrize("complete", list(Complete))
def test_estate_without_planted_faults_has_no_finding(complete: Complete) -> None:
    result = validate(ValidateRequest(Inputs(manifests=estate_text(SIZE)), complete=complete))

    assert result.findings == ()
    assert result.not_checked == ()
    assert result.verdict is Verdict.PASS
    assert result.resources == ResourceCounts(total=SIZE, valid=SIZE)


def test_same_arguments_give_the_same_bytes_in_every_process() -> None:
    program = "from tests.support.estate import estate_text; print(estate_text(120, faulty=0.2), end='')"
    texts = [
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            capture_output=True,
            check=True,
            encoding="utf-8",
        ).stdout
        for hash_seed in ("1", "2")
    ]

    assert texts == [estate_text(120, faulty=0.2)] * 2


def test_another_seed_gives_another_estate() -> None:
    assert estate_text(60, seed=1) != estate_text(60, seed=2)


def test_smaller_estate_is_the_beginning_of_a_larger_one() -> None:
    assert list(documents(150))[:60] == list(documents(60))


def test_files_hold_the_documents_in_one_folder_for_each_namespace(tmp_path: Path) -> None:
    write_estate(tmp_path, 60)

    written = {path.relative_to(tmp_path).as_posix(): path.read_text("utf-8") for path in tmp_path.glob("*/*.yaml")}
    expected: dict[str, str] = {}
    for document in documents(60):
        assert document.file.partition("/")[0] == (document.namespace or document.name)
        expected[document.file] = expected.get(document.file, "") + f"---\n{document.text}"
    assert written == expected


def test_planted_faults_change_one_line_of_their_document_and_nothing_else() -> None:
    for clean, faulty in zip(documents(SIZE), documents(SIZE, faulty=0.3), strict=True):
        before, after = clean.text.splitlines(), faulty.text.splitlines()
        assert len(before) == len(after)
        changed = [number for number, pair in enumerate(zip(before, after, strict=True), 1) if pair[0] != pair[1]]
        assert changed == ([] if faulty.planted is None else [faulty.planted.line])


def test_planted_faults_are_found_where_they_were_planted_and_nothing_else_is(tmp_path: Path) -> None:
    write_estate(tmp_path, SIZE, faulty=0.5)

    result = validate(ValidateRequest(Inputs(paths=(str(tmp_path),))))

    found = [(f.code, Path(f.file).relative_to(tmp_path).as_posix(), f.line) for f in result.findings]
    planted = _planted(documents(SIZE, faulty=0.5))
    assert sorted(found) == sorted(planted)
    assert {code for code, _, _ in planted} == {fault.code for fault in FAULTS}


def test_fault_is_not_planted_in_a_text_it_does_not_fit() -> None:
    assert plant(Fault("SC120", "Deployment", r"\breplicas:", "replica:"), "spec: {}\n") is None


def _planted(estate: Iterable[Document]) -> list[tuple[str, str, int]]:
    """Code, file and line in the file of every planted fault."""
    places, lines = [], dict[str, int]()
    for document in estate:
        first = lines.get(document.file, 0) + 1  # the `---` line
        if document.planted is not None:
            places.append((document.planted.code, document.file, first + document.planted.line))
        lines[document.file] = first + document.text.count("\n")
    return places
