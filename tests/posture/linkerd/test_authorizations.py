"""Authorizations on Servers and routes: what counts, what is void, and what accessPolicy adds."""

import pytest

from service_mesh.mesh.view import Complete, MeshView
from service_mesh.model.kinds import (
    GRPC_ROUTE,
    HTTP_ROUTE,
    LINKERD_AUTHORIZATION_POLICY,
    LINKERD_HTTP_ROUTE,
    SERVER_AUTHORIZATION,
    Kind,
)
from service_mesh.posture.linkerd.authentications import Void, authorization_of
from service_mesh.posture.linkerd.authorizations import (
    Granted,
    admitted,
    port_access,
    route_authorizations,
    server_authorizations,
    target_kind,
)
from service_mesh.posture.linkerd.clients import NO_IDENTITY, Authorization, Client, Demand
from tests.posture.linkerd.objects import (
    authorization,
    chain_of,
    config,
    held,
    mesh_tls,
    namespace,
    networks,
    route,
    server,
    server_authorization,
)
from tests.support.scene import deployment, scene, the

SERVER = server("shop/web", "podSelector: {matchLabels: {app: cart}}, port: 8080", "labels: {tier: front}")
ALL = mesh_tls("shop/all", "identities: ['*']")
NEAR = networks("shop/near", "{cidr: 10.0.0.0/8}")
TLS_REF = "{group: policy.linkerd.io, kind: MeshTLSAuthentication, name: all}"
NET_REF = "{group: policy.linkerd.io, kind: NetworkAuthentication, name: near}"
ACCOUNT_REF = "{kind: ServiceAccount, name: client}"
SUFFIX = "serviceaccount.identity.linkerd.cluster.local"


def policy(references: str, *more: str, complete: Complete = Complete.YES) -> Authorization | Void:
    mesh = scene(config(), authorization("shop/p", "Server/web", references), *more, complete=complete)
    return authorization_of(mesh, held(mesh, "shop/p", LINKERD_AUTHORIZATION_POLICY))


def read(found: Authorization | Void) -> tuple[str, tuple[str, ...], list[str]]:
    assert isinstance(found, Authorization)
    return found.demand.value, found.identities, [str(one.network) for one in found.networks or ()]


def names(granted: Granted) -> list[str]:
    return [one.node.resource.name + one.node.pointer for one in granted.authorizations]


EVERYWHERE = ["0.0.0.0/0", "::/0"]


@pytest.mark.parametrize(
    ("references", "expected"),
    [
        ("", ("nothing", (), EVERYWHERE)),
        (TLS_REF, ("identity", ("*",), EVERYWHERE)),
        (NET_REF, ("nothing", (), ["10.0.0.0/8"])),
        (f"{NET_REF}, {TLS_REF}", ("identity", ("*",), ["10.0.0.0/8"])),
        (ACCOUNT_REF, ("identity", (f"client.shop.{SUFFIX}",), EVERYWHERE)),
        (
            "{kind: serviceaccount, group: core, namespace: far, name: a}",
            ("identity", (f"a.far.{SUFFIX}",), EVERYWHERE),
        ),
    ],
)
def test_required_authentications_are_all_demanded_together(
    references: str, expected: tuple[str, tuple[str, ...], list[str]]
) -> None:
    assert read(policy(references, ALL, NEAR)) == expected


@pytest.mark.parametrize(
    ("references", "pointer", "reason"),
    [
        (TLS_REF, "/0", "refers to MeshTLSAuthentication 'shop/all', which does not exist"),
        (f"{ACCOUNT_REF}, {NET_REF}", "/1", "refers to NetworkAuthentication 'shop/near', which does not exist"),
        (f"{ACCOUNT_REF}, {ACCOUNT_REF}", "/1", "is a second reference to identities, and one is the most"),
        ("{kind: MeshTLSAuthentication, name: all}", "/0", "names a kind that is no authentication"),
    ],
)
def test_policy_with_a_reference_that_leads_nowhere_lets_in_nobody(references: str, pointer: str, reason: str) -> None:
    found = policy(references)
    assert isinstance(found, Void)
    where = f"/spec/requiredAuthenticationRefs{pointer}"
    assert (found.node.pointer, found.reason, found.missing) == (where, reason, "")


def test_authentication_that_may_not_be_loaded_leaves_the_policy_open() -> None:
    found = policy(TLS_REF, complete=Complete.NO)
    assert isinstance(found, Void)
    assert found.missing == "MeshTLSAuthentication shop/all"


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ("identities: [a.b, '*.c']", ("a.b", "*.c")),
        ("identityRefs: [{kind: ServiceAccount, name: x}]", (f"x.shop.{SUFFIX}",)),
        ("identityRefs: [{kind: ServiceAccount, name: x, namespace: far}]", (f"x.far.{SUFFIX}",)),
        ("identityRefs: [{kind: Namespace, name: far}]", (f"*.far.{SUFFIX}",)),
        ("identityRefs: [{kind: Service, name: x}]", "names a kind that has no identity"),
        ("identities: []", "names no identities"),
    ],
)
def test_identities_are_written_out_or_follow_from_accounts_and_namespaces(
    spec: str, expected: tuple[str, ...] | str
) -> None:
    found = policy(TLS_REF, mesh_tls("shop/all", spec))
    assert (found.reason if isinstance(found, Void) else found.identities) == expected


@pytest.mark.parametrize(
    ("client", "expected"),
    [
        ("unauthenticated: true", ("nothing", (), ["10.0.0.0/8"])),
        ("unauthenticated: true, networks: [{cidr: 192.0.2.0/24}]", ("nothing", (), ["192.0.2.0/24"])),
        ("meshTLS: {unauthenticatedTLS: true}", ("tls", (), ["10.0.0.0/8"])),
        (
            "meshTLS: {identities: ['*.b'], serviceAccounts: [{name: x}]}",
            ("identity", ("*.b", f"x.shop.{SUFFIX}"), ["10.0.0.0/8"]),
        ),
    ],
)
def test_server_authorization_without_networks_is_for_those_of_the_cluster(
    client: str, expected: tuple[str, tuple[str, ...], list[str]]
) -> None:
    mesh = scene(config("clusterNetworks: 10.0.0.0/8"), server_authorization("shop/p", "name: web", client))
    assert read(authorization_of(mesh, held(mesh, "shop/p", SERVER_AUTHORIZATION))) == expected


@pytest.mark.parametrize(
    ("client", "pointer", "reason"),
    [
        ("networks: [{cidr: web}], unauthenticated: true", "", "has networks that cannot be read"),
        ("networks: [{cidr: 10.0.0.0/8}]", "/spec/client", "asks for neither mTLS nor nothing"),
        ("meshTLS: {identities: []}", "/spec/client/meshTLS", "names no identities"),
    ],
)
def test_server_authorization_that_cannot_be_read_lets_in_nobody(client: str, pointer: str, reason: str) -> None:
    mesh = scene(config(), server_authorization("shop/p", "name: web", client))
    found = authorization_of(mesh, held(mesh, "shop/p", SERVER_AUTHORIZATION))
    assert isinstance(found, Void)
    assert (found.node.pointer, found.reason) == (pointer, reason)


def test_server_collects_what_is_for_it_for_its_labels_for_its_namespace_and_its_own_access_policy() -> None:
    mesh = scene(
        config(),
        namespace(),
        server("shop/web", "podSelector: {}, port: 8080, accessPolicy: all-authenticated", "labels: {tier: front}"),
        server_authorization("shop/by-name", "name: web", "unauthenticated: true"),
        server_authorization("shop/by-label", "selector: {matchLabels: {tier: front}}", "unauthenticated: true"),
        server_authorization("shop/every", "selector: {}", "unauthenticated: true"),
        server_authorization("shop/other", "selector: {matchLabels: {tier: back}}", "unauthenticated: true"),
        server_authorization("far/by-name", "name: web", "unauthenticated: true"),
        authorization("shop/on-server", "Server/web", ""),
        authorization("shop/on-namespace", "Namespace/shop", "", group=""),
        authorization("shop/on-other", "Server/other", ""),
        authorization("shop/on-route", "HTTPRoute/web", ""),
        authorization("shop/without-group", "Server/web", "", group=""),
        authorization("shop/void", "Server/web", TLS_REF),
    )
    found = server_authorizations(mesh, held(mesh, "shop/web"))
    expected = ["by-name", "by-label", "every", "on-server", "on-namespace", "web/spec/accessPolicy"]
    assert names(found) == expected
    assert found.authorizations[-1].demand is Demand.IDENTITY
    assert [(one.node.resource.name, one.node.pointer) for one in found.void] == [
        ("void", "/spec/requiredAuthenticationRefs/0")
    ]
    assert found.missing == ""


@pytest.mark.parametrize(
    ("target", "group", "expected"),
    [
        ("Server/a", "policy.linkerd.io", Kind("policy.linkerd.io", "Server")),
        ("server/a", "POLICY.linkerd.io", Kind("policy.linkerd.io", "Server")),
        ("Server/a", "", None),
        ("Namespace/a", "core", Kind("", "Namespace")),
        ("HTTPRoute/a", "gateway.networking.k8s.io", HTTP_ROUTE),
        ("HTTPRoute/a", "policy.linkerd.io", LINKERD_HTTP_ROUTE),
        ("GRPCRoute/a", "gateway.networking.k8s.io", GRPC_ROUTE),
        ("GRPCRoute/a", "policy.linkerd.io", None),
        ("Deployment/a", "apps", None),
    ],
)
def test_targets_are_told_by_group_and_kind(target: str, group: str, expected: Kind | None) -> None:
    mesh = scene(authorization("shop/p", target, "", group=group))
    assert target_kind(held(mesh, "shop/p", LINKERD_AUTHORIZATION_POLICY)) == expected


def test_routes_have_authorizations_of_their_own_group_and_name_whatever_the_letter_case() -> None:
    parent = "group: policy.linkerd.io, kind: Server, name: web"
    mesh = scene(
        namespace(),
        SERVER,
        route("shop/all", parent),
        route("shop/all", parent, api="gateway.networking.k8s.io/v1"),
        authorization("shop/ours", "HTTPRoute/ALL", ""),
        authorization("shop/theirs", "HTTPRoute/all", "", group="gateway.networking.k8s.io"),
    )
    assert names(route_authorizations(mesh, held(mesh, "shop/all", LINKERD_HTTP_ROUTE))) == ["ours"]
    assert names(route_authorizations(mesh, held(mesh, "shop/all", HTTP_ROUTE))) == ["theirs"]


def asked(*documents: str, port: int = 8080, complete: Complete = Complete.YES) -> tuple[MeshView, Granted]:
    mesh = scene(config(), namespace(), deployment("shop/cart"), *documents, complete=complete)
    return mesh, port_access(mesh, the(mesh, "shop/cart"), port).granted


MESHED, BARE = Client("a.b"), Client(NO_IDENTITY)


def test_server_without_authorizations_lets_in_nobody_and_leaves_other_ports_to_the_default() -> None:
    mesh, closed = asked(SERVER)
    assert (closed.is_nobody, admitted(closed, MESHED), admitted(closed, BARE)) == (True, False, False)
    access = port_access(mesh, the(mesh, "shop/cart"), 8080)
    assert (access.governing.server, access.default) == (held(mesh, "shop/web"), None)
    assert chain_of(access.chain) == ["Server shop/web "]
    other = port_access(mesh, the(mesh, "shop/cart"), 9090)
    assert (admitted(other.granted, BARE), other.governing.server, other.routes) == (True, None, ())


def test_access_policy_is_added_to_what_is_authorized() -> None:
    strict = authorization("shop/p", "Server/web", TLS_REF)
    assert admitted(asked(SERVER, ALL, strict)[1], BARE) is False
    opened = SERVER.replace("port: 8080", "port: 8080, accessPolicy: all-unauthenticated")
    mesh, found = asked(opened, ALL, strict)
    assert (admitted(found, BARE), admitted(found, MESHED)) == (True, True)
    access = port_access(mesh, the(mesh, "shop/cart"), 8080)
    links = ["Server shop/web ", "AuthorizationPolicy shop/p ", "Server shop/web /spec/accessPolicy"]
    assert chain_of(access.chain) == links


def test_audit_lets_in_everybody() -> None:
    opened = SERVER.replace("port: 8080", "port: 8080, accessPolicy: audit")
    assert admitted(asked(opened)[1], BARE) is True


def test_what_may_not_be_loaded_leaves_a_refusal_open_and_never_an_admission() -> None:
    closed = asked(SERVER, complete=Complete.NO)[1]
    assert (admitted(closed, BARE), closed.is_nobody) == (None, False)
    assert closed.missing == "the authorizations of namespace 'shop'"
    opened = asked(SERVER, authorization("shop/p", "Server/web", ""), complete=Complete.NO)[1]
    assert admitted(opened, BARE) is True
    without_server = asked(complete=Complete.NO)[1]
    assert admitted(without_server, BARE) is None


def test_servers_of_unknown_age_on_one_port_leave_access_open() -> None:
    found = asked(SERVER, SERVER.replace("name: web", "name: other"))[1]
    assert (admitted(found, BARE), found.authorizations) == (None, ())
    assert found.missing.startswith("which of 'Server shop/web', 'Server shop/other' is the oldest")
