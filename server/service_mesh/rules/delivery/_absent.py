"""How a reference to an object that is not there is told: with a near name, and the doubt that the input leaves."""

from service_mesh.mesh.known_names import holds_any, object_names
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Fix
from service_mesh.model.kinds import CLUSTER_SCOPED, Kind
from service_mesh.model.names import nearest
from service_mesh.model.node import Node

__all__ = ["is_known", "missing"]


def missing(name: Node, kind: Kind, namespace: str, mesh: MeshView, message: str) -> Draft:
    """A finding on the name of an object that does not exist, as far as the input can tell.

    Args:
        name: Where the name stands.
        kind: What it should name.
        namespace: Where that is looked up; of no account for kinds that are in no namespace.
        mesh: The objects.
        message: What happens.
    """
    cluster = name.resource.cluster
    home = "" if kind in CLUSTER_SCOPED else namespace
    near = nearest(name.text, object_names(mesh, kind, home, cluster), unique=True)
    fix = Fix.replace(name, near, title=f"rename to '{near}'") if near else None
    is_alone = not holds_any(mesh, (kind,), cluster)
    return name.finding(message, fix=fix, partial=not is_known(name, kind, home, mesh), tacit=is_alone)


def is_known(name: Node, kind: Kind, home: str, mesh: MeshView) -> bool:
    """Tell whether an object of a kind, which is not in the input, does not exist in a namespace."""
    cluster = name.resource.cluster
    known = mesh.is_complete(home, cluster) if home else mesh.is_whole
    # Not every kind of a cluster is read, and files without any object of a kind are a part of something.
    return known and (mesh.is_listed(kind, cluster) or (not name.resource.is_from_cluster and bool(mesh.of_kind(kind))))
