"""How many fields a map has is counted without the nulls that the API server drops, and with its defaults."""

from collections.abc import Mapping

from service_mesh.catalog.convert import facts_from_schema
from service_mesh.catalog.pool import name_patterns
from service_mesh.catalog.shape import Shape
from service_mesh.model.resource import Resource
from tests.catalog.objects import GATEWAY_API, ISTIO, thing, told

STRING = {"type": "string"}


def _told(schema: Mapping[str, object], value: object) -> list[tuple[str, str, str]]:
    fact = facts_from_schema({"type": "object", "properties": {"spec": schema}})
    shape = Shape.of(name_patterns(fact, {}), lambda _: "any", {}, "any", is_deprecated=False)
    resource = Resource({"spec": value})
    faults = shape.faults(resource)
    assert shape.accepts(resource.data) is not bool(faults)
    return [(code, draft.node.pointer if draft.node else "", draft.message) for code, draft in faults]


def _map(**more: object) -> dict[str, object]:
    return {"type": "object", "properties": {"a": STRING, "b": STRING}, **more}


def test_null_of_a_bundle_does_not_count() -> None:
    bundle = thing("trust-manager.io/v1alpha2", "ClusterBundle", spec={"defaultCAs": None})
    assert told(bundle) == [("SC123", "/spec", "'spec' has 0 fields, fewer than 1")]


def test_null_of_a_map_does_not_count() -> None:
    policy = {"selector": {"matchLabels": {"app": "shop"}}, "portLevelMtls": {"80": None}}
    assert told(thing("security.istio.io/v1", "PeerAuthentication", spec=policy)) == [
        ("SC123", "/spec/portLevelMtls", "'portLevelMtls' has 0 fields, fewer than 1")
    ]
    labels = {f"key-{number}": "a" if number else None for number in range(9)}
    spec = {
        "gatewayClassName": "mesh",
        "infrastructure": {"labels": labels},
        "listeners": [{"name": "web", "port": 80, "protocol": "HTTP"}],
    }
    assert told(thing(GATEWAY_API, "Gateway", spec=spec)) == []
    labels["key-0"] = "a"
    assert told(thing(GATEWAY_API, "Gateway", spec=spec)) == [
        ("SC123", "/spec/infrastructure/labels", "'labels' has 9 fields, more than 8")
    ]


def test_dropped_null_is_not_seen_by_rules() -> None:
    entry = {"address": "10.0.0.1", "labels": {"": None}, "ports": {"two words": None}}
    assert told(thing(ISTIO, "WorkloadEntry", spec=entry)) == []
    tls = {"mode": "Terminate", "options": {"example.com/profile": None}}
    spec = {
        "gatewayClassName": "mesh",
        "listeners": [{"name": "web", "port": 443, "protocol": "HTTPS", "tls": tls}],
    }
    assert [code for code, _, _ in told(thing(GATEWAY_API, "Gateway", spec=spec))] == ["SC131"]


def test_default_counts_as_a_field() -> None:
    schema = _map(minProperties=1, properties={"a": {**STRING, "default": "x"}})
    assert _told(schema, {}) == []
    assert _told(schema, {"a": None}) == []


def test_null_that_is_kept_counts() -> None:
    assert _told(_map(minProperties=1, properties={"a": {**STRING, "nullable": True}}), {"a": None}) == []
    kept = {"type": "object", "additionalProperties": {**STRING, "nullable": True}, "minProperties": 1}
    assert _told(kept, {"a": None}) == []


def test_null_of_a_field_that_no_schema_names_counts() -> None:
    open_map = {"type": "object", "x-kubernetes-preserve-unknown-fields": True, "properties": {"a": STRING}}
    assert _told({**open_map, "maxProperties": 1}, {"other": None, "b": 1}) == [
        ("SC123", "/spec", "'spec' has 2 fields, more than 1")
    ]
    assert _told({**open_map, "maxProperties": 1}, {"a": None, "b": 1}) == []


def test_map_of_another_type_is_not_counted() -> None:
    assert _told(_map(minProperties=1), "text") == [
        ("SC121", "/spec", "'spec' is the string 'text' where a map is expected")
    ]


def test_number_of_fields_is_told_beside_what_is_wrong_in_them() -> None:
    assert _told(_map(maxProperties=1), {"a": 1, "b": "x"}) == [
        ("SC121", "/spec/a", "'a' is the number '1' where a string is expected"),
        ("SC123", "/spec", "'spec' has 2 fields, more than 1"),
    ]
