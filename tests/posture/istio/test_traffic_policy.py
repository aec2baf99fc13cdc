"""Which settings proxies are told: of the oldest rule, of the port instead of the rule, of the subset before both."""

import pytest

from service_mesh.posture.istio.traffic_policy import ServedPolicy, traffic_policy
from tests.posture.istio.meshes import service
from tests.support.scene import scene

_HOST = "cart.shop.svc.cluster.local"
_WHOLE = "loadBalancer: {simple: RANDOM}, outlierDetection: {interval: 1s}"
_PORTS = "portLevelSettings: [{port: {number: 80}, loadBalancer: {simple: ROUND_ROBIN}}]"


def rule(spec: str, name: str = "cart", home: str = "shop", created: str = "") -> str:
    stamp = f", creationTimestamp: '{created}'" if created else ""
    metadata = f"{{name: {name}, namespace: {home}{stamp}}}"
    return f"apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {metadata}\nspec: {{{spec}}}\n"


def told(*rules: str, port: int = 80, reader: str = "shop", subset: str = "") -> ServedPolicy:
    return traffic_policy(scene(service("shop/cart"), *rules), _HOST, port, reader, subset=subset)


@pytest.mark.parametrize(
    ("policy", "port", "subset", "settings"),
    [
        (_WHOLE, 80, "", {"loadBalancer": {"simple": "RANDOM"}, "outlierDetection": {"interval": "1s"}}),
        (f"{_WHOLE}, {_PORTS}", 80, "", {"loadBalancer": {"simple": "ROUND_ROBIN"}}),
        (_PORTS, 90, "", {}),
        (_WHOLE, 80, "v2", {"loadBalancer": {"simple": "PASSTHROUGH"}, "outlierDetection": {"interval": "1s"}}),
        (_WHOLE, 80, "v3", {"connectionPool": {"tcp": {"maxConnections": 1}}}),
        (_WHOLE, 90, "v3", {"loadBalancer": {"simple": "RANDOM"}, "outlierDetection": {"interval": "1s"}}),
    ],
)
def test_ports_replace_and_subsets_come_first(policy: str, port: int, subset: str, settings: object) -> None:
    subsets = (
        "{name: v2, trafficPolicy: {loadBalancer: {simple: PASSTHROUGH}}}, {name: v3, trafficPolicy:"
        " {portLevelSettings: [{port: {number: 80}, connectionPool: {tcp: {maxConnections: 1}}}]}}"
    )
    found = told(rule(f"host: cart, trafficPolicy: {{{policy}}}, subsets: [{subsets}]"), port=port, subset=subset)
    assert found.settings == settings


def test_the_oldest_rule_with_a_policy_counts_alone() -> None:
    plain = rule("host: cart", "plain", created="2024-01-01T00:00:00Z")
    old = rule("host: cart, trafficPolicy: {loadBalancer: {simple: RANDOM}}", "old", created="2024-02-01T00:00:00Z")
    new = rule("host: cart, trafficPolicy: {outlierDetection: {interval: 1s}}", "new", created="2024-03-01T00:00:00Z")
    found = told(new, old, plain)
    assert found.rule is not None
    assert (found.rule.name, found.settings) == ("old", {"loadBalancer": {"simple": "RANDOM"}})


def test_without_dates_the_order_of_different_rules_is_unknown() -> None:
    first = rule("host: cart, trafficPolicy: {loadBalancer: {simple: RANDOM}}", "first")
    other = rule("host: cart, trafficPolicy: {outlierDetection: {interval: 1s}}", "other")
    assert "is the oldest" in told(first, other).missing
    assert told(first, first.replace("name: first", "name: again")).settings == {"loadBalancer": {"simple": "RANDOM"}}


def test_a_rule_of_the_callers_namespace_hides_that_of_the_service() -> None:
    own = rule("host: cart.shop.svc.cluster.local, trafficPolicy: {loadBalancer: {simple: RANDOM}}", "own", "web")
    there = rule("host: cart, trafficPolicy: {outlierDetection: {interval: 1s}}")
    assert told(own, there, reader="web").settings == {"loadBalancer": {"simple": "RANDOM"}}
    assert told(own, there, reader="far").settings == {"outlierDetection": {"interval": "1s"}}
