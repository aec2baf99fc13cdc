"""How Istio's proxies read paths before policies are held against them."""

from collections.abc import Iterator

from service_mesh.generate.site import Site
from service_mesh.mesh.mesh_config import mesh_config

__all__ = ["paths_read_alike"]

_DECODED = "DECODE_AND_MERGE_SLASHES"


def paths_read_alike(site: Site) -> Iterator[str]:
    """What has to be so for a policy about paths to hold; nothing where the mesh is configured for it.

    (https://istio.io/latest/docs/ops/best-practices/security/#customize-your-system-on-path-normalization)
    """
    written = mesh_config(site.view).setting("pathNormalization.normalization")
    if written == _DECODED:
        return
    kept = "%2F" if written == "MERGE_SLASHES" else "%2F and //"
    yield (
        f"the server reads paths as the proxy does: with pathNormalization {written or 'BASE'} the proxy leaves {kept}"
        f" as they are; if the server does not, set meshConfig.pathNormalization.normalization to {_DECODED}"
    )
