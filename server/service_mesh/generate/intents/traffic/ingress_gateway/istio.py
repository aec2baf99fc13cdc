"""ingress-gateway as Istio's own Gateway and VirtualService, for pods of its gateway chart."""

from collections.abc import Iterator, Mapping
from typing import Any

from service_mesh.generate.cast import Actor
from service_mesh.generate.held import free_name, joined, metadata_of, spec_of
from service_mesh.generate.intent import InexpressibleError
from service_mesh.generate.intents.traffic.ingress_gateway import asking
from service_mesh.generate.intents.traffic.ingress_gateway.parameters import Ingress
from service_mesh.generate.plan import Gap, Plan, Sheet
from service_mesh.generate.routing import virtual_service
from service_mesh.generate.site import Site
from service_mesh.mesh.gateways import GatewayName
from service_mesh.mesh.selection import selected, services_of
from service_mesh.mesh.workloads import Workload
from service_mesh.model.kinds import GATEWAY, VIRTUAL_SERVICE
from service_mesh.model.resource import Resource
from service_mesh.model.selectors import Selector
from service_mesh.posture.gateways.virtual_hosts import naming

__all__ = ["ingress_gateway"]

_REDIRECT = {"tls.httpsRedirect": True}
_USUAL = {"istio": "ingressgateway"}
_CLASS = Gap(
    "gateway_class: Istio's Gateway finds pods that are there by their labels",
    "selector; or the mesh istio-ambient, whose files have a Gateway of the Gateway API, which sidecars work with too",
)
_WAYPOINTS = Gap("through_waypoints: sidecars have no waypoints", "leave it out: the Services' own sidecars decide")


def ingress_gateway(asked: Ingress, site: Site) -> Plan:
    """A server for each port, and a VirtualService that names the gateway."""
    gaps = [gap for gap, is_asked in ((_CLASS, asked.gateway_class), (_WAYPOINTS, asked.through_waypoints)) if is_asked]
    if gaps:
        raise InexpressibleError(*gaps)
    held = site.view.find(GATEWAY, asked.namespace, asked.name)
    labels = _labels(asked, held)
    running = selected(site.view, Selector(labels), None)
    namespace = running[0].namespace if running else asked.namespace
    pods = ",".join(f"{name}={value}" for name, value in labels.items())
    return Plan(
        steps=(_gateway(asked, held, labels), _routes(asked, site)),
        questions=tuple(asking.questions(asked, _REDIRECT)),
        cast=(*asking.cast(asked), *_proxy(asked, site, labels, running)),
        props=tuple(asking.certificates(asked, site, has_authority=True, namespace=namespace)),
        prerequisites=(
            f"pods of Istio's gateway chart with {pods} run in namespace {namespace}, and a Service leads to them",
            *asking.needed(asked, has_authority=True, namespace=namespace),
        ),
        verify=(f"kubectl get pods -n {namespace} -l {pods}", *_verify(asked, namespace), *asking.verify(asked)),
        notes=tuple(asking.notes(asked)),
    )


def _proxy(asked: Ingress, site: Site, labels: Mapping[str, str], running: tuple[Workload, ...]) -> Iterator[Actor]:
    """The gateway's pods and their Service, as far as they are not there."""
    if any(services_of(site.view, one) for one in running):
        return
    namespace, name = (running[0].namespace, running[0].resource.name) if running else (asked.namespace, asked.name)
    yield Actor(namespace, name, labels, ports=(80, 443), services={asked.name: 80}, is_gateway=True)


def _labels(asked: Ingress, held: Resource | None) -> dict[str, str]:
    there = spec_of(held).get("selector") if held is not None else None
    return dict(asked.selector) or (dict(there) if isinstance(there, Mapping) else {}) or dict(_USUAL)


def _gateway(asked: Ingress, held: Resource | None, labels: Mapping[str, str]) -> Sheet:
    """The Gateway that is there with our servers among its own, or a new one."""
    spec = {**(spec_of(held) if held is not None else {}), "selector": dict(labels)}
    ours = tuple(_servers(asked))
    there = spec.get("servers")
    kept = [one for one in there if _place(one) not in map(_place, ours)] if isinstance(there, list) else []
    spec["servers"] = [*kept, *ours]
    metadata = metadata_of(held) if held is not None else {"name": asked.name, "namespace": asked.namespace}
    values = {"why": f"What the gateway serves: {', '.join(asked.hosts)}", "metadata": metadata, "spec": spec}
    return Sheet("gateway.yaml", "istio/ingress-gateway.yaml.j2", values)


def _servers(asked: Ingress) -> Iterator[dict[str, Any]]:
    if asked.tls is None or asked.tls.redirect:
        plain: dict[str, Any] = {"port": _port(asked, 80, "HTTP"), "hosts": list(asked.hosts)}
        yield {**plain, "tls": {"httpsRedirect": True}} if asked.tls is not None else plain
    if asked.tls is not None:
        mode = "MUTUAL" if asked.tls.client_ca is not None else "SIMPLE"
        tls = {"mode": mode, "credentialName": asked.tls.secret}
        yield {"port": _port(asked, 443, "HTTPS"), "hosts": list(asked.hosts), "tls": tls}


def _port(asked: Ingress, number: int, protocol: str) -> dict[str, Any]:
    """The names of ports differ within a Gateway: of two HTTPS servers with one name istiod keeps the first."""
    return {"number": number, "name": f"{protocol.lower()}-{asked.slug}", "protocol": protocol}


def _place(server: object) -> object:
    """What tells servers apart: the port and the hosts."""
    if not isinstance(server, Mapping):
        return server
    port, hosts = server.get("port"), server.get("hosts")
    number = port.get("number") if isinstance(port, Mapping) else None
    return number, tuple(sorted(map(str, hosts))) if isinstance(hosts, list) else ()


def _routes(asked: Ingress, site: Site) -> Sheet:
    """The VirtualService of the hosts at the gateway that is there, or a new one."""
    rules = [_rule(asked, place) for place in range(len(asked.ordered))]
    named = naming(site.view, "", GatewayName(asked.namespace, asked.name))
    held = next((one for one in named if _hosts(one) == set(asked.hosts)), None)
    if held is not None:
        spec = spec_of(held)
        spec["http"] = joined(rules, spec.get("http"), "match")
        metadata = metadata_of(held)
    else:
        spec = {"hosts": list(asked.hosts), "gateways": [asked.name], "http": rules}
        name = free_name(site.view, VIRTUAL_SERVICE, asked.namespace, asked.slug)
        metadata = {"name": name, "namespace": asked.namespace}
    values = {"why": "Requests that the gateway takes go by their path", "metadata": metadata, "spec": spec}
    return Sheet("routes.yaml", virtual_service.TEMPLATE, values)


def _hosts(route: Resource) -> set[str]:
    return {node.text for node in route.each("spec.hosts[]")}


def _rule(asked: Ingress, place: int) -> dict[str, Any]:
    one = asked.ordered[place]
    match = {"match": list(virtual_service.matches_of(one.match))} if one.match.prefix else {}
    destination = {"host": one.service.host, "port": {"number": one.service.port}}
    return {**match, "route": [{"destination": destination}]}


def _verify(asked: Ingress, namespace: str) -> Iterator[str]:
    yield f"istioctl proxy-config routes POD -n {namespace} -o yaml"
    if asked.tls is not None:
        yield f"istioctl proxy-config secret POD -n {namespace}"
