"""Changes of workloads that no answer about calls can tell, against asking about every pair before and after them."""

import copy
import random
from collections.abc import Callable
from typing import Any, cast

import pytest

from service_mesh.mesh.view import Complete
from service_mesh.model.resource import Resource
from service_mesh.posture.access.reach import Reach
from tests.posture.access.mutations import _deployment as edited
from tests.posture.access.mutations import extras
from tests.posture.access.test_changes import _Changed
from tests.support.large_mesh import Size, objects

Object = dict[str, Any]
_Edit = Callable[[Object], object]

_NOWHERE = Reach()


def _mesh(seed: int) -> list[Object]:
    chance = random.Random(seed)
    size = Size(chance.randrange(3, 7), chance.randrange(4, 14), 2, has_cilium=seed % 2 == 0, encrypts=seed % 4 == 0)
    listed = [*objects(size, seed), *chance.sample(extras(chance), 3)]
    return cast("list[Object]", [*{Resource(one).key: one for one in listed}.values()])


def _template(one: Object) -> Object:
    return cast("Object", one["spec"]["template"])


def _by_chance(chance: random.Random) -> _Edit:
    """An edit that calls may hang on, or one that they seldom do."""
    name, value = chance.choice(("app", "tier", "team", "version")), chance.choice(("web", "db", "one", "two"))
    return chance.choice(
        (
            lambda new: edited(chance, new),
            lambda new: _template(new)["metadata"]["labels"].update({name: value}),
            lambda new: _template(new)["spec"]["containers"][0].update(image=value),
            lambda new: new["metadata"].setdefault("labels", {}).update({name: value}),
        )
    )


def _changed(listed: list[Object], old: Object, edit: _Edit) -> _Changed:
    new = copy.deepcopy(old)
    edit(new)
    return _Changed(listed, [new if one is old else one for one in listed], Complete.AUTO)


@pytest.mark.parametrize("start", [0, 6])
def test_what_is_not_looked_at_changes_no_call(start: int) -> None:
    unseen = seen = 0
    for seed in range(start, start + 6):
        listed, chance = _mesh(seed), random.Random(seed)
        for old in [one for one in listed if one["kind"] == "Deployment"] * 3:
            change = _changed(listed, old, _by_chance(chance))
            if change.reach() == _NOWHERE:
                assert change.asked() == {}, f"seed {seed}"
                unseen += 1
            else:
                seen += 1
    assert min(unseen, seen) > 8


_SMALL: list[Object] = [
    {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}},
    {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "cart", "namespace": "shop"},
        "spec": {"selector": {"app": "cart"}, "ports": [{"port": 80, "targetPort": "http"}]},
    },
    {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": "web", "namespace": "shop"},
        "spec": {"podSelector": {}, "ingress": [{"from": [{"podSelector": {"matchLabels": {"tier": "web"}}}]}]},
    },
    {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "cart", "namespace": "shop"},
        "spec": {
            "replicas": 1,
            "selector": {"matchLabels": {"app": "cart"}},
            "template": {
                "metadata": {"labels": {"app": "cart", "team": "a"}},
                "spec": {
                    "containers": [
                        {"name": "app", "image": "cart:1", "ports": [{"name": "http", "containerPort": 8080}]}
                    ]
                },
            },
        },
    },
]


@pytest.mark.parametrize(
    "edit",
    [
        lambda one: one["spec"].update(replicas=3),
        lambda one: _template(one)["spec"]["containers"][0].update(image="cart:2"),
        lambda one: _template(one)["spec"]["containers"][0].update(env=[{"name": "A", "value": "b"}]),
        lambda one: _template(one)["metadata"]["labels"].update(team="b"),
        lambda one: one["metadata"].update(labels={"team": "b"}),
    ],
)
def test_another_image_or_a_label_that_nobody_asks_for_reaches_nobody(edit: _Edit) -> None:
    assert _changed(_SMALL, _SMALL[-1], edit).reach() == _NOWHERE


@pytest.mark.parametrize(
    "edit",
    [
        lambda one: _template(one)["metadata"]["labels"].update(tier="web"),
        lambda one: _template(one)["metadata"]["labels"].update(app="other"),
        lambda one: _template(one)["metadata"].update(annotations={"example.com/ranges": "10.0.0.0/8"}),
        lambda one: _template(one)["spec"].update(hostNetwork=True),
        lambda one: _template(one)["spec"].update(serviceAccountName="cart"),
        lambda one: _template(one)["spec"]["containers"][0]["ports"].append({"containerPort": 9090}),
        lambda one: _template(one)["spec"]["containers"][0]["ports"][0].update(name="main"),
        lambda one: one["metadata"].update(name="basket"),
    ],
)
def test_what_somebody_may_look_at_reaches_those_that_it_is_about(edit: _Edit) -> None:
    reach = _changed(_SMALL, _SMALL[-1], edit).reach()
    assert {one.name for one in reach.servers} & {"cart", "basket"}


def test_what_changes_beside_a_workload_is_looked_at_with_it() -> None:
    new = copy.deepcopy(_SMALL)
    new[3]["spec"]["replicas"] = 3
    new[2]["spec"]["ingress"] = []
    reach = _Changed(_SMALL, [*_SMALL[:2], *new[2:]], Complete.AUTO).reach()
    assert [one.name for one in reach.servers] == ["cart"]


def test_a_pod_that_changes_is_looked_at() -> None:
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "one", "namespace": "shop"},
        "spec": {"containers": [{"name": "app", "image": "one:1"}]},
    }
    listed = [*_SMALL, pod]
    reach = _changed(listed, pod, lambda one: one["spec"]["containers"][0].update(image="one:2")).reach()
    assert [one.name for one in reach.servers] == ["one"]
