"""What a server accepts, restated from Istio's own tests; each table is under the file and the function it is from.

Their workload has the label `app: foo` in `my-ns`, ours `app: web` in `shop`; the root namespace is `istio-system`.
"""

import pytest

from service_mesh.posture.istio.peer_authentication import MtlsMode, server_mode
from service_mesh.posture.istio.strictness import ambient_mode
from tests.support.scene import deployment, scene, the

WEB = "selector: {matchLabels: {app: web}}"
EARLY, NOW, LATE = ("2026-01-01T00:00:00Z", "2026-01-01T00:00:01Z", "2026-01-01T00:00:02Z")


def pa(title: str, mode: str = "", more: str = "", created: str = "") -> str:
    """A PeerAuthentication; `more` is the rest of its spec."""
    home, _, name = title.partition("/")
    dated = f", creationTimestamp: '{created}'" if created else ""
    spec = ", ".join(filter(None, (f"mtls: {{mode: {mode}}}" if mode else "", more)))
    return (
        "apiVersion: security.istio.io/v1\nkind: PeerAuthentication\n"
        f"metadata: {{name: {name}, namespace: {home}{dated}}}\nspec: {{{spec}}}\n"
    )


def ports(**modes: str) -> str:
    """The inside of a spec with a selector and modes of ports, as `p8080="STRICT"`."""
    listed = ", ".join(f"{port[1:]}: {{{f'mode: {mode}' if mode else ''}}}" for port, mode in modes.items())
    return f"{WEB}, portLevelMtls: {{{listed}}}"


# istio/istio: pilot/pkg/security/authn/policy_applier_test.go, TestInboundMTLSSettings
INBOUND = [
    ("No policy - behave as permissive", [], "PERMISSIVE"),
    ("Single policy - disable mode", [pa("shop/a", "DISABLE")], "DISABLE"),
    ("Single policy - permissive mode", [pa("shop/a", "PERMISSIVE")], "PERMISSIVE"),
    ("Single policy - strict mode", [pa("shop/a", "STRICT")], "STRICT"),
    (
        "Multiple policies resolved to STRICT",
        [pa("shop/now", "STRICT", WEB, NOW), pa("shop/later", "DISABLE", WEB, LATE)],
        "STRICT",
    ),
    (
        "Multiple policies resolved to PERMISSIVE",
        [pa("shop/now", "DISABLE", WEB, NOW), pa("shop/earlier", "PERMISSIVE", WEB, EARLY)],
        "PERMISSIVE",
    ),
    ("Port level hit", [pa("shop/a", "DISABLE", ports(p8080="STRICT"))], "STRICT"),
    ("Port level miss", [pa("shop/a", "", ports(p7070="STRICT"))], "PERMISSIVE"),
]


@pytest.mark.parametrize(("source", "policies", "expected"), INBOUND, ids=[row[0] for row in INBOUND])
def test_port_that_a_sidecar_serves(source: str, policies: list[str], expected: str) -> None:
    assert source
    mesh = scene(deployment("shop/web"), *policies)
    assert server_mode(mesh, the(mesh, "shop/web"), 8080).mode == expected


STRICT_MESH = pa("istio-system/default", "STRICT")
# istio/istio: pilot/pkg/security/authn/policy_applier_test.go, TestComposePeerAuthentication; the chain is our own
COMPOSED = [
    ("no config", [], "PERMISSIVE", []),
    ("mesh only", [STRICT_MESH], "STRICT", ["default"]),
    (
        "mesh vs namespace",
        [pa("istio-system/mesh", "STRICT", "selector: {matchLabels: {}}"), pa("shop/default", "PERMISSIVE")],
        "PERMISSIVE",
        ["mesh", "default"],
    ),
    (
        "ignore non-emptypb selector in root namespace",
        [pa("istio-system/default", "STRICT", WEB)],
        "PERMISSIVE",
        [],
    ),
    ("workload vs namespace config", [pa("shop/default"), pa("shop/foo", "", WEB)], "PERMISSIVE", []),
    (
        "workload vs mesh config",
        [pa("shop/default", "PERMISSIVE"), pa("istio-system/mesh", "DISABLE")],
        "PERMISSIVE",
        ["mesh", "default"],
    ),
    (
        "multiple mesh policy",
        [
            pa("istio-system/now", "DISABLE", created=NOW),
            pa("istio-system/a-second-ago", "PERMISSIVE", created=EARLY),
            pa("istio-system/b-second-ago", "STRICT", created=EARLY),
        ],
        "PERMISSIVE",
        ["a-second-ago"],
    ),
    (
        "multiple namespace policy",
        [
            pa("shop/now", "DISABLE", created=NOW),
            pa("shop/a-second-ago", "PERMISSIVE", created=EARLY),
            pa("shop/b-second-ago", "STRICT", created=EARLY),
        ],
        "PERMISSIVE",
        ["a-second-ago"],
    ),
    (
        "multiple workload policy",
        [
            pa("shop/now", "DISABLE", WEB, NOW),
            pa("shop/second-ago", "PERMISSIVE", WEB, EARLY),
            pa("shop/other", "STRICT", "selector: {matchLabels: {stage: prod}}", EARLY),
        ],
        "PERMISSIVE",
        ["second-ago"],
    ),
    ("inheritance: default mesh", [pa("istio-system/default", "UNSET")], "PERMISSIVE", []),
    ("inheritance: mesh to workload", [STRICT_MESH, pa("shop/foo", "", WEB)], "STRICT", ["default"]),
    ("inheritance: namespace to workload", [pa("shop/ns", "STRICT"), pa("shop/foo", "", WEB)], "STRICT", ["ns"]),
    (
        "inheritance: mesh to namespace to workload",
        [STRICT_MESH, pa("shop/ns", "UNSET"), pa("shop/foo", "", WEB)],
        "STRICT",
        ["default"],
    ),
]


@pytest.mark.parametrize(("source", "policies", "expected", "chain"), COMPOSED, ids=[row[0] for row in COMPOSED])
def test_levels_are_composed(source: str, policies: list[str], expected: str, chain: list[str]) -> None:
    assert source
    mesh = scene(deployment("shop/web"), *policies)
    found = server_mode(mesh, the(mesh, "shop/web"))
    assert (found.mode, [note.node.resource.name for note in found.chain]) == (expected, chain)


def test_levels_are_composed_port_level() -> None:
    mesh = scene(deployment("shop/web"), STRICT_MESH, pa("shop/foo", "", ports(p80="DISABLE", p90="UNSET", p100="")))
    web = the(mesh, "shop/web")
    found = {port: server_mode(mesh, web, port).mode.value for port in (80, 90, 100, 110)}
    assert found == {80: "DISABLE", 90: "STRICT", 100: "STRICT", 110: "STRICT"}


UNSET_NS = pa("shop/default-foo", "UNSET")
# istio/istio: pilot/pkg/serviceregistry/ambient/testdata/peer-authn-*-in.yaml with the policies made of them: what
# ztunnel refuses to connections without an identity at ports 8080, 9090 and any other
AMBIENT = [
    ("strict-workload", [pa("shop/p", "STRICT", WEB)], "STRICT STRICT STRICT"),
    ("strict-and-strict-port-mtls", [pa("shop/p", "STRICT", ports(p8080="STRICT"))], "STRICT STRICT STRICT"),
    (
        "strict-and-permissive-port-mtls",
        [pa("shop/p", "STRICT", ports(p9090="PERMISSIVE"))],
        "STRICT PERMISSIVE STRICT",
    ),
    ("strict-and-disable-port-mtls", [pa("shop/p", "STRICT", ports(p9090="DISABLE"))], "STRICT PERMISSIVE STRICT"),
    (
        "strict-port-mtls-strict-and-permissive",
        [pa("shop/p", "STRICT", ports(p9090="STRICT", p8080="PERMISSIVE"))],
        "PERMISSIVE STRICT STRICT",
    ),
    (
        "permissive-port-mtls-strict",
        [pa("shop/p", "PERMISSIVE", ports(p9090="STRICT"))],
        "PERMISSIVE STRICT PERMISSIVE",
    ),
    (
        "permissive-port-mtls-strict-and-permissive",
        [pa("shop/p", "PERMISSIVE", ports(p9090="STRICT", p8080="PERMISSIVE"))],
        "PERMISSIVE STRICT PERMISSIVE",
    ),
    ("unset-port-mtls-strict", [pa("shop/p", "UNSET", ports(p8080="STRICT"))], "STRICT PERMISSIVE PERMISSIVE"),
    (
        "permissive-root-unset-namespace-mixed-workload-ports",
        [pa("istio-system/m", "PERMISSIVE"), UNSET_NS, pa("shop/p", "", ports(p9090="STRICT", p8080="PERMISSIVE"))],
        "PERMISSIVE STRICT PERMISSIVE",
    ),
    (
        "strict-root-unset-workload-port-mtls-strict-and-permissive",
        [STRICT_MESH, pa("shop/p", "", ports(p9090="PERMISSIVE", p8080="STRICT"))],
        "STRICT PERMISSIVE STRICT",
    ),
]


@pytest.mark.parametrize(("source", "policies", "expected"), AMBIENT, ids=[row[0] for row in AMBIENT])
def test_ports_that_ztunnel_serves(source: str, policies: list[str], expected: str) -> None:
    assert source
    mesh = scene(deployment("shop/web"), *policies)
    web = the(mesh, "shop/web")
    assert [ambient_mode(mesh, web, port).mode for port in (8080, 9090, None)] == [*map(MtlsMode, expected.split())]
