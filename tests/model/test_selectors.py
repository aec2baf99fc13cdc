"""Which labels a selector selects."""

import pytest

from service_mesh.model.kinds import SERVICE
from service_mesh.model.selectors import EVERYTHING, NOTHING, Operator, Requirement, label_selector, map_selector
from tests.mesh.objects import made

LABELS = {"app": "web", "version": "v1", "empty": ""}


def expression(key: str, operator: str, *values: object) -> dict[str, object]:
    return {"matchExpressions": [{"key": key, "operator": operator, "values": list(values)}]}


@pytest.mark.parametrize(
    ("selector", "selects"),
    [
        ({}, True),
        ({"matchLabels": {}}, True),
        ({"matchLabels": {"app": "web"}}, True),
        ({"matchLabels": {"app": "web", "version": "v2"}}, False),
        ({"matchLabels": {"absent": ""}}, False),
        ({"matchLabels": {"empty": ""}}, True),
        ({"matchLabels": {"version": 1}}, False),
        (expression("app", "In", "web", "api"), True),
        (expression("app", "In", "api"), False),
        (expression("absent", "In", "web"), False),
        (expression("app", "NotIn", "api"), True),
        (expression("app", "NotIn", "web"), False),
        (expression("absent", "NotIn", "web"), True),
        (expression("app", "Exists"), True),
        (expression("absent", "Exists"), False),
        (expression("absent", "DoesNotExist"), True),
        (expression("app", "DoesNotExist"), False),
        (expression("app", "Near", "web"), False),
        ({"matchExpressions": [{"operator": "Exists"}]}, False),
        ({"matchLabels": {"app": "web"}, **expression("version", "In", "v2")}, False),
    ],
)
def test_label_selector_demands_everything_it_says(selector: dict[str, object], *, selects: bool) -> None:
    assert label_selector(made(SERVICE, "a/b", selector).get("spec")).matches(LABELS) is selects


def test_absent_selector_selects_everything_and_says_so() -> None:
    assert label_selector(None) == map_selector(None) == EVERYTHING
    assert EVERYTHING.is_empty
    assert not NOTHING.is_empty
    assert not NOTHING.matches(LABELS)


def test_text_is_what_kubectl_takes() -> None:
    selector = {
        "matchLabels": {"app": "web"},
        "matchExpressions": [
            {"key": "tier", "operator": "In", "values": ["b", "a"]},
            {"key": "old", "operator": "NotIn", "values": ["yes"]},
            {"key": "team", "operator": "Exists"},
            {"key": "gone", "operator": "DoesNotExist"},
        ],
    }
    found = label_selector(made(SERVICE, "a/b", selector).get("spec"))
    assert found.text == "app=web,tier in (a,b),old notin (yes),team,!gone"


@pytest.mark.parametrize("value", [["v1"], {"a": "b"}, 7, None])
def test_label_that_is_no_text_is_among_no_values(value: object) -> None:
    wanted = Requirement("version", Operator.IN, frozenset({"v1"}))
    unwanted = Requirement("version", Operator.NOT_IN, frozenset({"v1"}))
    assert (wanted.met_by({"version": value}), unwanted.met_by({"version": value})) == (False, True)


@pytest.mark.parametrize(
    ("left", "right", "excludes"),
    [
        ({"app": "web"}, {"app": "api"}, True),
        ({"app": "web", "version": "v1"}, {"version": "v2"}, True),
        ({"app": "web"}, {"app": "web", "version": "v1"}, False),
        ({"app": "web"}, {"tier": "front"}, False),
        ({}, {"app": "web"}, False),
        ({"app": 1}, {"tier": "front"}, True),
    ],
)
def test_selectors_exclude_each_other_that_want_one_label_to_differ(
    left: dict[str, object], right: dict[str, object], *, excludes: bool
) -> None:
    one, other = (map_selector(made(SERVICE, "a/b", labels).get("spec")) for labels in (left, right))
    assert one.excludes(other) is excludes
    assert other.excludes(one) is excludes
