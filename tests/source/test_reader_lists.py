"""Lists, whose items are the objects."""

import json

import pytest

from tests.source.readings import json_pod, places, read, titles


def test_list_is_unpacked() -> None:
    reading = read(f"kind: List\napiVersion: v1\nitems:\n- {json_pod('a')}\n- {json_pod('b')}\n")
    assert titles(reading) == ["Pod default/a", "Pod default/b"]
    assert [resource.origin.inner for resource in reading.resources if resource.origin] == [("items", 0), ("items", 1)]


def test_items_of_a_typed_list_take_its_type() -> None:
    text = (
        "kind: VirtualServiceList\napiVersion: networking.istio.io/v1\nitems:\n"
        "- {apiVersion: networking.istio.io/v1beta1, kind: VirtualService, metadata: {name: a}}\n"
        "- metadata: {name: b}\n"
    )
    reading = read(text)
    assert [(r.api_version, r.title) for r in reading.resources] == [
        ("networking.istio.io/v1beta1", "VirtualService default/a"),
        ("networking.istio.io/v1", "VirtualService default/b"),
    ]


def test_lists_in_lists_are_unpacked() -> None:
    text = json.dumps(
        {
            "kind": "List",
            "apiVersion": "v1",
            "items": [{"kind": "PodList", "apiVersion": "v1", "items": [{"metadata": {"name": "a"}}]}],
        }
    )
    (found,) = read(text).resources
    assert found.title == "Pod default/a"
    assert found.origin is not None
    assert found.origin.inner == ("items", 0, "items", 0)


def test_lists_nested_beyond_reason_are_refused() -> None:
    data: object = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}}
    for _ in range(6):
        data = {"apiVersion": "v1", "kind": "List", "items": [data]}
    reading = read(json.dumps(data))
    ((code, message, *_),) = places(reading)
    assert (code, message) == ("SC103", "lists are nested deeper than 5 levels")
    assert (reading.resources, reading.unreadable) == ([], 1)


@pytest.mark.parametrize("items", ["[]", "null", ""])
def test_list_without_items_holds_nothing(items: str) -> None:
    reading = read(f"apiVersion: v1\nkind: PodList\nitems: {items}\n")
    assert (reading.resources, reading.problems) == ([], [])


def test_item_that_is_no_object_is_skipped() -> None:
    reading = read(f"apiVersion: v1\nkind: List\nitems:\n- 5\n- {json_pod('a')}\n")
    assert (titles(reading), reading.skipped) == (["Pod default/a"], 1)


def test_item_without_type_is_reported_at_its_line() -> None:
    reading = read("apiVersion: v1\nkind: List\nitems:\n- kind: Pod\n  metadata: {name: a}\n- apiVersion: v1\n")
    assert places(reading) == [
        ("SC106", "the object has no 'apiVersion'", 1, 4, 3),
        ("SC106", "the object has no 'kind'", 1, 6, 3),
    ]


def test_kind_that_ends_like_a_list_is_an_object_of_its_own() -> None:
    reading = read("apiVersion: example.com/v1\nkind: AllowList\nmetadata: {name: a}\nspec: {items: []}\n")
    assert titles(reading) == ["AllowList default/a"]
