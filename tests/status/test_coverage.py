"""What a snapshot lacks is said once for each cluster, with every kind and the command that adds them."""

from service_mesh.mesh.capture import Capture
from service_mesh.model.kinds import (
    CONFIG_MAP,
    CUSTOM_RESOURCE_DEFINITION,
    DEPLOYMENT,
    MUTATING_WEBHOOK,
    NAMESPACE,
    NODE,
    POD,
    SECRET,
    SERVICE,
)
from service_mesh.model.unchecked import NotChecked
from service_mesh.status.coverage import lacking

_NEEDED = frozenset(
    (
        CONFIG_MAP,
        CUSTOM_RESOURCE_DEFINITION,
        DEPLOYMENT,
        MUTATING_WEBHOOK,
        NAMESPACE,
        NODE,
        POD,
        SECRET,
        SERVICE,
    )
)


def test_kind_that_was_not_read_is_named_with_what_it_tells_and_its_command() -> None:
    assert list(lacking({"": Capture(listed=_NEEDED - {SECRET})})) == [
        NotChecked(
            "Secret objects",
            "the snapshot holds none: they tell the certificates of the meshes",
            "add the output of: kubectl get secrets -A -o yaml",
        )
    ]


def test_each_cluster_is_named_where_there_are_several() -> None:
    captures = {"west": Capture(listed=_NEEDED - {POD}), "east": Capture(listed=_NEEDED - {NODE})}
    assert [entry.what for entry in lacking(captures)] == [
        "Node objects of cluster 'east'",
        "Pod objects of cluster 'west'",
    ]


def test_nothing_is_lacking_where_every_kind_was_read() -> None:
    assert list(lacking({"": Capture(listed=None), "east": Capture(listed=_NEEDED)})) == []


def test_kinds_of_one_cluster_are_told_together_with_one_command() -> None:
    assert list(lacking({"east": Capture(listed=_NEEDED - {NODE, POD, SECRET})})) == [
        NotChecked(
            "Pod, Secret and Node objects of cluster 'east'",
            "the snapshot holds none: they tell which pods run, are ready and have a proxy; the certificates of the"
            " meshes; versions and kernels of nodes",
            "add the output of: kubectl get pods,secrets,nodes -A -o yaml",
        )
    ]


def test_everything_is_lacking_where_nothing_was_read() -> None:
    (entry,) = lacking({"": Capture()})
    assert [kind.name for kind in _NEEDED if kind.name not in entry.what] == []
