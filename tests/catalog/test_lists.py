"""Items that a list holds twice: what counts as the same, and which lists are looked at."""

from service_mesh.catalog.duplicates import Plan, Repeat, find_repeats, plan_of
from service_mesh.catalog.facts import Fact

PARTS: dict[str, Fact] = {
    "port": {"type": "object", "fields": {"number": "integer", "protocol": {"type": "string", "default": "TCP"}}},
    "node": {
        "type": "object",
        "fields": {"names": {"type": "array", "items": "string", "list": "set"}, "below": "#node"},
    },
}


def test_items_are_told_apart_by_their_keys_with_defaults_filled_in() -> None:
    plan = plan_of(
        {"type": "array", "items": "#port", "list": "map", "keys": ["number", "protocol"]}, PARTS.__getitem__
    )
    ports = [{"number": 80}, "odd", {"number": 80, "protocol": "UDP"}, {"number": 80, "protocol": "TCP"}]
    assert list(find_repeats(ports, plan)) == [Repeat((3,), (0,), (("number", 80), ("protocol", "TCP")))]


def test_items_of_a_set_are_compared_as_the_api_server_compares_them() -> None:
    plan = plan_of({"type": "array", "items": "any", "list": "set"}, PARTS.__getitem__)
    items = [1, True, {"a": [1]}, {"a": [True]}, [2], {"a": [1]}, [2]]
    assert list(find_repeats(items, plan)) == [Repeat((5,), (2,), ()), Repeat((6,), (4,), ())]


def test_lists_in_the_values_of_a_map_are_looked_at() -> None:
    plan = plan_of({"type": "object", "values": {"type": "array", "items": "string", "list": "set"}}, PARTS.__getitem__)
    assert list(find_repeats({"a": ["x"], "b": ["x", "x"]}, plan)) == [Repeat(("b", 1), ("b", 0), ())]
    assert list(find_repeats("odd", plan)) == []


def test_part_that_holds_itself_is_planned_once() -> None:
    plan = plan_of("#node", PARTS.__getitem__)
    assert plan == Plan({"names": Plan(kind="set")})
    assert list(find_repeats({"names": ["a", "a"]}, plan)) == [Repeat(("names", 1), ("names", 0), ())]


def test_loose_lists_and_plain_values_have_no_plan() -> None:
    loose: Fact = {"type": "array", "items": "string", "list": "set", "loose": True}
    assert [plan_of(fact, PARTS.__getitem__) for fact in (loose, "string", "#port")] == [Plan()] * 3
