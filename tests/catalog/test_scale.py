"""A definition with a scale subresource asks more of the fields that it names than their schema says."""

from collections.abc import Mapping

import pytest

from service_mesh.catalog.catalogue import Catalogue
from service_mesh.catalog.cel.definitions import read_definitions
from service_mesh.model.resource import Resource
from tests.catalog.objects import thing, told

SCALE = {
    "specReplicasPath": ".spec.replicas",
    "statusReplicasPath": ".status.replicas",
    "labelSelectorPath": ".status.selector",
}
COUNT = {"type": "integer"}
OPEN = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}


def _object(**fields: object) -> dict[str, object]:
    return {"type": "object", "properties": fields}


def _told(
    schema: Mapping[str, object], data: Mapping[str, object], *, with_status: bool = True, **scale: str
) -> list[tuple[str, str]]:
    subresources = {"scale": {**SCALE, **scale}, **({"status": {}} if with_status else {})}
    version = {"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": schema}}
    definition = {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": "fleets.shop.example"},
        "spec": {
            "group": "shop.example",
            "names": {"kind": "Fleet", "plural": "fleets"},
            "scope": "Namespaced",
            "versions": [{**version, "subresources": subresources}],
        },
    }
    read = read_definitions([Resource(definition)])
    assert read.faults == ()
    resource = Resource(thing("shop.example/v1", "Fleet", **data))
    faults = Catalogue.bundled().narrowed({}, read.given).check(resource).faults
    return [(draft.node.pointer if draft.node else "", draft.message) for _, draft in faults]


def _fleet(replicas: object) -> list[tuple[str, str]]:
    return _told(_object(spec=_object(replicas=COUNT)), {"spec": {"replicas": replicas}})


@pytest.mark.parametrize(
    ("replicas", "message"),
    [
        (-1, "'replicas' is -1, below the minimum 0"),
        (2**31, "'replicas' is 2147483648, above the maximum 2147483647"),
        (3.0, "'replicas' is the number '3.0' where an integer is expected"),
    ],
)
def test_replicas_are_counted_in_32_bits_from_nought(replicas: object, message: str) -> None:
    assert _fleet(replicas) == [("/spec/replicas", message)]
    rollout = thing("argoproj.io/v1alpha1", "Rollout", spec={"replicas": replicas})
    assert [(pointer, text) for _, pointer, text in told(rollout)] == [("/spec/replicas", message)]


@pytest.mark.parametrize("replicas", [0, 3, 2**31 - 1, None])
def test_number_of_replicas_may_be_nought_and_absent(replicas: object) -> None:
    assert _fleet(replicas) == []
    assert told(thing("argoproj.io/v1alpha1", "Rollout", spec={"replicas": replicas})) == []


def test_bound_of_the_schema_that_is_narrower_stays() -> None:
    schema = _object(spec=_object(replicas={**COUNT, "minimum": 2, "maximum": 5}))
    assert _told(schema, {"spec": {"replicas": 1}}) == [("/spec/replicas", "'replicas' is 1, below the minimum 2")]
    assert _told(schema, {"spec": {"replicas": 6}}) == [("/spec/replicas", "'replicas' is 6, above the maximum 5")]
    below = _object(spec=_object(replicas={**COUNT, "minimum": -5, "exclusiveMinimum": True}))
    assert _told(below, {"spec": {"replicas": 0}}) == []


def test_replicas_that_no_schema_names_are_counted_too() -> None:
    for schema in (_object(spec=OPEN), _object(spec={**OPEN, "properties": {"other": COUNT}})):
        assert _told(schema, {"spec": {"replicas": -1, "more": "x"}}) == [
            ("/spec/replicas", "'replicas' is -1, below the minimum 0")
        ]
        assert _told(schema, {"spec": {"replicas": 1, "more": "x"}}) == []


def test_status_counts_only_where_it_is_no_subresource() -> None:
    schema = _object(spec=_object(replicas=COUNT), status=_object(replicas=COUNT, selector={"type": "string"}))
    data = {"status": {"replicas": -1}}
    assert _told(schema, data) == []
    assert _told(schema, data, with_status=False) == [("/status/replicas", "'replicas' is -1, below the minimum 0")]


def test_selector_below_the_spec_is_a_text() -> None:
    data = {"spec": {"pods": {"selector": 7}}}
    assert _told(_object(spec=OPEN), data, labelSelectorPath=".spec.pods.selector") == [
        ("/spec/pods/selector", "'selector' is the number '7' where a string is expected")
    ]
    assert _told(_object(spec=OPEN), data) == []
