"""Allowances in comments and annotations: what each form covers, and what is said about one that is wrong or idle."""

from collections.abc import Iterator

import pytest

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft, Finding
from service_mesh.model.origin import Location
from service_mesh.model.resource import Resource
from tests.engine.rules import SHOP, engine_of, namespace_rule, world_of


def _speaks(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001
    yield resource.root.finding(f"namespace '{resource.name}' was seen")


def _points(resource: Resource, mesh: MeshView) -> Iterator[Draft]:  # noqa: ARG001
    yield Draft(f"namespace '{resource.name}' is written here", location=Location("shop.yaml", 1, 4, 3))


_SPEAKS, _POINTS = namespace_rule("IS990", _speaks), namespace_rule("IS993", _points)


def _found(text: str) -> list[tuple[int, str, str]]:
    report = engine_of(_SPEAKS, _POINTS).run(world_of(text))
    return [_short(graded.finding) for graded in report.findings]


def _short(finding: Finding) -> tuple[int, str, str]:
    return finding.line, finding.code, finding.message


_SEEN = (1, "IS990", "namespace 'shop' was seen")
_WRITTEN = (4, "IS993", "namespace 'shop' is written here")


def test_allowance_on_the_line_covers_a_finding_that_is_about_text_alone() -> None:
    text = SHOP.replace("name: shop", "name: shop # service-mesh: allow[IS993] known")
    assert _found(text) == [_SEEN]


def test_allowance_covers_the_next_content_behind_comments_and_blank_lines() -> None:
    assert _found("# service-mesh: allow[IS990] known\n# of old\n\n" + SHOP) == [_WRITTEN]


def test_allowance_with_nothing_behind_it_covers_nothing() -> None:
    assert _found(SHOP + "# service-mesh: allow[IS990] known\n# the end\n") == [_SEEN, _WRITTEN, (5, *_idle("IS990"))]


def _idle(code: str) -> tuple[str, str]:
    return "SC901", f"nothing here needs the allowance of {code}"


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("allow[]", "the allowance names no rule"),
        ("allow[IS990]", "the allowance of IS990 gives no reason and has no effect"),
        ("allow[SI990] known", "the allowance names an unknown rule 'SI990'; did you mean 'IS990'?"),
    ],
)
def test_faulty_allowance_is_a_finding_at_its_place(written: str, said: str) -> None:
    report = engine_of(_SPEAKS, _POINTS).run(world_of(SHOP + f"# service-mesh: {written}\n"))
    (finding,) = [graded.finding for graded in report.findings if graded.finding.code == "SC902"]
    assert (finding.file, finding.line, finding.column, finding.message) == ("shop.yaml", 5, 1, said)


@pytest.mark.parametrize(
    ("annotation", "found"),
    [
        ('"IS990 known; IS993 known"', [_WRITTEN, (6, *_idle("IS993"))]),
        ('"IS990, IS104 known"', [_WRITTEN, (6, *_idle("IS104"))]),
        ('"all of it"', [_SEEN, _WRITTEN, (6, "SC902", "the allowance names no rule")]),
        ('""', [_SEEN, _WRITTEN, (6, "SC902", "the allowance names no rule")]),
    ],
    ids=["two entries", "two codes", "no code", "nothing"],
)
def test_annotation_covers_its_object_and_its_faults_stand_at_its_name(
    annotation: str, found: list[tuple[int, str, str]]
) -> None:
    assert _found(SHOP + f"  annotations:\n    service-mesh/allow: {annotation}\n") == found


def test_annotation_that_is_no_text_is_left_to_the_schema() -> None:
    found = _found(SHOP + "  annotations:\n    service-mesh/allow: 7\n")
    assert [(line, code) for line, code, _ in found] == [(1, "IS990"), (4, "IS993"), (6, "SC121")]


def test_code_that_was_not_asked_for_is_not_called_idle() -> None:
    text = SHOP + "# service-mesh: allow[IS104] known\n"
    report = engine_of(_SPEAKS, only=True).run(world_of(text))
    assert [_short(graded.finding) for graded in report.findings] == [_SEEN]
