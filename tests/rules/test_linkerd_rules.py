"""What fixtures cannot show of the Linkerd rules: how references, networks and durations are read, and odd types."""

from collections.abc import Iterator
from pathlib import Path as File
from typing import cast

import pytest
import yaml

from service_mesh.mesh.view import Complete, MeshView
from service_mesh.model.grade import Severity
from service_mesh.model.kinds import HTTP_ROUTE, LINKERD_HTTP_ROUTE, LINKERD_SERVER, SERVICE_ACCOUNT, Kind
from service_mesh.model.networks import contains
from service_mesh.model.path import Path
from service_mesh.model.resource import Resource
from service_mesh.rules.linkerd._durations import annotation_seconds, field_seconds
from service_mesh.rules.linkerd._networks import network
from service_mesh.rules.linkerd._references import refers_to
from service_mesh.rules.linkerd._routes import grade
from service_mesh.rules.registry import load_rules
from service_mesh.rules.rule import Rule
from tests.mesh.objects import made
from tests.support.fixture import cases

FIXTURES = File(__file__).parent / "linkerd"
RULES = tuple(rule for rule in load_rules() if rule.family == "linkerd")
JUNK: tuple[object, ...] = (None, "x", 7, True, [], {}, [None], ["x"], [[]], {"x": None}, {"a": ["b"]})


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_rule_survives_odd_types_in_every_place_of_its_fixture(rule: Rule) -> None:
    for case in cases(FIXTURES / f"{rule.name.replace('-', '_')}.yaml"):
        for document in yaml.safe_load_all(case.source.text):
            for path in paths(document):
                for junk in JUNK:
                    ask(rule, Resource(cast("dict[str, object]", replaced(document, path, junk))))


def ask(rule: Rule, resource: Resource) -> None:
    assert rule.check is not None
    if resource.kind in rule.about:
        assert all(draft.message for draft in rule.check(resource, MeshView([resource], Complete.YES)))


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


@pytest.mark.parametrize(
    ("reference", "kind", "default", "expected"),
    [
        ({"kind": "ServiceAccount"}, SERVICE_ACCOUNT, "", True),
        ({"group": "core", "kind": "serviceaccount"}, SERVICE_ACCOUNT, "", True),
        ({"group": "CORE", "kind": "ServiceAccount"}, SERVICE_ACCOUNT, "", True),
        ({"group": None, "kind": "ServiceAccount"}, SERVICE_ACCOUNT, "", True),
        ({"group": "policy.linkerd.io", "kind": "ServiceAccount"}, SERVICE_ACCOUNT, "", False),
        ({"kind": "Server"}, LINKERD_SERVER, "", False),
        ({"kind": "Server"}, LINKERD_SERVER, "policy.linkerd.io", True),
        ({"group": "", "kind": "Server"}, LINKERD_SERVER, "policy.linkerd.io", False),
        ({"group": "policy.linkerd.io"}, LINKERD_SERVER, "", False),
    ],
)
def test_references_are_compared_as_the_controller_does(
    reference: dict[str, object], kind: Kind, default: str, *, expected: bool
) -> None:
    node = made(LINKERD_SERVER, "shop/cart", {"ref": reference}).get("spec.ref")
    assert node is not None
    assert refers_to(node, kind, default=default) is expected


@pytest.mark.parametrize(
    ("kind", "parents", "expected"),
    [
        (LINKERD_HTTP_ROUTE, [], Severity.ERROR),
        (HTTP_ROUTE, [], None),
        (HTTP_ROUTE, [{"name": "public"}], None),
        (HTTP_ROUTE, [{"kind": "Service", "name": "cart"}], None),
        (HTTP_ROUTE, [{"group": "", "kind": "Service", "name": "cart"}], Severity.WARNING),
        (HTTP_ROUTE, [{"name": "public"}, {"group": "policy.linkerd.io", "kind": "Server"}], Severity.ERROR),
    ],
)
def test_route_is_judged_as_surely_as_it_is_of_linkerd(
    kind: Kind, parents: list[dict[str, str]], expected: Severity | None
) -> None:
    assert grade(made(kind, "shop/cart", {"parentRefs": parents})) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("10.8.0.7", "10.8.0.7/32"), ("10.8.0.7/16", "10.8.0.0/16"), ("::/0", "::/0"), ("fd00::1", "fd00::1/128"),
        ("10.8.0.0/33", None), ("10.8.0.0/255.255.0.0", None), ("fe80::1%eth0", None), ("10.8", None), ("", None),
        ("010.8.0.0/16", None), ("10.8.0.0/", None), (" 10.8.0.0/16", None),
    ],
)  # fmt: skip
def test_networks_are_read_as_the_controller_does(text: str, expected: str | None) -> None:
    read = network(text)
    assert (None if read is None else str(read)) == expected


def test_network_contains_its_parts_of_the_same_version() -> None:
    whole, part, other = network("10.8.0.0/16"), network("10.8.1.0/24"), network("::/0")
    assert whole is not None
    assert part is not None
    assert other is not None
    assert [contains(whole, part), contains(part, whole), contains(whole, whole)] == [True, False, True]
    assert [contains(other, part), contains(part, other)] == [False, False]


@pytest.mark.parametrize(
    ("text", "in_field", "in_annotation"),
    [
        ("1s", 1, 1), ("1m30s", 90, None), ("1.5s", 1.5, None), ("5.s", 5, None), (".5s", 0.5, None), ("0", 0, 0),
        ("-5s", -5, None), ("+5s", 5, 5), ("1d", None, 86400), ("250ms", 0.25, 0.25), ("10", None, None),
        ("10 s", None, None), (" 10s ", None, 10), ("s", None, None), ("1h", 3600, 3600), ("1m0", 0, None),
    ],
)  # fmt: skip
def test_durations_are_read_as_the_controller_does(
    text: str, in_field: float | None, in_annotation: float | None
) -> None:
    assert (field_seconds(text), annotation_seconds(text)) == (in_field, in_annotation)
