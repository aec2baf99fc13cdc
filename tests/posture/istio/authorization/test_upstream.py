"""Cases restated from the tests of Istio and ztunnel, each table under the file that it was read from."""

from collections.abc import Mapping

import pytest

from service_mesh.posture.istio.authorization.identities import account_matches, with_aliases
from service_mesh.posture.istio.authorization.matching import text_matches
from service_mesh.posture.istio.authorization.peers import Call
from tests.posture.istio.authorization.objects import (
    AMBIENT,
    SIDECAR,
    TCP,
    at_web,
    from_,
    policy,
    request,
    view,
)

ALLOW, DENY = "allowed", "denied"
Claims = Mapping[str, object]


# istio/istio: pilot/pkg/security/trustdomain/bundle_test.go, TestReplaceTrustDomainAliases
ALIASES = [
    ("cluster.local", ["cluster.local/ns/foo/sa/bar"], ["cluster.local/ns/foo/sa/bar"]),
    ("cluster.local", ["*"], ["*"]),
    ("cluster.local", ["*/ns/foo/sa/bar"], ["*/ns/foo/sa/bar"]),
    ("td2 td1", ["td1/ns/foo/sa/bar"], ["td2/ns/foo/sa/bar", "td1/ns/foo/sa/bar"]),
    (
        "td1 cluster.local",
        ["cluster.local/ns/foo/sa/bar", "cluster.local/ns/yyy/sa/zzz"],
        ["td1/ns/foo/sa/bar", "cluster.local/ns/foo/sa/bar", "td1/ns/yyy/sa/zzz", "cluster.local/ns/yyy/sa/zzz"],
    ),
    ("td1 cluster.local", ["*/ns/foo/sa/bar", "*sa/zzz", "*"], ["*/ns/foo/sa/bar", "*sa/zzz", "*"]),
    (
        "td2 td1 cluster.local",
        ["cluster.local/ns/foo/sa/bar", "td1/ns/yyy/sa/zzz"],
        [f"{td}/{rest}" for rest in ("ns/foo/sa/bar", "ns/yyy/sa/zzz") for td in ("td2", "td1", "cluster.local")],
    ),
    (
        "td2 foo-td1 cluster.local",
        ["*-td1/ns/foo/sa/bar"],
        ["td2/ns/foo/sa/bar", "*-td1/ns/foo/sa/bar", "cluster.local/ns/foo/sa/bar"],
    ),
    ("td1 td2", ["some-td/ns/foo/sa/bar"], ["some-td/ns/foo/sa/bar"]),
    (
        "td1 td2 some-td",
        ["some-td/ns/foo/sa/bar"],
        ["td1/ns/foo/sa/bar", "td2/ns/foo/sa/bar", "some-td/ns/foo/sa/bar"],
    ),
    (
        "new-td td2 td3",
        ["td1/ns/some-ns/sa/some-sa", "td2/ns/foo/sa/bar"],
        ["td1/ns/some-ns/sa/some-sa", "new-td/ns/foo/sa/bar", "td2/ns/foo/sa/bar", "td3/ns/foo/sa/bar"],
    ),
]


@pytest.mark.parametrize(("domains", "written", "expected"), ALIASES)
def test_aliases_of_the_trust_domain(domains: str, written: list[str], expected: list[str]) -> None:
    assert list(with_aliases(written, tuple(domains.split()))) == expected


# istio/istio: pilot/pkg/security/authz/model/generator_test.go, TestServiceAccount
ACCOUNTS = [
    ("cluster.local/ns/my-ns/sa/my-sa", True),
    ("cluster.local/ns/my-ns/sa/my-sa/k/v", True),
    ("cluster.local/k/v/ns/my-ns/sa/my-sa", True),
    ("cluster.local/ns/my-ns/k/v/sa/my-sa", True),
    ("cluster.local/k1/v1/ns/my-ns/k2/v2/sa/my-sa/k3/v3", True),
    ("cluster.local/ns/my-ns/sa/my-sa-suffix", False),
    ("cluster.local/ns/my-ns-suffix/sa/my-sa", False),
    ("ns/my-ns/sa/my-sa", False),
    ("cluster.local/ns/my-ns", False),
    ("cluster.local/sa/my-sa", False),
    ("cluster.local/k/ns/my-ns/something/bar/sa/my-sa/baz", True),
]


@pytest.mark.parametrize(("principal", "expected"), ACCOUNTS)
@pytest.mark.parametrize(("pattern", "home"), [("my-ns/my-sa", ""), ("my-sa", "my-ns")])
def test_service_account(pattern: str, home: str, principal: str, expected: bool) -> None:
    assert account_matches(pattern, principal, home, at_ztunnel=False) is expected


# istio/ztunnel: src/rbac.rs, string_match
STRINGS = [
    ("foo", "foo", True),
    ("foo", "not", False),
    ("foo", "", False),
    ("foo*", "foobar", True),
    ("foo*", "notfoo", False),
    ("foo*", "", False),
    ("*foo", "barfoo", True),
    ("*foo", "foonot", False),
    ("*foo", "", False),
    ("*", "foo", True),
    ("*", "", False),
]


@pytest.mark.parametrize(("pattern", "text", "expected"), STRINGS)
def test_string_match(pattern: str, text: str, expected: bool) -> None:
    assert text_matches(pattern, text) is expected


# istio/ztunnel: src/rbac.rs, plaintext_conn, tls_conn and tls_conn_alt
CONNECTIONS = (
    from_("", port=8080, address="127.0.0.1", server="127.0.0.2"),
    from_("td/ns/namespace/sa/account", port=8080, address="127.0.0.1", server="127.0.0.2"),
    from_("td-alt/ns/ns-alt/sa/sa=alt", port=9090, address="127.0.0.3", server="127.0.0.4"),
)
# istio/ztunnel: src/rbac.rs, the tests that rbac_test! makes
MATCHES = [
    ("from: [{source: {namespaces: [namespace]}}]", "-+-"),
    ("from: [{source: {notNamespaces: [namespace]}}]", "+-+"),
    ("from: [{source: {serviceAccounts: [namespace/account]}}]", "-+-"),
    ("from: [{source: {notServiceAccounts: [namespace/account]}}]", "+-+"),
    ("from: [{source: {principals: [td/ns/namespace/sa/account]}}]", "-+-"),
    ("from: [{source: {notPrincipals: [td/ns/namespace/sa/account]}}]", "+-+"),
    ("from: [{source: {ipBlocks: [127.0.0.1/32]}}]", "++-"),
    ("from: [{source: {notIpBlocks: [127.0.0.1/32]}}]", "--+"),
    ("when: [{key: destination.ip, values: [127.0.0.2/32]}]", "++-"),
    ("when: [{key: destination.ip, notValues: [127.0.0.2/32]}]", "--+"),
    ("when: [{key: destination.ip, values: [127.0.0.1/24]}]", "+++"),
    ("to: [{operation: {ports: ['8080']}}]", "++-"),
    ("to: [{operation: {notPorts: ['8080']}}]", "--+"),
    # rbac_empty_policy
    ("", "+++"),
    # rbac_nesting
    (
        "from: [{source: {namespaces: [a]}}, {source: {namespaces: [namespace]}}], "
        "to: [{operation: {ports: ['8080']}}]",
        "-+-",
    ),
    (
        "from: [{source: {namespaces: [a]}}, {source: {namespaces: [ns-alt]}}], to: [{operation: {ports: ['8080']}}]",
        "---",
    ),
    # rbac_multi_rule
    ("from: [{source: {namespaces: [namespace]}}]}, {from: [{source: {namespaces: [ns-alt]}}]", "-++"),
]


@pytest.mark.parametrize(("rule", "expected"), MATCHES)
def test_connection_at_ztunnel(rule: str, expected: str) -> None:
    mesh = view(policy("shop/p", f"rules: [{{{rule}}}]"), plane=AMBIENT)
    found = [at_web(mesh, call).verdict for call in CONNECTIONS]
    assert found == [ALLOW if sign == "+" else DENY for sign in expected]


@pytest.mark.parametrize("spec", ["", "action: DENY"])
def test_policy_without_rules_matches_nothing_at_ztunnel(spec: str) -> None:
    mesh = view(policy("shop/p", spec), plane=AMBIENT)
    expected = ALLOW if spec else DENY
    assert [at_web(mesh, call).verdict for call in CONNECTIONS] == [expected] * 3


# istio/istio: tests/integration/security/authz_test.go, TestAuthz_NotMethod, TestAuthz_NotPort, TestAuthz_DenyPlaintext
@pytest.mark.parametrize(
    ("spec", "passing", "refused"),
    [
        ("rules: [{to: [{operation: {notMethods: [PUT]}}]}]", from_(), from_(http=request("PUT"))),
        ("rules: [{to: [{operation: {notPorts: ['8085']}}]}]", from_(), from_(port=8085)),
        ("action: DENY, rules: [{from: [{source: {notPrincipals: ['*']}}]}]", from_(), from_("")),
        (
            "action: DENY, rules: [{from: [{source: {notPrincipals: ['*']}}]}]",
            from_(protocol=TCP),
            from_("", protocol=TCP),
        ),
    ],
)
def test_negative_matches(spec: str, passing: Call, refused: Call) -> None:
    mesh = view(policy("shop/p", spec))
    assert [at_web(mesh, passing).verdict, at_web(mesh, refused).verdict] == [ALLOW, DENY]


# istio/istio: tests/integration/security/testdata/authz/tcp-mixed-rule.yaml.tmpl and tcp-L7-rule.yaml.tmpl
@pytest.mark.parametrize(
    ("operation", "port", "plane", "verdict"),
    [
        ("methods: [GET], ports: ['9000']", 9000, SIDECAR, DENY),
        ("methods: [GET], ports: ['9000']", 9001, SIDECAR, ALLOW),
        ("methods: [GET], ports: ['9000']", 9000, AMBIENT, DENY),
        ("methods: [GET]", 9000, SIDECAR, DENY),
        ("methods: [GET]", 9000, AMBIENT, ALLOW),
    ],
)
def test_rule_for_requests_on_connections(operation: str, port: int, plane: str, verdict: str) -> None:
    mesh = view(policy("shop/p", f"action: DENY, rules: [{{to: [{{operation: {{{operation}}}}}]}}]"), plane=plane)
    assert at_web(mesh, from_(port=port, protocol=TCP)).verdict == verdict
