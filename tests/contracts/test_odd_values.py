"""Whatever stands in a field, no rule of any family fails: one that does is silenced for a whole run."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
import yaml

from service_mesh.mesh.capture import Capture
from service_mesh.mesh.view import Complete, MeshView
from service_mesh.model.resource import Resource
from service_mesh.rules.registry import load_rules
from service_mesh.rules.rule import Rule
from tests.support.fixture import NOW, cases
from tests.support.pages import snippet

_FIXTURES = Path(__file__).parents[1] / "rules"
_RULES = tuple(rule for rule in load_rules() if rule.check is not None)

_TYPES: tuple[object, ...] = (None, 7, True, [], {}, [None], ["x"], [[]], {"x": None}, [{"match": 1}], {"a": ["b"]})
_EXTREMES: tuple[object, ...] = (
    "",
    "*",
    "/",
    ":",
    "*.*",
    "9" * 5_000,  # more digits than Python turns into a number
    "²",  # a digit that is no decimal number
    "\ud800",  # half a character, as JSON may have it
    "(" * 300,
    "a{1000}{1000}",
    ".".join("a" * 500),
    -1,
    10**400,
    float("nan"),
    float("inf"),
)


@pytest.mark.parametrize("rule", _RULES, ids=[rule.code for rule in _RULES])
def test_rule_survives_extreme_values_in_every_place_of_its_fixture(rule: Rule) -> None:
    for documents in _worlds(rule):
        for index, document in enumerate(documents):
            for odd in _spoilt(document, _EXTREMES):
                _ask(rule, [*documents[:index], odd, *documents[index + 1 :]])


_OTHERS = [rule for rule in _RULES if rule.family == "gateway" or rule.is_about_health]


@pytest.mark.parametrize("rule", _OTHERS, ids=[rule.code for rule in _OTHERS])
def test_rule_survives_odd_types_in_every_place_of_its_fixture(rule: Rule) -> None:
    for documents in _worlds(rule):
        for index, document in enumerate(documents):
            for odd in _spoilt(document, _TYPES):
                _ask(rule, [*documents[:index], odd, *documents[index + 1 :]])


def _worlds(rule: Rule) -> Iterator[list[object]]:
    if rule.is_about_health:  # whole clusters have too many places
        yield [document for document in yaml.safe_load_all(snippet(rule, "Wrong") or "") if isinstance(document, dict)]
        return
    path = _FIXTURES / rule.family / f"{rule.name.replace('-', '_')}.yaml"
    for case in list(cases(path))[:2]:
        yield [document for document in yaml.safe_load_all(case.source.text) if isinstance(document, dict)]


def _ask(rule: Rule, documents: list[object]) -> None:
    resources = [Resource(document) for document in documents if isinstance(document, dict)]
    mesh = MeshView(resources, Complete.YES, captures={"": Capture(NOW, None)})
    for resource in resources:
        if rule.check is not None and resource.kind in rule.about:
            assert all(draft.message for draft in rule.check(resource, mesh))


def _spoilt(value: object, odd: tuple[object, ...]) -> Iterator[object]:
    """A value with one of its fields or items replaced, for each of them and each replacement."""
    if isinstance(value, Mapping):
        for key, held in value.items():
            yield from ({**value, key: other} for other in (*odd, *_spoilt(held, odd)))
    elif isinstance(value, list):
        for number, held in enumerate(value):
            yield from ([*value[:number], other, *value[number + 1 :]] for other in (*odd, *_spoilt(held, odd)))
