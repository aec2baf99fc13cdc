"""Objects for tests of look-ups, as short as they can be written."""

from collections.abc import Mapping

from service_mesh.model.kinds import Kind
from service_mesh.model.resource import Resource

__all__ = ["made"]


def made(
    kind: Kind, title: str, spec: Mapping[str, object] | None = None, *, cluster: str = "", **meta: object
) -> Resource:
    """An object named `namespace/name`, or `name` for one without a namespace."""
    namespace, slash, name = title.partition("/")
    metadata = {"name": name, "namespace": namespace} if slash else {"name": title}
    version = f"{kind.group}/v1" if kind.group else "v1"
    data = {"apiVersion": version, "kind": kind.name, "metadata": {**metadata, **meta}, "spec": spec or {}}
    return Resource(data=data, cluster=cluster)
