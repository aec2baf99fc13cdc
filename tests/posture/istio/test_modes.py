"""What a server accepts: the levels of PeerAuthentication, their order, their ports, and ambient mode's reading."""

import pytest

from service_mesh.model.kinds import PEER_AUTHENTICATION
from service_mesh.posture.istio.peer_authentication import (
    MtlsMode,
    Scope,
    namespace_mode,
    scope_of,
    server_mode,
)
from service_mesh.posture.istio.strictness import ambient_mode
from tests.support.scene import deployment, scene, the

STRICT, PERMISSIVE, DISABLE, UNKNOWN = MtlsMode.STRICT, MtlsMode.PERMISSIVE, MtlsMode.DISABLE, MtlsMode.UNKNOWN


def policy(title: str, mode: str = "", *, selector: str | None = None, ports: str = "", created: str = "") -> str:
    namespace, _, name = title.partition("/")
    parts = [f"mtls: {{mode: {mode}}}"] if mode else []
    parts += [f"selector: {{{selector}}}"] if selector is not None else []
    parts += [f"portLevelMtls: {{{ports}}}"] if ports else []
    dated = f", creationTimestamp: '{created}'" if created else ""
    return (
        "apiVersion: security.istio.io/v1\nkind: PeerAuthentication\n"
        f"metadata: {{name: {name}, namespace: {namespace}{dated}}}\nspec: {{{', '.join(parts)}}}\n"
    )


WEB = "matchLabels: {app: web}"


@pytest.mark.parametrize(
    ("policies", "expected"),
    [
        ([], PERMISSIVE),
        ([policy("istio-system/mesh", "STRICT")], STRICT),
        ([policy("istio-system/mesh", "STRICT"), policy("shop/ns", "PERMISSIVE")], PERMISSIVE),
        ([policy("shop/ns", "STRICT"), policy("shop/web", "DISABLE", selector=WEB)], DISABLE),
        ([policy("istio-system/mesh", "STRICT"), policy("shop/ns", "UNSET")], STRICT),
        ([policy("istio-system/mesh", "STRICT"), policy("shop/ns")], STRICT),
        ([policy("shop/ns", "STRICT", selector="")], STRICT),
        ([policy("shop/ns", "STRICT", selector="matchLabels: {}")], STRICT),
        ([policy("shop/other", "STRICT", selector="matchLabels: {app: other}")], PERMISSIVE),
        ([policy("istio-system/web", "STRICT", selector=WEB)], PERMISSIVE),
        ([policy("third/ns", "STRICT")], PERMISSIVE),
    ],
)
def test_narrower_level_wins_and_unset_inherits(policies: list[str], expected: MtlsMode) -> None:
    mesh = scene(deployment("shop/web"), *policies)
    assert server_mode(mesh, the(mesh, "shop/web"), 8080).mode is expected


def test_root_namespace_is_that_of_the_mesh_configuration() -> None:
    config = (
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: istio, namespace: mesh}\n"
        "data: {mesh: 'rootNamespace: policies'}\n"
    )
    mesh = scene(deployment("shop/web"), policy("policies/all", "STRICT"), config)
    assert server_mode(mesh, the(mesh, "shop/web")).mode is STRICT


def test_port_of_a_workload_policy_comes_first_and_unset_inherits() -> None:
    mesh = scene(
        deployment("shop/web"), policy("shop/web", "STRICT", selector=WEB, ports="8080: {mode: DISABLE}, 81: {}")
    )
    web = the(mesh, "shop/web")
    assert [server_mode(mesh, web, port).mode for port in (8080, 81, 82, None)] == [DISABLE, STRICT, STRICT, STRICT]
    assert [note.node.pointer for note in server_mode(mesh, web, 8080).chain] == [
        "/spec/mtls/mode",
        "/spec/portLevelMtls/8080/mode",
    ]


def test_oldest_object_of_a_level_counts_alone_ports_included() -> None:
    older = policy("shop/older", "STRICT", selector=WEB, created="2026-01-01T00:00:00Z")
    newer = policy("shop/a", "DISABLE", selector=WEB, ports="81: {mode: DISABLE}", created="2026-02-01T00:00:00Z")
    mesh = scene(deployment("shop/web"), newer, older)
    assert server_mode(mesh, the(mesh, "shop/web"), 81).mode is STRICT


def test_objects_of_one_level_without_dates_leave_the_mode_open_unless_they_agree() -> None:
    one, two = policy("shop/one", "STRICT"), policy("shop/two", "DISABLE")
    differing = scene(deployment("shop/web"), one, two)
    found = server_mode(differing, the(differing, "shop/web"))
    assert found.mode is UNKNOWN
    assert found.missing == (
        "which of 'PeerAuthentication shop/one', 'PeerAuthentication shop/two' is the oldest,"
        " since that one counts alone"
    )
    agreeing = scene(deployment("shop/web"), one, two.replace("DISABLE", "STRICT"))
    assert server_mode(agreeing, the(agreeing, "shop/web")).mode is STRICT


@pytest.mark.parametrize(
    ("policies", "modes", "ambient"),
    [
        ([policy("shop/one", "STRICT"), policy("shop/two")], {STRICT, PERMISSIVE}, {STRICT, PERMISSIVE}),
        ([policy("shop/one", "DISABLE"), policy("shop/two")], {DISABLE, PERMISSIVE}, {PERMISSIVE}),
        (
            [policy("shop/one", "STRICT"), policy("shop/two"), policy("shop/web", selector=WEB)],
            {STRICT, PERMISSIVE},
            {STRICT, PERMISSIVE},
        ),
        (
            [policy("shop/one", "STRICT"), policy("shop/two"), policy("shop/web", "STRICT", selector=WEB)],
            {STRICT},
            {STRICT},
        ),
        (
            [policy("istio-system/one", "STRICT"), policy("istio-system/two", "DISABLE"), policy("shop/ns")],
            {STRICT, DISABLE},
            {STRICT, PERMISSIVE},
        ),
    ],
)
def test_objects_without_dates_leave_their_own_modes_possible_and_no_other(
    policies: list[str], modes: set[MtlsMode], ambient: set[MtlsMode]
) -> None:
    mesh = scene(deployment("shop/web"), *policies)
    web = the(mesh, "shop/web")
    assert (set(server_mode(mesh, web).possible), set(ambient_mode(mesh, web).possible)) == (modes, ambient)


def test_namespace_mode_leaves_workloads_out() -> None:
    mesh = scene(policy("shop/ns", "PERMISSIVE"), policy("shop/web", "STRICT", selector=WEB))
    assert namespace_mode(mesh, "shop").mode is PERMISSIVE


@pytest.mark.parametrize(
    ("made", "scope"),
    [
        (policy("istio-system/a", "STRICT"), Scope.MESH),
        (policy("istio-system/a", "STRICT", selector=WEB), Scope.NOTHING),
        (policy("shop/a", "STRICT", selector="matchLabels: {}"), Scope.NAMESPACE),
        (policy("shop/a", "STRICT", selector=WEB), Scope.WORKLOAD),
    ],
)
def test_scope_follows_selector_and_namespace(made: str, scope: Scope) -> None:
    mesh = scene(made)
    (found,) = mesh.of_kind(PEER_AUTHENTICATION)
    assert scope_of(mesh, found) is scope


@pytest.mark.parametrize(
    ("policies", "modes"),
    [
        ([policy("shop/ns", "DISABLE")], (PERMISSIVE, PERMISSIVE)),
        ([policy("shop/ns", "STRICT")], (STRICT, STRICT)),
        ([policy("shop/web", "STRICT", selector=WEB, ports="81: {mode: DISABLE}")], (STRICT, PERMISSIVE)),
        ([policy("shop/web", "DISABLE", selector=WEB, ports="81: {mode: STRICT}")], (PERMISSIVE, STRICT)),
        (
            [policy("shop/ns", "STRICT"), policy("shop/web", selector=WEB, ports="81: {mode: DISABLE}")],
            (STRICT, STRICT),
        ),
        (
            [
                policy("shop/ns", "STRICT"),
                policy("shop/web", selector=WEB, ports="81: {mode: DISABLE}, 82: {mode: PERMISSIVE}"),
            ],
            (STRICT, PERMISSIVE),
        ),
        ([policy("shop/web", selector=WEB, ports="81: {mode: STRICT}")], (PERMISSIVE, STRICT)),
    ],
)
def test_ambient_mode_cannot_turn_mtls_off_and_counts_port_exceptions(
    policies: list[str], modes: tuple[MtlsMode, MtlsMode]
) -> None:
    mesh = scene(deployment("shop/web"), *policies)
    web = the(mesh, "shop/web")
    assert (ambient_mode(mesh, web, 8080).mode, ambient_mode(mesh, web, 81).mode) == modes


def test_ambient_objects_without_dates_leave_the_mode_open() -> None:
    mesh = scene(
        deployment("shop/web"),
        policy("shop/one", "STRICT", selector=WEB),
        policy("shop/two", "PERMISSIVE", selector=WEB),
    )
    assert ambient_mode(mesh, the(mesh, "shop/web")).mode is UNKNOWN


def test_root_object_with_an_empty_selector_is_not_seen_by_ztunnel_elsewhere() -> None:
    mesh = scene(
        deployment("shop/web"),
        deployment("istio-system/web"),
        policy("istio-system/all", "STRICT", selector=""),
    )
    here, there = the(mesh, "istio-system/web"), the(mesh, "shop/web")
    assert (ambient_mode(mesh, here).mode, ambient_mode(mesh, there).mode) == (STRICT, PERMISSIVE)
    assert server_mode(mesh, there).mode is STRICT
    narrower = scene(
        deployment("shop/web"), policy("istio-system/all", "STRICT", selector=""), policy("shop/ns", "STRICT")
    )
    assert ambient_mode(narrower, the(narrower, "shop/web")).mode is STRICT


@pytest.mark.parametrize(
    ("namespace", "ports", "modes"),
    [
        ("UNSET", "81: {mode: PERMISSIVE}", (UNKNOWN, PERMISSIVE)),
        ("UNSET", "81: {mode: STRICT}", (STRICT, STRICT)),
        ("STRICT", "81: {mode: PERMISSIVE}", (STRICT, PERMISSIVE)),
    ],
)
def test_exceptions_beside_a_namespaces_object_without_a_mode_may_open_every_port(
    namespace: str, ports: str, modes: tuple[MtlsMode, MtlsMode]
) -> None:
    mesh = scene(
        deployment("shop/web"),
        policy("istio-system/all", "STRICT"),
        policy("shop/ns", namespace),
        policy("shop/web", selector=WEB, ports=ports),
    )
    found = ambient_mode(mesh, the(mesh, "shop/web"), 8080)
    assert (found.mode, ambient_mode(mesh, the(mesh, "shop/web"), 81).mode) == modes
    missing = "a mode in 'PeerAuthentication shop/ns', without which the exceptions of the workload may open every port"
    assert found.missing == (missing if found.mode is UNKNOWN else "")


@pytest.mark.parametrize(
    ("release", "several", "one"),
    [
        ((1, 24, 1), PERMISSIVE, STRICT),
        ((1, 24), UNKNOWN, STRICT),
        ((1, 24, 3), STRICT, STRICT),
        ((1, 23), PERMISSIVE, STRICT),
        ((1, 25), STRICT, STRICT),
    ],
)
def test_several_strict_ports_of_one_object_closed_none_before_1_24_3(
    release: tuple[int, ...], several: MtlsMode, one: MtlsMode
) -> None:
    def mode_with(ports: str) -> MtlsMode:
        closed = policy("shop/web", "PERMISSIVE", selector=WEB, ports=ports)
        mesh = scene(deployment("shop/web"), closed, releases={"istio": release})
        return ambient_mode(mesh, the(mesh, "shop/web"), 81).mode

    assert mode_with("81: {mode: STRICT}, 82: {mode: STRICT}") is several
    assert mode_with("81: {mode: STRICT}, 82: {mode: PERMISSIVE}") is one
