"""Where other checkers are known to go wrong about mTLS and authorization, each time with what is right.

What they get wrong about references, severities and texts is in tests/operations/test_traps.py.
"""

import pytest

from service_mesh.mesh.view import Complete
from service_mesh.posture.linkerd.ports import opaque_of_pods
from tests.posture.linkerd import objects as linkerd
from tests.posture.tables.asking import asked, said
from tests.posture.tables.istio import ALLOW_CART, authorization, destination, mesh, peers, settings
from tests.support.scene import deployment, scene, the

CALL = "shop/cart > shop/web:8080"
SHOP = "Namespace shop /metadata/labels/istio-injection"
OFF, MUTUAL = "tls: {mode: DISABLE}", "tls: {mode: ISTIO_MUTUAL}"
HOST = "web.shop.svc.cluster.local"
SHOP_STRICT, BARE_STRICT = peers("shop/p", "STRICT"), peers("bare/p", "STRICT")
OF_SHOP = "PeerAuthentication shop/p /spec/mtls/mode"


@pytest.mark.parametrize(
    ("spec", "expected", "chain"),
    [
        ("action: DENY", "allowed mtls", [SHOP, SHOP]),
        ("action: DENY, rules: []", "allowed mtls", [SHOP, SHOP]),
        ("", "denied mtls authorization", ["AuthorizationPolicy shop/p /spec"]),
        ("rules: []", "denied mtls authorization", ["AuthorizationPolicy shop/p /spec"]),
        ("action: DENY, rules: [{}]", "denied mtls authorization", ["AuthorizationPolicy shop/p /spec/rules/0"]),
        (ALLOW_CART.replace("sa/cart", "sa/bill"), "denied mtls authorization", ["AuthorizationPolicy shop/p /spec"]),
        (ALLOW_CART, "allowed mtls authorization", ["AuthorizationPolicy shop/p /spec/rules/0"]),
    ],
)
def test_no_rules_deny_in_an_allow_alone_and_an_allow_has_to_match(spec: str, expected: str, chain: list[str]) -> None:
    assert said(mesh(authorization("shop/p", spec)), CALL) == (expected, chain)


@pytest.mark.parametrize(
    ("policies", "expected", "chain"),
    [
        ([SHOP_STRICT], "denied broken transport", [SHOP, OF_SHOP]),
        ([BARE_STRICT], "allowed plaintext", [SHOP]),
        ([SHOP_STRICT, peers("bare/p", "PERMISSIVE")], "denied broken transport", [SHOP, OF_SHOP]),
    ],
)
def test_namespace_of_the_server_decides_the_mode_wherever_the_rule_is(
    policies: list[str], expected: str, chain: list[str]
) -> None:
    world = mesh(destination("bare/own", HOST, OFF), *policies)
    assert said(world, "bare/cart > shop/web:8080") == (expected, chain)


@pytest.mark.parametrize("host", [HOST, "*.shop.svc.cluster.local", "*.local"])
def test_rule_is_held_against_the_mode_of_the_very_workload_however_wide_its_host(host: str) -> None:
    found = said(mesh(destination("shop/own", host, OFF), SHOP_STRICT), CALL)
    assert found == (
        "denied broken transport",
        [SHOP, SHOP, "DestinationRule shop/own /spec/trafficPolicy/tls/mode", OF_SHOP],
    )


@pytest.mark.parametrize(
    ("documents", "expected"),
    [
        ([SHOP_STRICT], "allowed mtls"),
        ([SHOP_STRICT, settings("enableAutoMtls: false")], "denied broken transport"),
        ([SHOP_STRICT, settings("enableAutoMtls: false"), destination("shop/own", HOST, MUTUAL)], "allowed mtls"),
    ],
)
def test_client_rule_is_needed_for_mtls_only_where_automatic_mtls_is_off(documents: list[str], expected: str) -> None:
    assert said(mesh(*documents), CALL)[0] == expected


def only(account: str) -> str:
    """A policy that lets one account of `shop` in."""
    return authorization("shop/p", ALLOW_CART.replace("sa/cart", f"sa/{account}"))


def workload(api: str, kind: str) -> str:
    """A workload `shop/other` with an account of its own."""
    pod = (
        "template: {metadata: {labels: {app: other}}, "
        "spec: {serviceAccountName: basket, containers: [{name: app, image: app, ports: [{containerPort: 8080}]}]}}"
    )
    inside = f"jobTemplate: {{spec: {{{pod}}}}}" if kind == "CronJob" else f"selector: {{}}, {pod}"
    return f"apiVersion: {api}\nkind: {kind}\nmetadata: {{name: other, namespace: shop}}\nspec: {{{inside}}}\n"


@pytest.mark.parametrize(
    ("api", "kind"),
    [
        ("apps/v1", "Deployment"),
        ("apps/v1", "StatefulSet"),
        ("apps/v1", "DaemonSet"),
        ("apps/v1", "ReplicaSet"),
        ("batch/v1", "Job"),
        ("batch/v1", "CronJob"),
        ("argoproj.io/v1alpha1", "Rollout"),
    ],
)
def test_workloads_of_every_kind_call_as_the_account_of_their_template(api: str, kind: str) -> None:
    only = {name: authorization("shop/p", ALLOW_CART.replace("sa/cart", f"sa/{name}")) for name in ("basket", "other")}
    found = {
        name: said(mesh(workload(api, kind), made), "shop/other > shop/web:8080")[0] for name, made in only.items()
    }
    assert found == {"basket": "allowed mtls authorization", "other": "denied mtls authorization"}
    closed = mesh(workload(api, kind), authorization("shop/p", "selector: {matchLabels: {app: other}}"))
    assert said(closed, "shop/cart > shop/other:8080") == (
        "denied plaintext authorization",
        ["AuthorizationPolicy shop/p /spec"],
    )


def test_account_without_a_name_is_the_default_one() -> None:
    worlds = [mesh(deployment("shop/plain"), only(account)) for account in ("default", "plain")]
    found = [said(world, "shop/plain > shop/web:8080")[0] for world in worlds]
    assert found == ["allowed mtls authorization", "denied mtls authorization"]


def test_what_is_not_loaded_is_unknown_and_never_allowed() -> None:
    part = scene(deployment("shop/cart"), deployment("shop/web"), complete=Complete.NO)
    found = asked(part, CALL)
    assert (found.verdict, found.missing != ()) == ("unknown", True)


ROUTE = linkerd.route("shop/r", "group: policy.linkerd.io, kind: Server, name: web")
GRPC = linkerd.route("shop/r", "group: policy.linkerd.io, kind: Server, name: web", api="gateway.networking.k8s.io/v1")
ACCOUNT = "{kind: ServiceAccount, name: default}"


@pytest.mark.parametrize("port", ["http", "8080"])
@pytest.mark.parametrize(
    ("target", "group", "route"),
    [
        ("Namespace/shop", "", ""),
        ("Server/web", "policy.linkerd.io", ""),
        ("HTTPRoute/r", "policy.linkerd.io", ROUTE),
        ("HTTPRoute/r", "gateway.networking.k8s.io", GRPC),
    ],
)
def test_targets_named_ports_and_accounts_that_linkerd_takes_authorize(
    port: str, target: str, group: str, route: str
) -> None:
    server = deployment("shop/web").replace("{containerPort: 8080}", "{name: http, containerPort: 8080}")
    world = scene(
        linkerd.config("clusterNetworks: 10.0.0.0/8"),
        linkerd.namespace(),
        linkerd.namespace("bare", ""),
        server,
        deployment("shop/cart"),
        deployment("bare/cart"),
        linkerd.server("shop/web", f"podSelector: {{matchLabels: {{app: web}}}}, port: {port}"),
        linkerd.authorization("shop/p", target, ACCOUNT, group),
        *([route] if route else []),
    )
    found = [said(world, f"{client} > shop/web:8080 GET /")[0] for client in ("shop/cart", "bare/cart")]
    assert found == ["allowed mtls authorization", "denied broken transport"]


@pytest.mark.parametrize("listed", ["8080", "8000-8090", "http", "3306,8000-8090"])
def test_opaque_ports_are_numbers_ranges_and_names_and_mtls_all_the_same(listed: str) -> None:
    server = deployment("shop/web", annotations=f"config.linkerd.io/opaque-ports: '{listed}'")
    world = scene(
        linkerd.namespace(),
        server.replace("{containerPort: 8080}", "{name: http, containerPort: 8080}"),
        deployment("shop/cart"),
    )
    assert 8080 in opaque_of_pods(world, the(world, "shop/web")).ports
    assert said(world, CALL)[0] == "allowed mtls authorization"
