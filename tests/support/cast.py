"""Workloads around the objects of a fixture, so that its policies and settings have somebody to act on."""

from collections.abc import Iterable, Iterator, Mapping
from ipaddress import ip_network
from itertools import islice, product

import yaml

from service_mesh.mesh.view import MeshView
from service_mesh.model.hosts import resolve_host, service_name
from service_mesh.model.kinds import NAMESPACE, SERVICE, SERVICE_ACCOUNT
from service_mesh.model.resource import Resource
from tests.support.cast_installation import is_about_linkerd, istio, linkerd
from tests.support.cast_references import referred

__all__ = ["cast_for"]

_ELSEWHERE = "elsewhere"
"""A namespace that no fixture speaks of."""

_SELECTS = frozenset({"matchLabels", "selector", "labels"})
_PORTS = frozenset({"port", "targetPort", "containerPort", "number"})
_HOSTS = frozenset({"host", "hosts", "name"})
_NETWORKS = frozenset({"cidr", "except", "ipBlocks", "remoteIpBlocks"})
_MOST = 6
"""Most sets of labels that are given a workload, and most ports, Services and addresses."""

_Labels = tuple[tuple[str, str], ...]
_Marks = tuple[dict[str, str], dict[str, str]]


def cast_for(resources: Iterable[Resource]) -> str:
    """Manifests that put somebody where the objects of a case act, as text to be read beside them.

    In each namespace that the objects are in or name, and in one that they do not speak of, there is a workload for
    each set of labels that something selects, for each account, and one with labels of its own; each of them in the
    mesh that the case is about, out of it, and as its namespace has it, on the ports that the case names. Pods have
    the addresses that it names. Namespaces, Services and what policies of Linkerd refer to are there.

    Args:
        resources: The objects of the case; what they hold already is not made again.
    """
    listed = tuple(resources)
    mesh = MeshView(listed)
    ports = _ports(listed)
    namespaces = dict.fromkeys((*filter(None, _namespaces(listed)), _ELSEWHERE))
    root = "linkerd" if is_about_linkerd(listed) else "istio-system"
    held = {one.name for one in listed if one.kind == NAMESPACE}
    services = [place for place in islice(_services(listed), _MOST) if mesh.find(SERVICE, *place) is None]
    made = [_object("v1", "Namespace", name) for name in {**namespaces, root: None} if name not in held]
    made += [_service(*place, ports, {"app": place[1]}) for place in services]
    made += linkerd(listed) if is_about_linkerd(listed) else istio(listed)
    made += referred(mesh, listed, ports)
    apps = ((("app", name),) for _, name in services)
    sets = [(("app", "cart"),), *islice(dict.fromkeys((*apps, *_selected(listed))), _MOST)]
    ways = tuple(_ways(is_linkerd=is_about_linkerd(listed)))
    for namespace, labels in product(namespaces, dict.fromkeys(sets)):
        made += _workloads(ways, namespace, dict(labels), ports)
    accounts = dict.fromkeys((one.namespace, name) for one in listed for name in _accounts(one))
    for namespace, account in accounts:
        made += _workloads(ways, namespace, {"app": f"as-{account}"}, ports, account)
    made += [_pod(address) for address in islice(dict.fromkeys(_addresses(listed)), _MOST)]
    return yaml.safe_dump_all(made, sort_keys=False)


def _namespaces(resources: Iterable[Resource]) -> Iterator[str]:
    for resource in resources:
        yield resource.name if resource.kind == NAMESPACE else resource.namespace
        for _, value in _fields(resource.root.value):
            if isinstance(value, dict):
                named = value.get("name") if value.get("kind") == NAMESPACE.name else value.get("namespace")
                yield named if isinstance(named, str) else ""


def _workloads(
    ways: Iterable[tuple[str, _Marks]], namespace: str, labels: dict[str, str], ports: list[int], account: str = ""
) -> Iterator[dict[str, object]]:
    """Workloads with these labels, one for each way to be in a mesh or out of it, each with a Service of its own."""
    name = "-".join(("cast", *labels.values())).lower().replace("/", "-")
    for suffix, marks in ways:
        own = f"{name}-{suffix}"
        yield _service(namespace, own, ports, {"cast": own})
        yield _deployment(namespace, own, {**labels, "cast": own}, marks, (ports, account or own))


def _ways(*, is_linkerd: bool) -> Iterator[tuple[str, _Marks]]:
    """Labels and annotations of pods: as the namespace has it, in the mesh, and out of it."""
    yield "as-is", ({}, {})
    if is_linkerd:
        yield "linkerd", ({}, {"linkerd.io/inject": "enabled"})
        yield "bare", ({}, {"linkerd.io/inject": "disabled"})
    else:
        yield "sidecar", ({"sidecar.istio.io/inject": "true"}, {})
        yield "ambient", ({"istio.io/dataplane-mode": "ambient", "sidecar.istio.io/inject": "false"}, {})
        yield "bare", ({"istio.io/dataplane-mode": "none", "sidecar.istio.io/inject": "false"}, {})


def _services(resources: Iterable[Resource]) -> Iterator[tuple[str, str]]:
    """Services of its own namespace that an object names as a host or in a reference, as namespace and name."""
    found: dict[tuple[str, str], None] = {}
    for resource in resources:
        spec = resource.get("spec")
        for key, value in _fields(spec.value if spec is not None else None):
            host = value if key in _HOSTS and isinstance(value, str) else ""
            named = service_name(resolve_host(host, resource.namespace)) if host else None
            if named is not None and named.namespace == resource.namespace:
                found[named.namespace, named.name] = None
    yield from found


def _selected(resources: Iterable[Resource]) -> Iterator[_Labels]:
    """The sets of labels that something selects, without the sources that Cilium writes before them."""
    for resource in resources:
        for key, value in _fields(resource.root.value):
            if key in _SELECTS and isinstance(value, dict) and value:
                texts = [(_bare(name), text) for name, text in value.items() if isinstance(text, str)]
                if len(texts) == len(value):
                    yield tuple(texts)


def _bare(name: object) -> str:
    source, _, rest = str(name).partition(":")
    return rest or source


def _ports(resources: Iterable[Resource]) -> list[int]:
    texts = (str(value) for one in resources for key, value in _fields(one.root.value) if key in _PORTS)
    found = (int(text) for text in texts if text.isascii() and text.isdigit() and 0 < int(text) < 65536)
    return list(islice(dict.fromkeys((*found, 8080, 8081)), _MOST))


def _accounts(resource: Resource) -> Iterator[str]:
    for _, value in _fields(resource.root.value):
        if isinstance(value, dict) and value.get("kind") == SERVICE_ACCOUNT.name:
            yield str(value.get("name", "default"))


def _addresses(resources: Iterable[Resource]) -> Iterator[str]:
    """The first address of each network that is named."""
    for resource in resources:
        for key, value in _fields(resource.root.value):
            if key in _NETWORKS and isinstance(value, str):
                try:
                    yield str(ip_network(value, strict=False).network_address)
                except ValueError:
                    continue


def _fields(value: object, name: str = "") -> Iterator[tuple[str, object]]:
    """Every field below a value with the name that it has; items of a list have that of the list."""
    if not isinstance(value, list):
        yield name, value
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _fields(inner, str(key))
    elif isinstance(value, list):
        for item in value:
            yield from _fields(item, name)


def _object(version: str, kind: str, name: str, namespace: str = "", **spec: object) -> dict[str, object]:
    metadata = {"name": name, **({"namespace": namespace} if namespace else {})}
    return {"apiVersion": version, "kind": kind, "metadata": metadata, **({"spec": spec} if spec else {})}


def _service(namespace: str, name: str, ports: list[int], labels: dict[str, str]) -> dict[str, object]:
    listed = [{"name": f"http-{port}", "port": port} for port in ports]
    return _object("v1", "Service", name, namespace, selector=labels, ports=listed)


def _pod(address: str) -> dict[str, object]:
    name = "at-" + address.replace(".", "-").replace(":", "-")
    containers = [{"name": "app", "image": "app"}]
    return {
        **_object("v1", "Pod", name, _ELSEWHERE, containers=containers),
        "status": {"phase": "Running", "podIP": address},
    }


def _deployment(
    namespace: str, name: str, labels: Mapping[str, str], marks: _Marks, offer: tuple[list[int], str]
) -> dict[str, object]:
    more, annotations = marks
    ports, account = offer
    containers = [{"name": "app", "image": "app", "ports": [{"containerPort": port} for port in ports]}]
    template = {
        "metadata": {"labels": {**labels, **more}, "annotations": annotations},
        "spec": {"serviceAccountName": account, "containers": containers},
    }
    return _object("apps/v1", "Deployment", name, namespace, selector={"matchLabels": labels}, template=template)
