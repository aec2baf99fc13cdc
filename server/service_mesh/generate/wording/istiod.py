"""Values for istiod: the mesh configuration belongs to its chart, not to a manifest of the ConfigMap.

(`istio/istio: manifests/charts/istio-control/istio-discovery/templates/configmap.yaml`)
"""

from collections.abc import Iterator, Mapping
from typing import Any

from service_mesh.generate.plan import ISTIO_VALUES, Form, Sheet
from service_mesh.generate.site import Site
from service_mesh.mesh.mesh_config import mesh_config

__all__ = ["istiod_notes", "istiod_values", "providers_with"]

_VERSION = '"$(helm get metadata istiod -n istio-system -o json | jq -r .version)"'


def istiod_values(template: str, values: Mapping[str, object]) -> Sheet:
    """A file of values for istiod's chart, with the command that lays it over those that are there.

    Values of another version of the chart would not fit, so the version that is installed is named.
    """
    upgrade = f"helm upgrade istiod istio/istiod -n istio-system --version {_VERSION} --reuse-values"
    return Sheet(
        ISTIO_VALUES,
        template,
        values,
        form=Form.VALUES,
        apply=f"{upgrade} -f {ISTIO_VALUES}",
        undo="helm rollback istiod -n istio-system",
    )


def providers_with(site: Site, new: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """All extension providers with a new one: values of a list replace the whole list."""
    held = mesh_config(site.view).providers
    return [*(one for name, one in held.items() if name != new["name"]), new]


def istiod_notes(site: Site) -> Iterator[str]:
    """What whoever changes the mesh configuration has to know."""
    yield "where istioctl installed Istio, the same goes under spec.meshConfig of the file that it was installed from"
    if not mesh_config(site.view).is_known:
        yield (
            "extensionProviders is one list, and this one replaces it: add those that are there already (kubectl get"
            " configmap istio -n istio-system -o jsonpath='{.data.mesh}')"
        )
