"""What fixtures cannot show of the Istio rules: odd types, several clusters, many objects, and each other's silence."""

from collections.abc import Iterator
from pathlib import Path as File
from typing import cast

import pytest
import yaml

from service_mesh.mesh.view import Complete, MeshView
from service_mesh.model.age import contest
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Severity
from service_mesh.model.kinds import DESTINATION_RULE, GATEWAY, NAMESPACE, POD, SERVICE, SIDECAR, VIRTUAL_SERVICE
from service_mesh.model.path import Path
from service_mesh.model.resource import Resource
from service_mesh.rules.istio._duration import seconds, shown
from service_mesh.rules.istio._match_cover import covers_match
from service_mesh.rules.registry import load_rules
from service_mesh.rules.rule import Rule
from tests.mesh.objects import made
from tests.support.fixture import cases, findings_of

FIXTURES = File(__file__).parent / "istio"
RULES = tuple(rule for rule in load_rules() if rule.family == "istio")
JUNK: tuple[object, ...] = (None, "x", 7, True, [], {}, [None], ["x"], [[]], {"x": None}, [{"match": 1}], {"a": ["b"]})


def fixture(rule: Rule) -> File:
    return FIXTURES / f"{rule.name.replace('-', '_')}.yaml"


def drafts(code: str, *resources: Resource, complete: Complete = Complete.YES) -> list[Draft]:
    (rule,) = (rule for rule in RULES if rule.code == code)
    assert rule.check is not None
    mesh = MeshView(resources, complete)
    return [draft for r in resources if r.kind in rule.about for draft in rule.check(r, mesh)]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_fixture_of_a_rule_holds_no_other_fault_for_all_other_rules_and_the_schema(rule: Rule) -> None:
    codes = [other.code for other in load_rules().about_files() if other.code != rule.code]
    found = [finding for case in cases(fixture(rule)) for finding in findings_of(case, *codes)]
    assert [(f.line, f.code, f.message) for f in found if f.severity is not Severity.INFO] == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_rule_survives_odd_types_in_every_place_of_its_fixture(rule: Rule) -> None:
    for case in cases(fixture(rule)):
        data = [d for d in yaml.safe_load_all(case.source.text) if isinstance(d, dict)]
        for index, document in enumerate(data):
            for path in paths(document):
                for junk in JUNK:
                    broken = [*data[:index], replaced(document, path, junk), *data[index + 1 :]]
                    ask_all(rule, [Resource(cast("dict[str, object]", d)) for d in broken])


def ask_all(rule: Rule, resources: list[Resource]) -> None:
    mesh = MeshView(resources, Complete.YES)
    for resource in resources:
        if resource.kind in rule.about and rule.check is not None:
            assert all(draft.message for draft in rule.check(resource, mesh))


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


ROUTE = {"hosts": ["reviews"], "gateways": ["public"], "http": [{"route": [{"destination": {"host": "reviews"}}]}]}


def test_gateway_of_another_cluster_does_not_count() -> None:
    here = made(VIRTUAL_SERVICE, "web/reviews", ROUTE, cluster="west")
    there = made(GATEWAY, "web/public", cluster="east")
    other = made(GATEWAY, "ingress/other", cluster="west")
    messages = [draft.message for draft in drafts("IS104", here, there, other)]
    assert messages == ["gateway 'public' does not exist in namespace 'web'"]
    assert drafts("IS104", here, made(GATEWAY, "web/public", cluster="west")) == []


def test_hosts_outside_the_list_of_a_sidecar_are_told_of_where_something_reads_it() -> None:
    scope = made(SIDECAR, "shop/default", {"egress": [{"hosts": ["./*"]}]})
    pod = made(POD, "shop/cart", {"containers": []}, labels={"app": "cart"})
    ambient, injected = (
        made(NAMESPACE, "shop", labels={name: value})
        for name, value in (("istio.io/dataplane-mode", "ambient"), ("istio-injection", "enabled"))
    )
    assert drafts("IS290", scope, pod, ambient) == []
    assert [draft.node.pointer for draft in drafts("IS290", scope, pod, injected) if draft.node] == [
        "/spec/egress/0/hosts"
    ]


def test_same_host_in_two_clusters_is_no_conflict() -> None:
    spec = {**ROUTE, "gateways": ["mesh"]}
    east, west = (made(VIRTUAL_SERVICE, "web/reviews", spec, cluster=name) for name in ("east", "west"))
    assert drafts("IS105", east, west) == []
    assert drafts("IS106", *(made(DESTINATION_RULE, "a/b", POLICY, cluster=name) for name in ("east", "west"))) == []


POLICY = {"host": "reviews", "trafficPolicy": {"tls": {"mode": "DISABLE"}}}


def test_conflict_of_many_objects_names_three_of_them() -> None:
    routes = [made(VIRTUAL_SERVICE, f"shop/r{n}", {**ROUTE, "gateways": []}) for n in range(40)]
    found = drafts("IS105", *routes)
    assert [draft.node.resource.name for draft in found if draft.node] == [f"r{n}" for n in range(40)]
    assert [len(draft.related) for draft in found] == [3] * 40


def test_absence_is_not_claimed_where_the_service_namespace_was_not_loaded() -> None:
    spec = {"hosts": ["x"], "http": [{"route": [{"destination": {"host": "a.b.svc.cluster.local", "subset": "v1"}}]}]}
    (draft,) = drafts("IS103", made(VIRTUAL_SERVICE, "web/x", spec), complete=Complete.AUTO)
    assert draft.partial
    (draft,) = drafts("IS103", made(VIRTUAL_SERVICE, "web/x", spec))
    assert draft.partial  # nothing of that namespace is known
    (draft,) = drafts("IS103", made(VIRTUAL_SERVICE, "web/x", spec), made(SERVICE, "b/other", {}))
    assert not draft.partial


OLD, NEW = {"creationTimestamp": "2026-01-01T00:00:00Z"}, {"creationTimestamp": "2026-02-01T00:00:00Z"}


@pytest.mark.parametrize(
    ("left", "right", "is_dated", "first"),
    [({}, {}, False, "b"), (OLD, {}, False, "b"), (OLD, NEW, True, "b"), (NEW, OLD, True, "a"), (OLD, OLD, True, "a")],
)
def test_age_is_known_from_creation_times_alone(
    left: dict[str, str], right: dict[str, str], *, is_dated: bool, first: str
) -> None:
    one, two = made(GATEWAY, "web/b", None, **left), made(GATEWAY, "web/a", None, **right)
    found = contest([one.root, two.root, one.root])
    assert (found.is_dated, found.entries[0].resource.name, len(found.entries)) == (is_dated, first, 2)
    assert [node.resource for node in found.others(one, 3)] == [two]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1s", "1s"), ("1.5s", "1500ms"), ("250ms", "250ms"), ("1m30s", "90s"), ("1h", "3600s"), (".5s", "500ms"),
        ("100us", "1ms"), ("0s", "0s"), ("", None), ("1", None), ("s", None), ("1 s", None), ("-1s", "-1s"),
    ],
)  # fmt: skip
def test_durations_are_read_as_istiod_does(text: str, expected: str | None) -> None:
    length = seconds(text)
    assert (length if length is None else shown(length)) == expected


A = {"uri": {"prefix": "/a"}}


@pytest.mark.parametrize(
    ("earlier", "later", "expected"),
    [
        ({}, A, True),
        (A, {}, False),
        (A, {"uri": {"prefix": "/ab"}}, True),
        (A, {"uri": {"exact": "/a"}}, True),
        (A, {"uri": {"regex": "/a.*"}}, False),
        ({"uri": {"exact": "/a"}}, A, False),
        ({"uri": {"prefix": "/"}}, {"uri": {"regex": "/a.*"}}, True),
        ({"uri": {"regex": ".*"}}, A, True),
        ({"uri": {"prefix": "/A"}, "ignoreUriCase": True}, A, True),
        (A, {**A, "ignoreUriCase": True}, False),
        ({**A, "method": {"exact": "GET"}}, {**A, "method": {"exact": "GET"}, "port": 80}, True),
        ({**A, "method": {"exact": "GET"}}, A, False),
        ({**A, "port": 80}, A, False),
        ({"headers": {"x": {}}}, {"headers": {"x": {"exact": "1"}}}, True),
        ({"headers": {"x": {"exact": "1"}}}, {"headers": {"x": {}}}, False),
        ({"queryParams": {"q": {"prefix": "a"}}}, {"queryParams": {"q": {"exact": "ab"}}}, True),
        ({"withoutHeaders": {"x": {}}}, {"withoutHeaders": {"x": {}, "y": {}}}, True),
        ({"withoutHeaders": {"x": {}}}, {}, False),
        ({"sourceLabels": {"a": "b"}}, {"sourceLabels": {"a": "b", "c": "d"}}, True),
        ({"sourceLabels": {"a": "b"}}, {"sourceLabels": {"a": "c"}}, False),
        ({"gateways": ["mesh", "g"]}, {"gateways": ["g"]}, True),
        ({"gateways": ["mesh"]}, {}, False),
        ({"sourceNamespace": "a"}, {"sourceNamespace": "a"}, True),
        ({"name": "x", "statPrefix": "y"}, A, True),
        ({"unheardOf": 1}, A, False),
    ],
)
def test_match_covers_only_what_is_certain(earlier: object, later: object, *, expected: bool) -> None:
    assert covers_match(earlier, later) is expected
