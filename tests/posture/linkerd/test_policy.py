"""Default inbound policies: who sets them, which of several counts, and ports that require an identity."""

import pytest

from service_mesh.mesh.view import Complete, MeshView
from service_mesh.posture.linkerd.policy import (
    DefaultPolicy,
    InboundPolicy,
    cluster_default,
    default_policy,
    parsed_policy,
)
from tests.posture.linkerd.objects import chain_of, config, namespace, pod
from tests.support.scene import deployment, scene, the

P = InboundPolicy
SETS = "config.linkerd.io/default-inbound-policy: "
REQUIRES = "config.linkerd.io/proxy-require-identity-inbound-ports: "
CLUSTER = "ConfigMap linkerd/linkerd-config /data/values"
OUTER = "Namespace shop /metadata/annotations/config.linkerd.io~1default-inbound-policy"
OWN = "Deployment shop/cart /spec/template/metadata/annotations/config.linkerd.io~1default-inbound-policy"
PORTS = OWN.replace("default-inbound-policy", "proxy-require-identity-inbound-ports")


def asked(mesh: MeshView, port: int | None = None) -> DefaultPolicy:
    return default_policy(mesh, the(mesh, "shop/cart"), port)


@pytest.mark.parametrize(
    ("cluster", "outer", "own", "policy", "chain"),
    [
        ("", "", "", P.ALL_UNAUTHENTICATED, []),
        ("deny", "", "", P.DENY, [CLUSTER]),
        ("deny", "audit", "", P.AUDIT, [CLUSTER, OUTER]),
        ("deny", "audit", "all-authenticated", P.ALL_AUTHENTICATED, [CLUSTER, OWN]),
        ("", "", "cluster-authenticated", P.CLUSTER_AUTHENTICATED, [OWN]),
        ("cluster-unauthenticated", "deny", "Deny", P.CLUSTER_UNAUTHENTICATED, [CLUSTER, OWN]),
        ("cluster-unauthenticated", "none", "", P.CLUSTER_UNAUTHENTICATED, [CLUSTER, OUTER]),
    ],
)
def test_pods_win_over_their_namespace_over_the_cluster_and_wrong_values_fall_back_to_the_cluster(
    cluster: str, outer: str, own: str, policy: InboundPolicy, chain: list[str]
) -> None:
    values = f"proxy: {{defaultInboundPolicy: {cluster}}}" if cluster else ""
    outside = namespace(annotations=f"{SETS}{outer}" if outer else "")
    mesh = scene(config(values), outside, deployment("shop/cart", annotations=f"{SETS}{own}" if own else ""))
    found = asked(mesh)
    assert (found.policy, chain_of(found.chain), found.missing) == (policy, chain, "")


@pytest.mark.parametrize(
    ("own", "ports", "expected"),
    [
        ("all-unauthenticated", "8080", P.ALL_AUTHENTICATED),
        ("cluster-unauthenticated", "8000-9000, 1", P.CLUSTER_AUTHENTICATED),
        ("all-authenticated", "8080", P.ALL_AUTHENTICATED),
        ("deny", "8080", P.DENY),
        ("audit", "8080", P.AUDIT),
        ("all-unauthenticated", "9090", P.ALL_UNAUTHENTICATED),
        ("all-unauthenticated", "8080,http", P.ALL_UNAUTHENTICATED),
    ],
)
def test_port_that_requires_identity_tightens_only_policies_that_ask_for_none(
    own: str, ports: str, expected: InboundPolicy
) -> None:
    annotations = f"{SETS}{own}, {REQUIRES}'{ports}'"
    mesh = scene(config(), namespace(), deployment("shop/cart", annotations=annotations))
    assert asked(mesh, 8080).policy is expected
    assert asked(mesh).policy == own


def test_chain_ends_at_the_ports_that_require_identity() -> None:
    annotations = f"{SETS}all-unauthenticated, {REQUIRES}'8080'"
    mesh = scene(config(), namespace(), deployment("shop/cart", annotations=annotations))
    assert chain_of(asked(mesh, 8080).chain) == [OWN, PORTS]
    assert asked(mesh, 8080).chain[-1].text == "requires identity on port 8080"


def test_running_pods_keep_what_they_were_injected_with() -> None:
    documents = [config(), namespace(annotations=f"linkerd.io/inject: enabled, {SETS}deny"), deployment("shop/cart")]
    assert asked(scene(*documents)).policy is P.DENY
    assert asked(scene(*documents, pod("shop/cart-1", "", "cart"))).policy is P.ALL_UNAUTHENTICATED
    older, newer = (
        pod(f"shop/cart-{day}", f"{SETS}{value}", "cart", f"2026-01-0{day}T00:00:00Z")
        for day, value in ((1, "deny"), (2, "audit"))
    )
    assert asked(scene(*documents, newer, older)).policy is P.AUDIT


def test_default_of_the_cluster_is_not_known_without_the_values_of_the_installation() -> None:
    missing = "ConfigMap 'linkerd-config' with the values of the installation"
    bare = scene(namespace(), deployment("shop/cart"), complete=Complete.AUTO)
    assert asked(bare) == DefaultPolicy(P.UNKNOWN, (), missing)
    installed = scene(namespace("linkerd"), complete=Complete.AUTO)
    assert cluster_default(installed).policy is P.ALL_UNAUTHENTICATED
    assert cluster_default(scene(config("proxy: {defaultInboundPolicy: none}"))).policy is P.UNKNOWN


def test_namespace_that_is_not_loaded_leaves_the_policy_open_unless_the_pods_say_it() -> None:
    found = asked(scene(config(), deployment("shop/cart")))
    assert (found.policy, found.missing) == (P.UNKNOWN, "the annotations of namespace 'shop'")
    assert asked(scene(deployment("shop/cart", annotations=f"{SETS}deny")), 8080).policy is P.DENY
    with_ports = f"{SETS}all-unauthenticated"
    unsure = asked(scene(deployment("shop/cart", annotations=with_ports)), 8080)
    assert (unsure.policy, unsure.missing) == (P.UNKNOWN, "the annotations of namespace 'shop'")


def test_audit_is_a_policy_since_the_release_that_brought_it() -> None:
    assert parsed_policy(scene(releases={"linkerd": (24, 8, 2)}), "audit") is P.AUDIT
    assert parsed_policy(scene(releases={"linkerd": (24, 2, 4)}), "audit") is None
    assert parsed_policy(scene(releases={"linkerd": (24, 2, 4)}), "deny") is P.DENY
    assert parsed_policy(scene(), "unknown") is None


def test_policies_tell_what_they_ask_of_clients() -> None:
    assert [policy for policy in P if policy.takes_plaintext] == [
        P.ALL_UNAUTHENTICATED,
        P.CLUSTER_UNAUTHENTICATED,
        P.AUDIT,
    ]
    assert [policy for policy in P if policy.needs_identity] == [P.ALL_AUTHENTICATED, P.CLUSTER_AUTHENTICATED]
    assert [policy for policy in P if policy.is_of_cluster] == [P.CLUSTER_UNAUTHENTICATED, P.CLUSTER_AUTHENTICATED]
