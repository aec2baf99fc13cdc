"""What fixtures cannot show of the ambient rules: odd types, each other's silence, and many objects."""

from pathlib import Path as File
from typing import cast

import pytest
import yaml

from service_mesh.mesh.view import Complete, MeshView
from service_mesh.model.kinds import AUTHORIZATION_POLICY, NAMESPACE, SERVICE
from service_mesh.model.resource import Resource
from service_mesh.rules.ambient._identity import Identity, may_admit
from service_mesh.rules.registry import load_rules
from service_mesh.rules.rule import Rule
from tests.mesh.objects import made
from tests.rules.test_istio_rules import JUNK, ask_all, paths, replaced
from tests.support.fixture import cases, findings_of

FIXTURES = File(__file__).parent / "ambient"
RULES = tuple(rule for rule in load_rules() if rule.family == "ambient")


def fixture(rule: Rule) -> File:
    return FIXTURES / f"{rule.name.replace('-', '_')}.yaml"


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_rule_survives_odd_types_in_every_place_of_its_fixture(rule: Rule) -> None:
    for case in cases(fixture(rule)):
        data = [d for d in yaml.safe_load_all(case.source.text) if isinstance(d, dict)]
        for index, document in enumerate(data):
            for path in paths(document):
                for junk in JUNK:
                    broken = [*data[:index], replaced(document, path, junk), *data[index + 1 :]]
                    ask_all(rule, [Resource(cast("dict[str, object]", d)) for d in broken])


OF_ZTUNNEL = frozenset({"AM106", "AM107", "AM108"})
"""What is quiet for one of these is often wrong in the way of another: they share a table."""


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_fixture_of_a_rule_is_clean_for_the_schema_and_the_other_ambient_rules(rule: Rule) -> None:
    alike = OF_ZTUNNEL if rule.code in OF_ZTUNNEL else {rule.code}
    others = [other for other in load_rules() if other.family in ("schema", "ambient")]
    codes = [other.code for other in others if other.code not in alike]
    found = [finding for case in cases(fixture(rule)) for finding in findings_of(case, *codes)]
    assert [(f.line, f.code, f.message) for f in found] == []


def policy(source: dict[str, object], when: list[dict[str, object]] | None = None) -> Resource:
    rule: dict[str, object] = {"from": [{"source": source}]} if source else {}
    return made(AUTHORIZATION_POLICY, "shop/p", {"rules": [{**rule, **({"when": when} if when else {})}]})


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ({}, True),
        ({"principals": ["cluster.local/ns/shop/sa/waypoint"]}, True),
        ({"principals": ["*/sa/waypoint"]}, True),
        ({"principals": ["cluster.local/ns/shop/*"]}, True),
        ({"principals": ["cluster.local/ns/*/sa/waypoint"]}, False),
        ({"principals": ["*"]}, True),
        ({"namespaces": ["shop"]}, True),
        ({"namespaces": ["bank"]}, False),
        ({"notNamespaces": ["shop"]}, False),
        ({"notNamespaces": ["bank"]}, True),
        ({"serviceAccounts": ["waypoint"]}, True),
        ({"serviceAccounts": ["bank/waypoint"]}, False),
        ({"notServiceAccounts": ["shop/waypoint"]}, False),
        ({"ipBlocks": ["192.0.2.0/24"]}, True),
        ({"ipBlocks": ["192.0.2.0/24"], "namespaces": ["bank"]}, False),
    ],
)
def test_identity_is_compared_the_way_ztunnel_does(source: dict[str, object], expected: bool) -> None:
    rule = next(policy(source).each("spec.rules[]"))
    assert may_admit(rule, Identity("cluster.local", "shop", "waypoint")) is expected


@pytest.mark.parametrize(
    ("key", "values", "refused", "expected"),
    [
        ("source.principal", ["*"], [], True),
        ("source.namespace", ["bank"], [], False),
        ("source.namespace", ["shop"], ["shop"], False),
        ("source.namespace", [], ["bank"], True),
        ("destination.port", ["8080"], [], True),
    ],
)
def test_conditions_about_the_caller_have_to_hold(
    key: str, values: list[str], refused: list[str], expected: bool
) -> None:
    rule = next(policy({}, [{"key": key, "values": values, "notValues": refused}]).each("spec.rules[]"))
    assert may_admit(rule, Identity("cluster.local", "shop", "waypoint")) is expected


def test_namespace_of_another_cluster_shows_nothing() -> None:
    (lost,) = (rule for rule in RULES if rule.code == "AM106")
    assert lost.check is not None
    deny = made(
        AUTHORIZATION_POLICY,
        "shop/p",
        {"action": "DENY", "rules": [{"to": [{"operation": {"paths": ["/a"]}}]}]},
        cluster="west",
    )
    ambient = {"istio.io/dataplane-mode": "ambient"}

    def namespace(cluster: str) -> Resource:
        data = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop", "labels": ambient}}
        return Resource(data, cluster=cluster)

    assert namespace("west").kind == NAMESPACE
    assert list(lost.check(deny, MeshView([deny, namespace("east")], Complete.YES))) == []
    (draft,) = lost.check(deny, MeshView([deny, namespace("west")], Complete.YES))
    assert draft.message.startswith("denies nothing in ambient mode")


def test_target_of_the_group_core_is_a_service() -> None:
    (unserved,) = (rule for rule in RULES if rule.code == "AM112")
    assert unserved.check is not None
    service = made(SERVICE, "shop/cart", {"ports": []})
    bound = made(AUTHORIZATION_POLICY, "shop/p", {"targetRefs": [{"group": "core", "kind": "Service", "name": "cart"}]})
    (draft,) = unserved.check(bound, MeshView([service, bound], Complete.YES))
    assert draft.message == "no waypoint is in front of Service 'cart', so the policy is enforced nowhere"
