"""Values for Cilium's chart are found wherever they are given, and a file of them hides no other installation."""

import pytest

from service_mesh.engine.world import generations
from service_mesh.mesh.cilium_chart import ChartSettings, dropped_values, refused_values, unknown_values
from service_mesh.mesh.cilium_chart_checks import refused_together
from service_mesh.mesh.cilium_chart_keys import NEWEST, chart_key, chart_keys
from service_mesh.mesh.cilium_values import chart_values
from service_mesh.mesh.mesh_config import root_namespace
from service_mesh.mesh.view import Complete, MeshView
from service_mesh.model.kinds import HELM_VALUES
from service_mesh.operations.loading import load
from service_mesh.operations.request import Inputs

ISTIO = "meshConfig: {rootNamespace: policies}\n"
CILIUM = "kubeProxyReplacement: true\nhubble: {enabled: true}\n"


def views(text: str) -> list[MeshView]:
    (world,) = load(Inputs(text), Complete.YES).worlds
    return [generation.view for generation in generations(world)]


@pytest.mark.parametrize("text", [f"{ISTIO}---\n{CILIUM}", f"{CILIUM}---\n{ISTIO}"])
def test_values_of_cilium_stand_beside_those_of_istio(text: str) -> None:
    (view,) = views(text)
    found = [values.settings.values for one in view.of_kind(HELM_VALUES) for values in chart_values(view, one)]
    assert (root_namespace(view), found) == ("policies", [{"kubeProxyReplacement": True, "hubble": {"enabled": True}}])


def test_several_files_of_values_are_each_a_part() -> None:
    (view,) = views(f"{CILIUM}---\nsocketLB: {{enabled: true}}\n")
    parts = [values.settings for one in view.of_kind(HELM_VALUES) for values in chart_values(view, one)]
    assert [(sorted(part.values), part.is_all) for part in parts] == [
        (["hubble", "kubeProxyReplacement"], False),
        (["socketLB"], False),
    ]


@pytest.mark.parametrize(
    "text", ["hubble: {enabled: true}\n", "image: {tag: x}\nreplicas: 2\n", "cluster: {name: west}\n", "cilium: {}\n"]
)
def test_file_with_names_that_others_have_too_is_left_alone(text: str) -> None:
    assert [view.of_kind(HELM_VALUES) for view in views(text)] == [()] or views(text) == []


@pytest.mark.parametrize(
    ("path", "forms", "since", "until"),
    [
        ("kubeProxyReplacement", "sb", 14, 0),
        ("encryption.strictMode.cidr", "s", 15, 20),
        ("encryption.strictMode.egress.cidr", "s", 19, 0),
        ("nodePort.enabled", "b", 14, 19),
        ("socketLB.hostNamespaceOnly", "", 14, 0),
        ("clustermesh.mcsapi.enabled", "b", 19, 0),
    ],
)
def test_value_of_the_chart_is_known_with_its_releases(path: str, forms: str, since: int, until: int) -> None:
    key = chart_key(tuple(path.split(".")))
    assert key is not None
    assert (set(key.forms), key.since, key.until) == (set(forms), since, until)


def test_every_map_that_is_listed_is_a_map_to_the_map_around_it() -> None:
    def maps(at: tuple[str, ...]) -> list[tuple[str, ...]]:
        inner = [(*at, name) for name in chart_keys(at) if chart_keys((*at, name))]
        return [*inner, *(deeper for one in inner for deeper in maps(one))]

    odd = [one for one in maps(()) if (key := chart_key(one)) is None or set(key.forms) - {"o", "a"}]
    assert odd == []


@pytest.mark.parametrize("value", [None, [], {}, "", 0, 1.5, float("inf"), float("nan"), True, "${X}", {"a": {}}, [[]]])
def test_no_value_of_any_form_upsets_a_judge(value: object) -> None:
    for name in chart_keys(()):
        settings = ChartSettings({name: value, "cluster": {"id": value, "name": value}}, NEWEST)
        for judge in (unknown_values, dropped_values, refused_values, refused_together):
            assert all(fault.message for fault in judge(settings))
