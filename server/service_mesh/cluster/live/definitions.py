"""Makes CustomResourceDefinitions small: of kinds that no mesh is made of, only names and versions are kept.

Some clusters have a thousand definitions of cloud resources, whose schemas together have hundreds of megabytes.
"""

from collections.abc import Mapping

from service_mesh.cluster.live.replies import mappings, text_of
from service_mesh.cluster.live.wanted import is_mesh_group

__all__ = ["slimmed"]


def slimmed(data: Mapping[str, object]) -> dict[str, object]:
    """The definition, without its schemas unless its group is one whose kinds are read."""
    spec = data.get("spec")
    if not isinstance(spec, dict) or is_mesh_group(text_of(spec, "group")):
        return dict(data)
    versions = [
        {name: value for name, value in version.items() if name not in ("schema", "additionalPrinterColumns")}
        for version in mappings(spec.get("versions"))
    ]
    return {**data, "spec": {**spec, "versions": versions}}
