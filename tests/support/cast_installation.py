"""An installation of the mesh that a fixture is about, where it holds none: without one many answers stay unknown."""

from collections.abc import Iterable, Iterator

from service_mesh.model.kinds import CONFIG_MAP
from service_mesh.model.resource import Resource

__all__ = ["is_about_linkerd", "istio", "linkerd"]


def is_about_linkerd(resources: Iterable[Resource]) -> bool:
    """Tell whether objects belong to Linkerd or ask for its proxies."""
    return any("linkerd.io" in one.kind.group or "linkerd.io/" in str(one.root.value) for one in resources)


def istio(resources: Iterable[Resource]) -> Iterator[dict[str, object]]:
    """The settings of the mesh and istiod, ambient mode switched on; nothing where the settings are there."""
    if any(one.kind == CONFIG_MAP and one.name.startswith("istio") for one in resources):
        return
    yield _settings("istio", "istio-system", {"mesh": "trustDomain: cluster.local\n"})
    container = {"name": "discovery", "env": [{"name": "PILOT_ENABLE_AMBIENT", "value": "true"}]}
    template = {"metadata": {"labels": {"app": "istiod"}}, "spec": {"containers": [container]}}
    yield {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "istiod", "namespace": "istio-system", "labels": {"app": "istiod"}},
        "spec": {"selector": {"matchLabels": {"app": "istiod"}}, "template": template},
    }


def linkerd(resources: Iterable[Resource]) -> Iterator[dict[str, object]]:
    """The values that Linkerd was installed with; nothing where they are there."""
    if not any(one.kind == CONFIG_MAP and one.name == "linkerd-config" for one in resources):
        values = "clusterNetworks: 10.0.0.0/8\nproxy: {defaultInboundPolicy: all-unauthenticated}\n"
        yield _settings("linkerd-config", "linkerd", {"values": values})


def _settings(name: str, namespace: str, data: dict[str, str]) -> dict[str, object]:
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": name, "namespace": namespace},
        "data": data,
    }
