"""Which DestinationRules a client is served; istiod's order of look-up."""

from service_mesh.mesh.destination_rules import has_selector, rules_about, rules_served
from service_mesh.mesh.view import MeshView
from service_mesh.model.kinds import DESTINATION_RULE
from service_mesh.model.resource import Resource
from tests.mesh.objects import made

HOST = "reviews.shop.svc.cluster.local"


def rule(title: str, host: str, *export_to: str, cluster: str = "") -> Resource:
    return made(DESTINATION_RULE, title, {"host": host, "exportTo": list(export_to)}, cluster=cluster)


def test_rules_about_a_host_come_most_specific_first() -> None:
    wide, exact, middle = (
        rule("a/wide", "*"),
        rule("shop/exact", "reviews"),
        rule("b/middle", "*.shop.svc.cluster.local"),
    )
    mesh = MeshView([wide, exact, middle, rule("shop/other", "ratings"), rule("a/far", HOST, cluster="east")])
    assert rules_about(mesh, HOST) == (exact, middle, wide)


def test_any_rule_of_the_client_namespace_hides_the_service_namespace() -> None:
    wide, exact = rule("web/wide", "*.local"), rule("shop/exact", "reviews")
    assert rules_served(MeshView([exact, wide]), HOST, "web") == (wide,)
    assert rules_served(MeshView([exact, wide]), HOST, "other") == (exact,)


def test_within_a_namespace_the_most_specific_host_decides_and_equal_hosts_are_merged() -> None:
    wide, one, two = rule("shop/wide", "*.local"), rule("shop/one", "reviews"), rule("shop/two", HOST)
    assert rules_served(MeshView([wide, one, two]), HOST, "web") == (one, two)


def test_root_namespace_comes_last_and_third_namespaces_never() -> None:
    root, third = rule("istio-system/root", "*.local"), rule("third/exact", HOST)
    assert rules_served(MeshView([root, third]), HOST, "web") == (root,)
    assert rules_served(MeshView([third]), HOST, "web") == ()


def test_rules_that_are_not_exported_are_not_served() -> None:
    private, named = rule("shop/private", "reviews", "."), rule("shop/named", "*.local", "web")
    mesh = MeshView([private, named])
    assert rules_served(mesh, HOST, "web") == (named,)
    assert rules_served(mesh, HOST, "shop") == (private,)
    assert rules_served(mesh, HOST, "other") == ()


def test_clients_of_the_root_namespace_get_its_private_rules_before_the_service_s_own() -> None:
    public, private = rule("istio-system/public", "*.local"), rule("istio-system/private", "*.local", ".")
    exact = rule("shop/exact", "reviews")
    assert rules_served(MeshView([public, exact]), HOST, "istio-system") == (exact,)
    assert rules_served(MeshView([private, exact]), HOST, "istio-system") == (private,)


def test_rules_for_chosen_pods_are_left_out() -> None:
    chosen = made(DESTINATION_RULE, "web/a", {"host": HOST, "workloadSelector": {"matchLabels": {"app": "web"}}})
    empty = made(DESTINATION_RULE, "web/b", {"host": HOST, "workloadSelector": {}})
    assert [has_selector(r) for r in (chosen, empty)] == [True, False]
    assert rules_served(MeshView([chosen, empty]), HOST, "web") == (empty,)


def chosen(title: str, host: str, app: str, created: str = "") -> Resource:
    spec = {"host": host, "workloadSelector": {"matchLabels": {"app": app}}}
    return made(DESTINATION_RULE, title, spec, creationTimestamp=created)


def test_rule_for_chosen_pods_hides_wider_hosts_and_other_namespaces_from_everybody_in_its_own() -> None:
    own, wide, home = chosen("web/a", "*.local", "web"), rule("web/wide", "*"), rule("shop/exact", "reviews")
    mesh = MeshView([own, wide, home])
    assert rules_served(mesh, HOST, "web", client={"app": "web"}) == (own,)
    assert rules_served(mesh, HOST, "web", client={"app": "other"}) == rules_served(mesh, HOST, "web") == ()
    assert rules_served(mesh, HOST, "other", client={"app": "web"}) == (home,)


def test_rule_of_a_more_specific_host_hides_one_for_chosen_pods() -> None:
    own, exact = chosen("web/a", "*.local", "web"), rule("web/exact", HOST)
    assert rules_served(MeshView([own, exact]), HOST, "web", client={"app": "web"}) == (exact,)


def test_of_rules_that_choose_a_client_the_oldest_counts_and_those_with_its_selector() -> None:
    newer, older = (
        chosen("web/n", HOST, "web", "2026-02-01T00:00:00Z"),
        chosen("web/o", HOST, "web", "2026-01-01T00:00:00Z"),
    )
    spec = {"host": HOST, "workloadSelector": {"matchLabels": {"tier": "front"}}}
    other = made(DESTINATION_RULE, "web/x", spec, creationTimestamp="2026-01-02T00:00:00Z")
    mesh = MeshView([newer, older, other])
    assert rules_served(mesh, HOST, "web", client={"app": "web", "tier": "front"}) == (older, newer)
    assert rules_served(mesh, HOST, "web", client={"tier": "front"}) == (other,)


def test_rule_for_chosen_pods_of_the_root_namespace_counts_for_its_own_clients() -> None:
    own, exact = chosen("istio-system/a", "*.local", "gate"), rule("shop/exact", "reviews")
    mesh = MeshView([own, exact])
    assert rules_served(mesh, HOST, "istio-system", client={"app": "gate"}) == (own,)
    assert rules_served(mesh, HOST, "web", client={"app": "gate"}) == (exact,)


def test_most_specific_rule_that_is_exported_to_others_hides_wider_ones_all_the_same() -> None:
    exact, wide = rule("shop/exact", "reviews", "bank"), rule("shop/wide", "*.local")
    mesh = MeshView([exact, wide])
    assert rules_served(mesh, HOST, "bank") == (exact,)
    assert rules_served(mesh, HOST, "web") == ()
