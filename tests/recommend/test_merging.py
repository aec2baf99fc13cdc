"""What was detected beside what was said: gaps are filled, what was said wins, and what differs is named."""

import pytest

from service_mesh.recommend.detection import Contradiction, merged
from service_mesh.recommend.requirements import (
    Cni,
    Constraints,
    Level,
    Need,
    Option,
    Platform,
    Protocol,
    Requirements,
    Sizes,
    Traffic,
)
from tests.recommend.clusters import (
    KERNEL,
    LINKERD,
    SIDECAR,
    daemon_set,
    demo,
    detected,
    node,
    pod,
    service,
)

_SELECTS = ", nodeSelector: {kubernetes.io/os: windows}"


@pytest.mark.parametrize(
    ("documents", "expected", "filled"),
    [
        ([node("w", info="operatingSystem: windows"), pod("shop/a", more=_SELECTS)], 1, True),
        ([node("w", "kubernetes.io/os: windows"), pod("shop/a", more=", os: {name: windows}")], 1, True),
        ([node("w", "kubernetes.io/os: windows"), pod("shop/a")], 0, False),
        ([node("w", "kubernetes.io/os: windows"), pod("kube-system/csi", more=", os: {name: windows}")], 0, False),
        ([node("l", "kubernetes.io/os: linux"), pod("shop/a", more=", os: {name: windows}")], 0, False),
    ],
)
def test_windows_is_needed_where_workloads_are_meant_for_it(documents: list[str], expected: int, filled: bool) -> None:
    found = detected(*documents)
    assert found.windows_workloads.value == expected
    result = merged(Requirements(), found)
    assert result.requirements.needs == ({Need.WINDOWS_NODES: Level.MUST} if filled else {})
    assert ("needs.windows-nodes" in result.filled) is filled


def test_demo_cluster_fills_what_nobody_said() -> None:
    result = merged(Requirements(constraints=Constraints(cni=Cni.CALICO)), demo())
    assert result.contradictions == ()
    assert result.filled == (
        "sizes.nodes",
        "sizes.pods",
        "sizes.services",
        "sizes.clusters",
        "traffic.protocols",
        "constraints.kernel",
        "constraints.serverless_nodes",
        "constraints.existing",
    )
    assert result.requirements == Requirements(
        sizes=Sizes(nodes=2, pods=12, services=5, clusters=1),
        traffic=Traffic(protocols=(Protocol.HTTP,)),
        constraints=Constraints(cni=Cni.CALICO, kernel="6.8", serverless_nodes=False, existing=Option.ISTIO_SIDECAR),
    )
    assert Requirements.model_validate(result.requirements.model_dump()) == result.requirements


def test_what_was_said_wins_and_what_differs_is_named() -> None:
    found = detected(
        daemon_set("calico-node"),
        node("w", "kubernetes.io/os: windows, type: virtual-kubelet"),
        node("l", info=KERNEL % "5.4.0"),
        pod("shop/a", more=", os: {name: windows}"),
        service("shop/a", "{name: grpc, port: 90}"),
    )
    stated = Requirements(
        sizes=Sizes(nodes=20, pods=1),
        traffic=Traffic(protocols=(Protocol.HTTP,)),
        needs={Need.WINDOWS_NODES: Level.NO},
        constraints=Constraints(
            cni=Cni.CILIUM, kernel="5.10", platform=Platform.ON_PREM, serverless_nodes=False, existing=Option.LINKERD
        ),
    )
    result = merged(stated, found)
    assert result.requirements == stated.model_copy(update={"sizes": Sizes(nodes=20, pods=1, services=1, clusters=1)})
    assert result.filled == ("sizes.services", "sizes.clusters")
    assert [(one.field, one.stated, one.detected) for one in result.contradictions] == [
        ("sizes.nodes", "20", "2"),
        ("traffic.protocols", "http", "grpc"),
        ("needs.windows-nodes", "no", "must"),
        ("constraints.cni", "cilium", "calico"),
        ("constraints.kernel", "5.10", "5.4"),
        ("constraints.serverless_nodes", "false", "true"),
        ("constraints.existing", "linkerd", "no-mesh"),
    ]
    assert result.contradictions[3].note == found.cni.notes[0]
    assert result.contradictions[6] == Contradiction("constraints.existing", "linkerd", "no-mesh", None)


@pytest.mark.parametrize(
    "stated",
    [
        Requirements(constraints=Constraints(existing=Option.ISTIO_AMBIENT)),
        Requirements(constraints=Constraints(kernel="6.8.0-61")),
        Requirements(traffic=Traffic(protocols=(Protocol.GRPC, Protocol.HTTP))),
        Requirements(needs={Need.WINDOWS_NODES: Level.SHOULD}),
    ],
)
def test_what_goes_together_is_no_contradiction(stated: Requirements) -> None:
    assert merged(stated, demo()).contradictions == ()


def test_of_two_meshes_neither_is_filled_in_and_a_third_contradicts() -> None:
    found = detected(LINKERD, SIDECAR)
    assert "constraints.existing" not in merged(Requirements(), found).filled
    named = Requirements(constraints=Constraints(existing=Option.CILIUM))
    (only,) = merged(named, found).contradictions
    assert (only.field, only.stated, only.detected) == ("constraints.existing", "cilium", "istio-sidecar, linkerd")


def test_ports_that_do_not_say_keep_protocols_from_being_filled_in() -> None:
    found = detected(service("shop/a", "{name: http, port: 80}, {name: web, port: 81}"))
    assert "traffic.protocols" not in merged(Requirements(), found).filled
