"""What fixtures cannot show of Linkerd's traffic rules: how conditions compare, names split and values are read."""

import pytest

from service_mesh.model.hosts import ServiceName
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.posture.linkerd.profiles import split_name
from service_mesh.rules.linkerd._annotations import FORMS
from service_mesh.rules.linkerd._requests import condition_parts, conditions_of


def condition(value: object) -> Node:
    return Node(Resource({"condition": value}), ("condition",), value)


def nested(depth: int) -> object:
    return {"all": [nested(depth - 1)]} if depth else {"method": "GET"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"pathRegex": "/a"}, {"pathRegex": "^/a$"}),
        ({"pathRegex": "/a", "method": "GET"}, {"all": [{"method": "get"}, {"pathRegex": "/a"}]}),
        ({"method": "GET"}, {"pathRegex": "/.*", "method": "GET"}),
    ],
)
def test_conditions_that_ask_for_the_same_are_equal(one: object, other: object) -> None:
    assert conditions_of(condition(one)) == conditions_of(condition(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"pathRegex": "/a"}, {"pathRegex": "/a.*"}),
        ({"any": [{"pathRegex": "/a"}]}, {"all": [{"pathRegex": "/a"}]}),
        ({"not": {"method": "GET"}}, {"method": "GET"}),
    ],
)
def test_conditions_that_ask_for_different_things_differ(one: object, other: object) -> None:
    assert conditions_of(condition(one)) != conditions_of(condition(other))


def test_nesting_without_end_is_read_to_a_depth_only() -> None:
    assert len(list(condition_parts(condition(nested(200))))) == 17
    assert conditions_of(condition(nested(200))) != conditions_of(condition(nested(3)))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("cart.shop.svc.cluster.local", (ServiceName("shop", "cart"), "cluster.local")),
        ("cart.shop.svc.example.internal", (ServiceName("shop", "cart"), "example.internal")),
        ("cart.shop.svc", None),
        ("cart.shop.svc.", None),
        (".shop.svc.cluster.local", None),
        ("api.example.com", None),
        ("", None),
    ],
)
def test_full_name_is_split_into_service_and_domain(name: str, expected: tuple[ServiceName, str] | None) -> None:
    assert split_name(name) == expected


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("admin-port", "4191", True),
        ("admin-port", "0", False),
        ("skip-outbound-ports", "25,587, 4222-4229", True),
        ("skip-outbound-ports", "4229-4222", False),
        ("proxy-memory-limit", "64Mi", True),
        ("proxy-memory-limit", "64MiB", False),
        ("shutdown-grace-period", "1m30s", True),
        ("shutdown-grace-period", "90", False),
        ("skip-subnets", "10.0.0.0/8,fd00::/8", True),
        ("skip-subnets", "10.0.0.1", False),
        ("enable-debug-sidecar", "True", True),
        ("enable-debug-sidecar", "yes", False),
        ("proxy-cpu-ratio-limit", "1.0", True),
        ("proxy-cpu-ratio-limit", "1.1", False),
        ("proxy-additional-env", "anything", True),
    ],
)
def test_value_of_a_setting_is_told_from_what_is_none(name: str, value: str, *, expected: bool) -> None:
    assert FORMS[f"config.linkerd.io/{name}"][0](value) is expected
