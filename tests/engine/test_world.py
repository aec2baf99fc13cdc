"""Objects that are written several times: which writing counts for which."""

from service_mesh.engine.world import World, generations
from service_mesh.model.kinds import NAMESPACE
from service_mesh.model.origin import Layer
from service_mesh.model.resource import Resource
from service_mesh.source.reader import Reading


def _namespace(name: str, writing: int, layer: Layer = Layer.PATHS) -> Resource:
    metadata = {"name": name, "labels": {"writing": str(writing)}}
    return Resource({"apiVersion": "v1", "kind": "Namespace", "metadata": metadata}, layer=layer)


def _told(*resources: Resource) -> list[tuple[list[str], list[str]]]:
    reading = Reading()
    reading.resources += resources
    return [
        ([_short(r) for r in generation.members], sorted(_short(r) for r in generation.view.of_kind(NAMESPACE)))
        for generation in generations(World((), reading))
    ]


def _short(resource: Resource) -> str:
    return f"{resource.name}{resource.labels['writing']}"


def test_nothing_makes_no_generation() -> None:
    assert _told() == []


def test_last_writing_counts_first_and_each_older_one_is_judged_beside_the_newest_others() -> None:
    written = [_namespace("a", 1), _namespace("b", 1), _namespace("a", 2), _namespace("a", 3)]
    assert _told(*written) == [
        (["a3", "b1"], ["a3", "b1"]),
        (["a2"], ["a2", "b1"]),
        (["a1"], ["a1", "b1"]),
    ]


def test_lower_layer_is_not_judged_wherever_it_stands() -> None:
    low, high = _namespace("a", 1), _namespace("a", 2, Layer.MANIFESTS)
    assert _told(low, high) == _told(high, low) == [(["a2"], ["a2"])]


def test_view_knows_every_writing_of_an_object() -> None:
    written = [_namespace("a", 1), _namespace("b", 1), _namespace("a", 2)]
    reading = Reading()
    reading.resources += written
    views = [generation.view for generation in generations(World((), reading))]
    assert [[_short(one) for one in view.writings(written[0])] for view in views] == [["a1", "a2"], ["a1", "a2"]]
    assert [_short(one) for one in views[0].writings(written[1])] == ["b1"]
