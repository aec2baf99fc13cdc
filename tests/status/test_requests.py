"""What a pod holds of its node, counted as the scheduler counts it."""

from fractions import Fraction

import pytest

from service_mesh.model.resource import Resource
from service_mesh.rules.status.pre_install._requests import Amount, allocatable, requests

_GIBIBYTE = 1024**3


def _container(cpu: object, memory: object = "0", **more: object) -> dict[str, object]:
    return {"name": "c", "resources": {"requests": {"cpu": cpu, "memory": memory}}, **more}


def _pod(containers: list[object], init: list[object], phase: str = "Running") -> Resource:
    spec = {"containers": containers, "initContainers": init}
    status = {"phase": phase}
    return Resource({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}, "spec": spec, "status": status})


@pytest.mark.parametrize(
    ("containers", "init", "cpu"),
    [
        ([_container("250m"), _container(1)], [], Fraction(5, 4)),
        ([_container("100m")], [_container("2")], Fraction(2)),
        ([_container("3")], [_container("2")], Fraction(3)),
        ([_container("100m")], [_container("50m", restartPolicy="Always")], Fraction(3, 20)),
        ([_container("lots"), _container(None), "x", _container("100m")], [7], Fraction(1, 10)),
        ([], [], Fraction(0)),
    ],
)
def test_staying_containers_add_up_and_passing_ones_only_raise(
    containers: list[object], init: list[object], cpu: Fraction
) -> None:
    assert requests(_pod(containers, init)).cpu == cpu


@pytest.mark.parametrize("phase", ["Succeeded", "Failed"])
def test_finished_pod_holds_nothing(phase: str) -> None:
    assert requests(_pod([_container("1", "1Gi")], [], phase)) == Amount()


def test_node_that_tells_one_of_two_amounts_is_not_judged() -> None:
    node = {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "a"}}
    told = Resource({**node, "status": {"allocatable": {"cpu": "2", "memory": "1Gi"}}})
    assert allocatable(told) == Amount(Fraction(2), Fraction(_GIBIBYTE))
    assert allocatable(Resource({**node, "status": {"allocatable": {"cpu": "2"}}})) is None


def test_more_taken_than_there_is_leaves_nothing() -> None:
    free = Amount(Fraction(1), Fraction(_GIBIBYTE)).without(Amount(Fraction(2), Fraction(0)))
    assert str(free) == "0m of CPU and 1024Mi of memory"
