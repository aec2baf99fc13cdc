"""Every intent in every dialect and release: valid, simulated, reviewed; every parameter counts."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from difflib import unified_diff
from pathlib import Path

import pytest

from service_mesh.errors import UsageError
from service_mesh.generate.dialects import Dialect
from service_mesh.generate.intent import Intent
from service_mesh.generate.names import intent_names
from service_mesh.generate.plan import Gap
from service_mesh.generate.registry import intent_of, load_intents
from service_mesh.operations.generate import generate
from service_mesh.operations.generate_result import GenerateResult
from service_mesh.operations.request import GenerateRequest
from service_mesh.rendering.generate import render_generation
from tests.generate.cases import Case, cases, generated, older_releases
from tests.generate.snapshots import assert_reviewed

_CASES = tuple(cases())
_CELLS = tuple((one, dialect) for one in load_intents() for dialect in Dialect)
_CELL_NAMES = [f"{one.name}-{dialect}" for one, dialect in _CELLS]
_SNAPSHOTS = Path(__file__).parent.parent / "snapshots" / "generate"


def test_intents_are_found_by_the_names_of_their_modules() -> None:
    assert [intent_of(name).name for name in intent_names()] == list(intent_names())
    assert len(intent_names()) == len(set(intent_names()))


@pytest.mark.parametrize("intent", load_intents(), ids=lambda one: one.name)
def test_an_intent_is_told_in_sentences_and_has_three_examples(intent: Intent) -> None:
    assert intent.summary.endswith(".")
    assert len(intent.examples) >= 3
    assert len({one.title for one in intent.examples}) == len(intent.examples)
    schema = intent.parameters.model_json_schema()
    forms = [schema, *schema.get("$defs", {}).values()]
    fields = [field for form in forms for field in form.get("properties", {}).values()]
    assert all("description" in field for field in fields)


@pytest.mark.parametrize("case", _CASES, ids=str)
def test_what_is_generated_is_valid_and_does_what_it_is_for(case: Case) -> None:
    _assert_answered(generated(case))


@pytest.mark.parametrize(("intent", "dialect"), _CELLS, ids=_CELL_NAMES)
def test_older_releases_get_what_they_understand(intent: Intent, dialect: Dialect) -> None:
    told: list[str] = []
    for example in () if isinstance(intent.cells[dialect], Gap) else intent.examples:
        case = Case(intent, dialect, example)
        newest, differences = generated(case), dict[str, list[str]]()
        for release in older_releases(dialect.project):
            older = generated(case, release)
            _assert_answered(older)
            differences.setdefault(_difference(newest, older), []).append(release)
        told += (f"{example.title}, {', '.join(of)}:\n{text}" for text, of in differences.items() if text)
    assert_reviewed(f"{intent.name}/{dialect}.older.diff", "\n".join(told))


@pytest.mark.parametrize(("intent", "dialect"), _CELLS, ids=_CELL_NAMES)
def test_the_first_example_that_can_be_expressed_is_as_it_was_reviewed(intent: Intent, dialect: Dialect) -> None:
    results = [generate(GenerateRequest(intent.name, dialect, one.params)) for one in intent.examples]
    result = next((one for one in results if one.apply_order), results[0])
    if isinstance(intent.cells[dialect], Gap):
        assert not result.files
        assert result.cannot_express
    else:
        assert result.apply_order, "one of the examples is one that the dialect can express"
    assert_reviewed(f"{intent.name}/{dialect}.yaml", render_generation(result) + "\n")


@pytest.mark.parametrize("case", _CASES, ids=str)
def test_a_parameter_that_is_left_out_is_missed(case: Case) -> None:
    result = generated(case)
    if not result.apply_order:
        return  # nothing is written of them, and the answer says why
    whole = _shown(result)
    for place, params in _without_one(case.example.params):
        try:
            found = generate(GenerateRequest(case.intent.name, case.dialect, params))
        except UsageError:
            continue
        assert _shown(found) != whole, f"{place} changes nothing"


def test_no_snapshot_is_left_of_what_is_no_longer_generated() -> None:
    named = {f"{one.name}/{dialect}.yaml" for one, dialect in _CELLS}
    named |= {f"{one.name}/{dialect}.older.diff" for one, dialect in _CELLS}
    held = {str(path.relative_to(_SNAPSHOTS)) for path in _SNAPSHOTS.rglob("*") if path.is_file()}
    assert held <= named


def _assert_answered(result: GenerateResult) -> None:
    if not result.apply_order and result.cannot_express and not result.checks.simulation:
        assert all(one.part and one.closest for one in result.cannot_express)
        return
    assert [
        f"{one.severity} {one.code} {one.message}" for one in result.checks.findings if one.severity != "info"
    ] == []
    assert [one for one in result.checks.simulation if not one.holds] == []
    assert result.apply_order
    assert result.checks.simulation, "nothing is asked of what it is for"
    assert result.verify, "nothing shows in a cluster that it works"
    assert result.rollback
    told = " ".join((*result.apply_order, *result.rollback, *result.notes, *result.verify))
    assert [file.name for file in result.files if file.name not in told] == [], "nobody is told what the file is for"


def _difference(newest: GenerateResult, older: GenerateResult) -> str:
    """What an older release gets otherwise; why it gets nothing, where it alone gets nothing."""
    if newest.apply_order and not older.apply_order:
        return "".join(f"cannot express {one.part}; closest: {one.closest}\n" for one in older.cannot_express)
    return "".join(f"{line}\n" for line in unified_diff(_text(newest), _text(older), lineterm="", n=1))


def _text(result: GenerateResult) -> list[str]:
    shown = replace(result, versions={}, notes=tuple(note for note in result.notes if "are used instead" not in note))
    return render_generation(shown).splitlines()


def _shown(result: GenerateResult) -> object:
    asked = tuple(one.question for one in result.checks.simulation)
    told = (result.notes, result.prerequisites, result.verify, result.stages)
    return result.files, result.apply_order, asked, result.cannot_express, told


def _without_one(params: Mapping[str, object]) -> Iterator[tuple[str, Mapping[str, object]]]:
    """The parameters without one field or list entry each, at any depth."""
    for place, value in _smaller(params):
        assert isinstance(value, Mapping)
        yield place, value


def _smaller(value: object) -> Iterator[tuple[str, object]]:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield name, {key: one for key, one in value.items() if key != name}
            yield from ((f"{name}.{place}", {**value, name: one}) for place, one in _smaller(inner))
    elif isinstance(value, list | tuple):
        for number, inner in enumerate(value):
            yield str(number), [one for place, one in enumerate(value) if place != number]
            changed = (
                (f"{number}.{place}", [*value[:number], one, *value[number + 1 :]]) for place, one in _smaller(inner)
            )
            yield from changed
