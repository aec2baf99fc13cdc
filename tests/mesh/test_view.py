"""The set of objects that rules ask."""

from dataclasses import replace

import pytest

from service_mesh.mesh.capture import Capture
from service_mesh.mesh.view import Complete, MeshView
from service_mesh.model.kinds import DEPLOYMENT, GATEWAY, NAMESPACE, POD, SERVICE, VIRTUAL_SERVICE
from service_mesh.model.origin import Layer
from service_mesh.model.resource import Resource
from tests.mesh.objects import made
from tests.support.watched_view import WatchedView


def test_objects_keep_the_order_of_the_input() -> None:
    a, b, c = made(SERVICE, "x/b"), made(SERVICE, "x/a"), made(POD, "x/a")
    view = MeshView([a, b, c])
    assert view.of_kind(SERVICE) == (a, b)
    assert view.of_kind(POD) == (c,)
    assert view.of_kind(GATEWAY) == ()


def test_objects_are_found_by_identity() -> None:
    here, there = made(SERVICE, "x/a"), made(SERVICE, "x/a", cluster="east")
    view = MeshView([here, there])
    assert view.find(SERVICE, "x", "a") is here
    assert view.find(SERVICE, "x", "a", "east") is there
    assert view.find(SERVICE, "y", "a") is None


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_later_layer_replaces_the_same_object(order: tuple[int, int]) -> None:
    layers = [replace(made(SERVICE, "x/a"), layer=layer) for layer in (Layer.SNAPSHOT, Layer.MANIFESTS)]
    view = MeshView([layers[index] for index in order])
    assert view.of_kind(SERVICE) == (layers[1],)


def test_later_object_of_one_layer_replaces_the_same_object_in_its_place() -> None:
    first, other, second = made(SERVICE, "x/a"), made(SERVICE, "x/b"), made(SERVICE, "x/a")
    assert MeshView([first, other, second]).of_kind(SERVICE) == (second, other)


def present(cluster: str = "") -> list[Resource]:
    return [
        made(NAMESPACE, "named", cluster=cluster),
        made(SERVICE, "served/a", cluster=cluster),
        made(SERVICE, "whole/a", cluster=cluster),
        made(DEPLOYMENT, "whole/a", cluster=cluster),
        made(POD, "staffed/a", cluster=cluster),
        made(VIRTUAL_SERVICE, "routed/a", cluster=cluster),
    ]


def test_namespace_is_complete_when_it_is_here_or_serves_and_works() -> None:
    view = MeshView(present())
    names = ["named", "served", "whole", "staffed", "routed", "absent"]
    assert [view.is_complete(name) for name in names] == [True, False, True, False, False, False]
    assert view.complete_namespaces == ("named", "whole")
    assert not view.is_whole


def test_completeness_holds_for_one_cluster() -> None:
    view = MeshView([*present("east"), made(SERVICE, "whole/a")])
    assert [view.is_complete("whole", "east"), view.is_complete("whole")] == [True, False]
    assert view.complete_namespaces == ("east/named", "east/whole")


def test_everything_is_complete_when_said_so() -> None:
    view = MeshView(present(), Complete.YES)
    assert [view.is_complete("absent"), view.is_complete("served", "west"), view.is_whole] == [True, True, True]
    assert view.complete_namespaces == ("named", "routed", "served", "staffed", "whole")


def test_nothing_is_complete_when_said_so() -> None:
    view = MeshView(present(), Complete.NO)
    assert [view.is_complete("named"), view.is_complete("whole"), view.is_whole] == [False, False, False]
    assert view.complete_namespaces == ()


def test_reads_are_remembered_until_taken() -> None:
    view = WatchedView(present())
    view.of_kind(SERVICE)
    view.find(POD, "staffed", "a")
    assert view.take_reads() == {SERVICE, POD}
    assert view.take_reads() == frozenset()


def test_index_is_computed_once_and_its_reads_are_replayed() -> None:
    calls: list[MeshView] = []

    def names(view: MeshView) -> list[str]:
        calls.append(view)
        return [resource.name for resource in view.of_kind(SERVICE)]

    view = WatchedView(present())
    view.of_kind(POD)
    first = view.index(names)
    assert (first, view.take_reads()) == (["a", "a"], frozenset({SERVICE, POD}))
    assert view.index(names) is first
    assert view.take_reads() == {SERVICE}
    assert calls == [view]
    MeshView([]).index(names)
    assert len(calls) == 2


def test_reads_of_an_index_inside_an_index_are_replayed_too() -> None:
    def inner(view: MeshView) -> int:
        return len(view.of_kind(SERVICE))

    def outer(view: MeshView) -> int:
        return view.index(inner) + len(view.of_kind(POD))

    view = WatchedView(present())
    assert (view.index(inner), view.take_reads()) == (2, frozenset({SERVICE}))
    assert (view.index(outer), view.take_reads()) == (3, frozenset({SERVICE, POD}))
    assert (view.index(outer), view.take_reads()) == (3, frozenset({SERVICE, POD}))


def test_index_may_be_nothing() -> None:
    calls: list[int] = []

    def nothing(_view: MeshView) -> None:
        calls.append(1)

    view = MeshView([])
    view.index(nothing)
    view.index(nothing)
    assert calls == [1]


def test_cluster_that_was_read_whole_proves_what_is_absent() -> None:
    view = MeshView([], captures={"": Capture(is_whole=True), "far": Capture()})
    assert (view.is_complete("shop"), view.is_complete("shop", "far"), view.is_whole) == (True, False, False)
    assert MeshView([], captures={"": Capture(is_whole=True)}).is_whole
    assert not MeshView([], Complete.NO, captures={"": Capture(is_whole=True)}).is_complete("shop")
