"""What an object says about itself, whatever the shape of its data."""

import pytest

from service_mesh.model.kinds import NAMESPACE, VIRTUAL_SERVICE, Kind
from service_mesh.model.origin import Layer
from service_mesh.model.resource import Resource, ResourceKey

ROUTE = Resource(
    {
        "apiVersion": "networking.istio.io/v1",
        "kind": "VirtualService",
        "metadata": {
            "name": "reviews",
            "namespace": "shop",
            "labels": {"app": "a"},
            "annotations": {"b": "c"},
            "creationTimestamp": "2026-01-01T00:00:00Z",
        },
        "spec": {"hosts": ["a", "b"]},
    },
    cluster="east",
)


def test_object_names_its_type() -> None:
    assert (ROUTE.api_version, ROUTE.group, ROUTE.version) == ("networking.istio.io/v1", "networking.istio.io", "v1")
    assert ROUTE.kind == VIRTUAL_SERVICE
    assert str(ROUTE.kind) == "VirtualService.networking.istio.io"


def test_object_names_itself() -> None:
    assert ROUTE.key == ResourceKey("east", VIRTUAL_SERVICE, "shop", "reviews")
    assert ROUTE.title == "VirtualService shop/reviews"
    assert (ROUTE.labels, ROUTE.annotations) == ({"app": "a"}, {"b": "c"})
    assert ROUTE.created_at == "2026-01-01T00:00:00Z"
    assert ROUTE.layer is Layer.PATHS


def test_core_group_has_no_name() -> None:
    found = Resource({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop", "namespace": "ignored"}})
    assert (found.group, found.version, found.kind, found.namespace) == ("", "v1", NAMESPACE, "")
    assert (found.title, str(found.kind)) == ("Namespace shop", "Namespace")


@pytest.mark.parametrize(
    ("metadata", "title"),
    [
        ({"name": "a"}, "Pod default/a"),
        ({"name": "a", "namespace": ""}, "Pod default/a"),
        ({"name": "a", "namespace": 5}, "Pod default/a"),
        ({"generateName": "a-"}, "Pod default/a-*"),
        ({"name": "a", "generateName": "b-"}, "Pod default/a"),
        ({}, "Pod default/"),
        (None, "Pod default/"),
        ("text", "Pod default/"),
    ],
)
def test_absent_parts_of_the_name_have_defaults(metadata: object, title: str) -> None:
    assert Resource({"apiVersion": "v1", "kind": "Pod", "metadata": metadata}).title == title


def test_fields_of_the_wrong_type_read_as_absent() -> None:
    found = Resource({"apiVersion": 1, "kind": ["Pod"], "metadata": {"labels": [], "annotations": "a"}})
    assert (found.api_version, found.kind, found.labels, found.annotations) == ("", Kind("", ""), {}, {})
    assert found.created_at == ""


def test_values_are_reached_as_nodes() -> None:
    assert ROUTE.root.value == ROUTE.data
    node = ROUTE.get("spec.hosts")
    assert node is not None
    assert node.path == ("spec", "hosts")
    assert [host.text for host in ROUTE.each("spec.hosts[]")] == ["a", "b"]
    assert ROUTE.get("spec.absent") is None
