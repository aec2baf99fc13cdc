"""What fixtures cannot show of the delivery rules: odd types in any place, and the silence of the others."""

from collections.abc import Iterator
from pathlib import Path as File
from typing import cast

import pytest
import yaml

from service_mesh.mesh.capture import Capture
from service_mesh.mesh.view import Complete, MeshView
from service_mesh.model.kinds import ANALYSIS_TEMPLATE, ROLLOUT
from service_mesh.model.origin import Layer
from service_mesh.model.path import Path
from service_mesh.model.resource import Resource
from service_mesh.rules.registry import load_rules
from service_mesh.rules.rule import Rule
from tests.support.fixture import cases, findings_of

FIXTURES = File(__file__).parent / "delivery"
RULES = tuple(rule for rule in load_rules() if rule.family == "delivery")
JUNK: tuple[object, ...] = (None, "x", 7, True, [], {}, [None], ["x"], [[]], {"x": None}, [{"name": 1}], {"a": ["b"]})


def fixture(rule: Rule) -> File:
    return FIXTURES / f"{rule.name.replace('-', '_')}.yaml"


def test_every_rule_has_a_fixture_with_a_firing_and_a_quiet_case() -> None:
    assert sorted(path.name for path in FIXTURES.glob("*.yaml") if ".fixed." not in path.name) == sorted(
        fixture(rule).name for rule in RULES
    )
    for rule in RULES:
        told = {bool(case.expectations) for case in cases(fixture(rule))}
        assert told == {True, False}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_fixture_of_a_rule_is_clean_for_all_other_delivery_rules_and_the_schema(rule: Rule) -> None:
    codes = [one.code for one in load_rules() if one.family in ("delivery", "schema") and one.code != rule.code]
    found = [finding for case in cases(fixture(rule)) for finding in findings_of(case, *codes)]
    assert [(f.line, f.code, f.message) for f in found] == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_rule_survives_odd_types_in_every_place_of_its_fixture(rule: Rule) -> None:
    for case in cases(fixture(rule)):
        documents = [Resource(one) for one in yaml.safe_load_all(case.source.text) if isinstance(one, dict)]
        for number, resource in enumerate(documents):
            for odd in spoilt(resource.data):
                ask(rule, [*documents[:number], Resource(odd), *documents[number + 1 :]])


def test_template_of_a_kind_that_was_not_read_from_a_cluster_is_not_taken_as_missing() -> None:
    strategy = {"canary": {"analysis": {"templates": [{"templateName": "success-rate"}]}}}
    data = {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Rollout",
        "metadata": {"name": "shop", "namespace": "web"},
        "spec": {"strategy": strategy},
    }
    rule = next(rule for rule in RULES if rule.code == "DL135")
    partial = []
    for listed in (frozenset({ROLLOUT}), frozenset({ROLLOUT, ANALYSIS_TEMPLATE})):
        rollout = Resource(data, layer=Layer.SNAPSHOT)
        mesh = MeshView([rollout], Complete.AUTO, captures={"": Capture(listed=listed, is_whole=True)})
        assert rule.check is not None
        partial += [draft.partial for draft in rule.check(rollout, mesh)]

    assert partial == [True, False]


def ask(rule: Rule, resources: list[Resource]) -> None:
    mesh = MeshView(resources, Complete.YES)
    for resource in resources:
        if resource.kind in rule.about and rule.check is not None:
            assert all(draft.message for draft in rule.check(resource, mesh))


def spoilt(document: object) -> Iterator[dict[str, object]]:
    for path in paths(document):
        yield from (cast("dict[str, object]", replaced(document, path, junk)) for junk in JUNK)


def paths(value: object, path: Path = ()) -> Iterator[Path]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, item in items:
        yield (*path, step)
        yield from paths(item, (*path, step))


def replaced(value: object, path: Path, junk: object) -> object:
    if not path:
        return junk
    copy = dict(value) if isinstance(value, dict) else list(cast("list[object]", value))
    copy[path[0]] = replaced(copy[path[0]], path[1:], junk)  # type: ignore[index]  # the path was walked already
    return copy
