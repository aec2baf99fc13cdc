"""Who selects whom."""

import pytest

from service_mesh.mesh.selection import (
    SelectorIndex,
    entries_of,
    selected,
    service_selector,
    services_of,
    workloads_of,
)
from service_mesh.mesh.view import MeshView
from service_mesh.model.kinds import SERVICE, SERVICE_ENTRY
from service_mesh.model.selectors import EVERYTHING, NOTHING, Operator, Requirement, Selector
from tests.mesh.objects import made
from tests.support.scene import deployment, scene, the


def town(*more: str) -> MeshView:
    return scene(deployment("shop/web", "v: one"), deployment("shop/cart", "v: one"), deployment("bank/web"), *more)


@pytest.mark.parametrize(
    ("selector", "namespace", "titles"),
    [
        (Selector({"app": "web"}), "shop", ["shop/web"]),
        (Selector({"app": "web"}), None, ["shop/web", "bank/web"]),
        (Selector({"app": "web", "v": "one"}), None, ["shop/web"]),
        (EVERYTHING, "shop", ["shop/web", "shop/cart"]),
        (EVERYTHING, None, ["shop/web", "shop/cart", "bank/web"]),
        (NOTHING, "shop", []),
        (Selector({}, (Requirement("v", Operator.EXISTS),)), None, ["shop/web", "shop/cart"]),
    ],
)
def test_selector_finds_workloads_in_one_namespace_or_in_all(
    selector: Selector, namespace: str | None, titles: list[str]
) -> None:
    found = selected(town(), selector, namespace)
    assert [f"{w.namespace}/{w.resource.name}" for w in found] == titles


def test_service_and_workload_find_each_other() -> None:
    service = "apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: shop}\nspec: {selector: {app: web}}\n"
    mesh = town(service)
    assert [w.title for w in workloads_of(mesh, mesh.of_kind(SERVICE)[0])] == ["Deployment shop/web"]
    assert [s.title for s in services_of(mesh, the(mesh, "shop/web"))] == ["Service shop/web"]
    assert services_of(mesh, the(mesh, "bank/web")) == ()


def test_service_entry_selects_only_where_it_says_whom() -> None:
    entry = (
        "apiVersion: networking.istio.io/v1\nkind: ServiceEntry\nmetadata: {name: web, namespace: shop}\n"
        "spec: {hosts: [web.com], workloadSelector: {labels: {app: web}}}\n"
    )
    mesh = town(
        entry, entry.replace("name: web,", "name: other,").replace(", workloadSelector: {labels: {app: web}}", "")
    )
    assert [e.name for e in entries_of(mesh, the(mesh, "shop/web"))] == ["web"]
    assert [len(workloads_of(mesh, e)) for e in mesh.of_kind(SERVICE_ENTRY)] == [1, 0]


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ({}, NOTHING),
        ({"selector": {}}, NOTHING),
        ({"selector": {"app": "web"}}, Selector({"app": "web"})),
        ({"selector": {"app": "web"}, "type": "ExternalName"}, NOTHING),
    ],
)
def test_service_without_a_selector_selects_nothing(spec: dict[str, object], expected: Selector) -> None:
    assert service_selector(made(SERVICE, "shop/web", spec)) == expected


def test_index_answers_in_the_order_given_for_the_namespace_and_for_all() -> None:
    index = SelectorIndex(
        [
            ("", "shop", Selector({"app": "web"}), "own"),
            ("", "", EVERYTHING, "all"),
            ("", "bank", EVERYTHING, "bank"),
            ("", "shop", NOTHING, "none"),
            ("", "", Selector({"app": "web", "v": "two"}), "two"),
            ("east", "shop", EVERYTHING, "far"),
        ]
    )
    assert index.matching("", "shop", {"app": "web"}) == ("own", "all")
    assert index.matching("", "shop", {"app": "web", "v": "two"}) == ("own", "all", "two")
    assert index.matching("east", "shop", {}) == ("far",)
