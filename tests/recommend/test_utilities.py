"""How well options do: what a must, a wish, a budget, a team and a licence each add or take away."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

import pytest

from service_mesh.recommend.case import Case
from service_mesh.recommend.claims import Claim, ClaimKind, knowledge_of
from service_mesh.recommend.estimating import Estimate
from service_mesh.recommend.requirements import Level, Need, Option, Priority, Requirements
from service_mesh.recommend.unknowns import is_too_little
from service_mesh.recommend.utilities import Utility, utilities
from tests.recommend.knowledge import claim

NO_ESTIMATES: dict[Option, Estimate] = {}
MESH = Option.ISTIO_AMBIENT


def of(given: Mapping[str, object], claims: Iterable[Claim], option: Option = MESH) -> dict[Priority, Utility]:
    return utilities(Case(Requirements.model_validate(given), knowledge_of(claims)), option, NO_ESTIMATES)


def capability(name: str, utility: float, level: str = "ga", option: Option = MESH) -> Claim:
    return claim(option, name, level=level, utility=utility)


def test_half_a_must_is_worth_a_quarter_and_half_a_wish_a_half() -> None:
    held = [capability("vms", 0.5), capability("canary", 0.5)]
    assert of({"needs": {"vms": "must"}}, held)[Priority.NEEDS].value == 0.25
    assert of({"needs": {"vms": "must", "canary": "should"}}, held)[Priority.NEEDS].value == (3 * 0.25 + 0.5) / 4


def test_where_nothing_is_a_must_what_is_lacking_counts_half() -> None:
    found = of({"needs": {"mtls": "should"}}, [capability("mtls", 0.4)])
    assert found[Priority.NEEDS].value == pytest.approx(0.7)
    assert found[Priority.SECURITY].value == pytest.approx(1 - (1 - 0.4 / 3) / 2)


def test_security_means_what_is_asked_for() -> None:
    names = {"mtls": 0.1, "workload-identity": 0.2, "l4-authorization": 0.3, "l7-authorization": 0.8}
    held = [*(capability(name, value) for name, value in names.items()), capability("egress-control", 0.7)]
    identity = of({"needs": {"mtls": "must"}}, held)[Priority.SECURITY].value
    assert identity == pytest.approx((0.1 + 0.2 + 0.3) / 3)
    requests = of({"needs": {"mtls": "no", "l7-authorization": "must"}}, held)[Priority.SECURITY].value
    assert requests == pytest.approx((0.3 + 0.8) / 2)
    egress = of({"needs": {"mtls": "no", "egress-control": "must"}}, held)[Priority.SECURITY].value
    assert egress == pytest.approx((0.3 + 0.7) / 2)
    assert Priority.SECURITY not in of({"needs": {"canary": "must"}}, held)


@pytest.mark.parametrize(
    ("needs", "value"),
    [
        ({"jwt": "should", "mtls": "no"}, 0.9),
        ({"jwt": "should"}, 0.7),
        ({"jwt": "should", "mtls": "no", "canary": "should"}, 0.6),
    ],
)
def test_at_the_edge_alone_a_gateway_counts_in_full(needs: dict[str, str], value: float) -> None:
    jwt = claim(MESH, "jwt", level="external", utility=0.4, at_edge={"level": "ga", "utility": 0.8})
    found = of({"needs": needs}, [jwt, capability("canary", 0.0, "no")])
    assert found[Priority.NEEDS].value == pytest.approx(value)


def budget(confidence: str, name: str = "measured", needs: dict[str, str] | None = None) -> Utility:
    held = claim(MESH, name, ClaimKind.LATENCY, low=3, high=4, unit="ms")
    path = claim(MESH, "data-path", ClaimKind.OPERATIONS, cost_l4=0.25, cost_l7=1.0)
    sure = replace(held, confidence=confidence)
    return of({"traffic": {"latency_budget_ms": 2}, "needs": needs or {}}, [path, sure])[Priority.LATENCY]


def test_a_figure_beyond_the_budget_counts_and_one_of_low_confidence_is_told_alone() -> None:
    words = "3 ms were measured, beyond the budget of 2 ms: as measured"
    assert budget("medium") == Utility(0.2, ("as measured", words))
    assert budget("low") == Utility(0.8, ("as measured", words))


def test_a_larger_payload_than_the_measured_one_is_told() -> None:
    path = claim(MESH, "data-path", ClaimKind.OPERATIONS, cost_l4=0.25, cost_l7=1.0)
    words = "figures are for 1 kB, and 64 kB are sent: measure it"
    large = of({"traffic": {"latency_budget_ms": 2, "payload_kb": 64}}, [path])[Priority.LATENCY]
    assert large == Utility(0.8, ("as measured", words))
    for traffic in ({"latency_budget_ms": 2, "payload_kb": 1}, {"payload_kb": 64}):
        assert of({"traffic": traffic}, [path])[Priority.LATENCY].reasons == ("as measured",)


def test_figures_between_clusters_count_where_clusters_are_joined() -> None:
    assert budget("medium", "multicluster-open").value == 0.8
    assert budget("medium", "multicluster-open", {"multi-cluster": "must"}).value == 0.2


def test_requests_that_are_read_cost_more() -> None:
    assert budget("low", needs={"canary": "should"}).value == 0.5
    assert budget("low", needs={"grpc": "should"}).value == 0.8


@pytest.mark.parametrize(
    ("team", "option", "value"),
    [
        ({}, MESH, 0.8),
        ({"mesh_experience": "none"}, MESH, 0.74),
        ({"mesh_experience": "deep"}, MESH, 0.86),
        ({"mesh_experience": "none"}, Option.NO_MESH, 0.8),
        ({"mesh_experience": "none"}, Option.CILIUM, 0.8),
        ({"ebpf_experience": "deep"}, Option.CILIUM, 0.86),
        ({"engineers": 3}, MESH, 0.8),
        ({"engineers": 2}, MESH, 0.74),
        ({"on_call": True}, MESH, 0.8),
        ({"on_call": False}, MESH, 0.76),
    ],
)
def test_running_it_weighs_as_the_team_is(team: dict[str, object], option: Option, value: float) -> None:
    effort = claim(option, "effort", ClaimKind.OPERATIONS, effort=0.2)
    assert of({"team": team}, [effort], option)[Priority.SIMPLICITY].value == pytest.approx(value)


def test_without_free_stable_builds_running_it_weighs_more_for_who_takes_open_source_only() -> None:
    effort = claim(Option.LINKERD, "effort", ClaimKind.OPERATIONS, effort=0.2)
    build = claim(Option.LINKERD, "distribution", ClaimKind.SUPPORT, stable="commercial", detail="edge builds are free")
    only = {"constraints": {"open_source_only": True}}
    found = of(only, [effort, build], Option.LINKERD)[Priority.SIMPLICITY]
    assert found.value == pytest.approx(0.76)
    assert found.reasons == ("as measured", "open source alone: edge builds are free")
    assert of({}, [effort, build], Option.LINKERD)[Priority.SIMPLICITY].value == pytest.approx(0.8)


@pytest.mark.parametrize(
    ("given", "too_little"),
    [
        ({}, True),
        ({"sizes": {"nodes": 5}}, True),
        ({"needs": {"mtls": "must", "jwt": "no"}}, True),
        ({"needs": {"mtls": "must", "jwt": "no"}, "constraints": {"platform": "gke"}}, True),
        ({"needs": {"mtls": "must", "jwt": "no", "canary": "no"}}, False),
        ({"needs": {"mtls": "must"}, "constraints": {"cni": "calico"}}, False),
        ({"needs": {"mtls": "must"}, "sizes": {"services": 0}}, False),
        ({"needs": {"mtls": "must"}, "team": {"on_call": False}}, False),
    ],
)
def test_too_little_is_known_without_needs_or_with_few_of_an_unknown_place(
    given: dict[str, object], too_little: bool
) -> None:
    assert is_too_little(Requirements.model_validate(given)) is too_little


def test_a_need_answered_with_no_is_an_answer() -> None:
    case = Case(
        Requirements(needs={Need.MTLS: Level.NO, Need.JWT: Level.SHOULD, Need.VMS: Level.MUST}), knowledge_of([])
    )
    assert case.needed() == ((Need.VMS, Level.MUST), (Need.JWT, Level.SHOULD))


EXCHANGED = "the network plugin of every node has to be exchanged"
OTHER = "another mesh runs, every workload has to change over"
NEAR = "the control plane stays, workloads change over one by one"


@pytest.mark.parametrize(
    ("given", "option", "expected"),
    [
        ({"existing": "linkerd"}, Option.LINKERD, Utility(1.0, ("it runs already",))),
        ({"existing": "linkerd"}, Option.ISTIO_SIDECAR, Utility(0.0, (OTHER,))),
        ({"existing": "linkerd"}, Option.NO_MESH, Utility(0.4, ("what runs has to be taken out",))),
        ({"existing": "linkerd", "cni": "calico"}, Option.CILIUM, Utility(0.0, (EXCHANGED,))),
        ({"existing": "linkerd", "cni": "cilium"}, Option.CILIUM, Utility(0.3, ("it is the network plugin already",))),
        ({"existing": "istio-sidecar"}, Option.ISTIO_AMBIENT, Utility(0.6, (NEAR,))),
        ({"existing": "istio-ambient"}, Option.ISTIO_SIDECAR, Utility(0.6, (NEAR,))),
        ({"existing": "no-mesh"}, Option.LINKERD, Utility(0.5)),
        ({"existing": "no-mesh"}, Option.NO_MESH, Utility(0.75, ("nothing has to change",))),
        ({"cni": "calico"}, Option.CILIUM, Utility(0.25, (EXCHANGED,))),
        ({"cni": "cilium"}, Option.CILIUM, Utility(0.65, ("it is the network plugin already",))),
    ],
)
def test_what_runs_is_dearer_to_exchange_than_something_new_to_add(
    given: dict[str, object], option: Option, expected: Utility
) -> None:
    assert of({"constraints": given}, [], option)[Priority.MIGRATION] == expected


def test_above_cilium_another_mesh_names_what_has_to_be_set() -> None:
    beside = claim(Option.LINKERD, "with-cilium", ClaimKind.REQUIREMENT, needs="a setting")
    found = of({"constraints": {"cni": "cilium"}}, [beside], Option.LINKERD)[Priority.MIGRATION]
    assert found == Utility(0.5, ("above Cilium it needs a setting: as measured",))
    other = of({"constraints": {"cni": "calico"}}, [beside], Option.LINKERD)[Priority.MIGRATION]
    assert other == Utility(0.5)
