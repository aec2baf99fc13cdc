"""What fixtures cannot show of the rules about Kubernetes itself: odd types in any place, and what a cluster took."""

from collections.abc import Iterator
from pathlib import Path as File

import pytest
import yaml

from service_mesh.mesh.capture import Capture
from service_mesh.mesh.view import Complete, MeshView
from service_mesh.model.origin import Layer
from service_mesh.model.resource import Resource
from service_mesh.rules.registry import load_rules
from service_mesh.rules.rule import Rule
from tests.support.fixture import cases, findings_of

FIXTURES = File(__file__).parent / "kubernetes"
RULES = tuple(rule for rule in load_rules() if rule.family == "kubernetes")
TAKEN = ("K8102", "K8103", "K8104", "K8105", "K8111", "K8123")
"""Rules about what the API server refuses: what was read from one cannot be that."""

JUNK: tuple[object, ...] = (None, "x", 7, True, [], {}, [None], ["x"], [[]], {"x": None}, [{"name": 1}], {"a": ["b"]})


def fixture(rule: Rule) -> File:
    return FIXTURES / f"{rule.name.replace('-', '_')}.yaml"


def test_every_rule_has_a_fixture_and_every_fixture_a_rule() -> None:
    assert sorted(path.name for path in FIXTURES.glob("*.yaml") if ".fixed." not in path.name) == sorted(
        fixture(rule).name for rule in RULES
    )


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_quiet_cases_of_a_rule_are_quiet_for_the_schema(rule: Rule) -> None:
    codes = [one.code for one in load_rules() if one.family == "schema"]
    quiet = [case for case in cases(fixture(rule)) if not case.expectations and "odd values" not in case.title]
    found = [finding for case in quiet for finding in findings_of(case, *codes)]
    assert [(f.line, f.code, f.message) for f in found] == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_rule_survives_odd_types_in_every_place_of_its_fixture(rule: Rule) -> None:
    for case in cases(fixture(rule)):
        documents = [Resource(one) for one in yaml.safe_load_all(case.source.text) if isinstance(one, dict)]
        for number, resource in enumerate(documents):
            for odd in spoilt(resource.data):
                ask(rule, [*documents[:number], Resource(odd), *documents[number + 1 :]])


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.code in TAKEN], ids=lambda rule: rule.code)
def test_what_a_cluster_took_is_not_called_refused(rule: Rule) -> None:
    for case in cases(fixture(rule)):
        documents = [one for one in yaml.safe_load_all(case.source.text) if isinstance(one, dict)]
        resources = [Resource(one, layer=Layer.SNAPSHOT) for one in documents]
        mesh = MeshView(resources, Complete.YES, captures={"": Capture(0.0, None)})
        assert rule.check is not None
        found = [draft for one in resources if one.kind in rule.about for draft in rule.check(one, mesh)]
        assert [draft.message for draft in found] == []


def ask(rule: Rule, resources: list[Resource]) -> None:
    mesh = MeshView(resources, Complete.YES)
    for resource in resources:
        if rule.check is not None and resource.kind in rule.about:
            assert all(draft.message for draft in rule.check(resource, mesh))


def spoilt(value: object) -> Iterator[dict[str, object]]:
    """Each object with one of its fields replaced by something of another type."""
    for changed in _spoilt(value):
        if isinstance(changed, dict):
            yield changed


def _spoilt(value: object) -> Iterator[object]:
    if isinstance(value, dict):
        for key, held in value.items():
            yield from ({**value, key: other} for other in (*JUNK, *_spoilt(held)))
    elif isinstance(value, list):
        for number, held in enumerate(value):
            yield from ([*value[:number], other, *value[number + 1 :]] for other in (*JUNK, *_spoilt(held)))
