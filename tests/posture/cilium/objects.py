"""Policies of Cilium written as YAML, for tests of its posture."""

from collections.abc import Mapping
from ipaddress import ip_address
from types import MappingProxyType

from service_mesh.mesh.view import Complete, MeshView
from service_mesh.posture.kubernetes.ends import End, Entity, of_entity, of_workload, outside
from tests.posture.kubernetes.objects import namespace
from tests.support.scene import deployment, scene, the

__all__ = ["WEB", "ccnp", "cnp", "config", "end", "shop"]

WEB = "endpointSelector: {matchLabels: {app: web}}"


def cnp(title: str, spec: str) -> str:
    home, _, name = title.partition("/")
    return _policy("CiliumNetworkPolicy", f"{{name: {name}, namespace: {home}}}", f"spec: {{{spec}}}")


def ccnp(name: str, spec: str, field: str = "spec") -> str:
    written = f"{field}: {{{spec}}}" if field == "spec" else f"{field}: [{spec}]"
    return _policy("CiliumClusterwideNetworkPolicy", f"{{name: {name}}}", written)


def config(data: str) -> str:
    metadata = "{name: cilium-config, namespace: kube-system}"
    return f"apiVersion: v1\nkind: ConfigMap\nmetadata: {metadata}\ndata: {{{data}}}\n"


def shop(
    *documents: str,
    complete: Complete = Complete.YES,
    release: tuple[int, ...] | None = None,
) -> MeshView:
    """Two namespaces with workloads `web`, `cart` and `teller`, and one on the network of its node."""
    ports = "{name: http, containerPort: 8080}"
    web = deployment("shop/web", "tier: front").replace("{containerPort: 8080}", ports)
    on_node = (
        "apiVersion: v1\nkind: Pod\nmetadata: {name: agent, namespace: shop, labels: {app: agent}}\n"
        "spec: {hostNetwork: true, containers: [{name: app, image: app}]}\n"
    )
    releases: Mapping[str, tuple[int, ...]] = {"cilium": release} if release else MappingProxyType({})
    names = ("shop/cart", "bank/cart", "bank/teller")
    both = (namespace("shop", "team: blue"), namespace("bank", "team: red"))
    return scene(*both, web, *map(deployment, names), on_node, *documents, complete=complete, releases=releases)


def end(mesh: MeshView, text: str) -> End:
    """A workload by `namespace/name`, an address, a DNS name, or an entity."""
    if "/" in text:
        return of_workload(the(mesh, text))
    if text[0].isdigit():
        return outside(ip_address(text))
    return outside(host=text) if "." in text else of_entity(Entity(text))


def _policy(kind: str, metadata: str, spec: str) -> str:
    return f"apiVersion: cilium.io/v2\nkind: {kind}\nmetadata: {metadata}\n{spec}\n"
