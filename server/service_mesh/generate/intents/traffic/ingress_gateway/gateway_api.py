"""ingress-gateway as a Gateway of the Gateway API, with an HTTPRoute beside the Services of each namespace."""

from collections.abc import Iterator, Mapping
from typing import Any

from service_mesh.generate.dialects import Dialect
from service_mesh.generate.held import free_name, joined, metadata_of, spec_of
from service_mesh.generate.intent import InexpressibleError
from service_mesh.generate.intents.traffic.ingress_gateway import asking
from service_mesh.generate.intents.traffic.ingress_gateway.listeners import listeners, sections, with_listeners
from service_mesh.generate.intents.traffic.ingress_gateway.parameters import Ingress
from service_mesh.generate.plan import Gap, Plan, Sheet, Step
from service_mesh.generate.routing import http_route
from service_mesh.generate.routing.files import props_of
from service_mesh.generate.site import Site
from service_mesh.generate.wording.waypoints import gateways_pass
from service_mesh.model.kinds import GATEWAY_API_GATEWAY, GATEWAY_CLASS, HTTP_ROUTE
from service_mesh.model.resource import Resource

__all__ = ["ingress_gateway"]

_REDIRECT = {"filters[].requestRedirect.scheme": "https"}
_CLASSES = {Dialect.ISTIO_AMBIENT: "istio", Dialect.CILIUM: "cilium"}
_CONTROLLERS = {"istio": "istio.io/gateway-controller", "cilium": "io.cilium/gateway-controller"}
_CILIUM = "Cilium serves the Gateway API: gatewayAPI.enabled=true and kubeProxyReplacement=true in its values"
_FRONTEND = (1, 5)
_WAYPOINTS = (1, 24)
_NO_CLASS = Gap(
    "a Gateway without an implementation: its class says who serves it",
    "give gateway_class, one of `kubectl get gatewayclass`",
)
_NO_ROUTES = Gap("Gateways: none of the Gateway API's releases that are known goes with it", "a newer release")
_NO_SELECTOR = Gap(
    "selector: a Gateway of the Gateway API gets pods of its own",
    "leave it out; for pods that are there take the mesh istio-sidecar, whose files have Istio's own Gateway",
)
_NOT_AMBIENT = Gap("through_waypoints: ambient mode alone has waypoints", "leave it out")
_TOO_OLD_FOR_WAYPOINTS = Gap(
    "through_waypoints: gateways pass waypoints by before Istio 1.24", "Istio 1.24 or newer; or decide at the gateway"
)
_CILIUM_CLIENTS = Gap(
    "tls.client_ca: Cilium's gateway does not ask clients for certificates (cilium/cilium issue 34359)",
    "leave it out, and tell clients apart in the application; or another implementation in front",
)
_OLD_CLIENTS = Gap(
    "tls.client_ca: spec.tls.frontend is in the standard channel since Gateway API 1.5", "Gateway API 1.5 or newer"
)


def ingress_gateway(asked: Ingress, site: Site) -> Plan:
    """A Gateway, what redirects plain HTTP, and the routes.

    Raises:
        InexpressibleError: The implementation, or the release, has no words for it.
    """
    if gaps := tuple(_gaps(asked, site)):
        raise InexpressibleError(*gaps)
    held = site.view.find(GATEWAY_API_GATEWAY, asked.namespace, asked.name)
    served = _class(asked, site, held)
    has_authority = site.dialect is Dialect.ISTIO_AMBIENT
    return Plan(
        steps=tuple(_steps(asked, site, held, served)),
        questions=tuple(asking.questions(asked, _REDIRECT)),
        cast=tuple(asking.cast(asked)),
        props=(
            *props_of(site),
            *_played_class(site, served),
            *asking.certificates(asked, site, has_authority=has_authority, namespace=asked.namespace),
        ),
        prerequisites=(
            f"the CRDs of the Gateway API are installed, and GatewayClass {served} is accepted",
            *((_CILIUM,) if site.dialect is Dialect.CILIUM else ()),
            *asking.needed(asked, has_authority=has_authority, namespace=asked.namespace),
            *(("the Services use a waypoint: istio.io/use-waypoint",) if asked.through_waypoints else ()),
        ),
        verify=(
            f"kubectl wait gateways.gateway.networking.k8s.io/{asked.name} -n {asked.namespace}"
            " --for=condition=Programmed --timeout=120s",
            *(f"kubectl get httproute -n {namespace} -o yaml" for namespace in asked.namespaces),
            *asking.verify(asked),
        ),
        notes=(*asking.notes(asked), *_notes(asked, site)),
    )


def _gaps(asked: Ingress, site: Site) -> Iterator[Gap]:
    if not site.serves(GATEWAY_API_GATEWAY) or not site.serves(HTTP_ROUTE):
        yield _NO_ROUTES
    if asked.selector:
        yield _NO_SELECTOR
    if asked.through_waypoints and site.dialect is not Dialect.ISTIO_AMBIENT:
        yield _NOT_AMBIENT
    elif asked.through_waypoints and not site.has("istio", *_WAYPOINTS):
        yield _TOO_OLD_FOR_WAYPOINTS
    if asked.tls is not None and asked.tls.client_ca is not None:
        if site.dialect is Dialect.CILIUM:
            yield _CILIUM_CLIENTS
        elif site.dialect is Dialect.GATEWAY_API and not site.has("gateway_api", *_FRONTEND):
            yield _OLD_CLIENTS


def _class(asked: Ingress, site: Site, held: Resource | None) -> str:
    """The class that is asked for, that of the Gateway that is there, the usual one, or the only one that is there."""
    there = held.root.text_at("spec.gatewayClassName") if held is not None else ""
    if found := asked.gateway_class or there or _CLASSES.get(site.dialect, ""):
        return found
    classes = tuple(site.view.of_kind(GATEWAY_CLASS))
    if len(classes) != 1:
        raise InexpressibleError(_NO_CLASS)
    return classes[0].name


def _played_class(site: Site, served: str) -> Iterator[Mapping[str, object]]:
    """The class where it is not there: with a mesh it is one of that mesh, whatever it is called."""
    if site.view.find(GATEWAY_CLASS, "", served) is None:
        controller = _CONTROLLERS.get(_CLASSES.get(site.dialect, served), "gateways.example/controller")
        spec = {"controllerName": controller}
        metadata = {"name": served}
        yield {"apiVersion": site.api(GATEWAY_CLASS), "kind": "GatewayClass", "metadata": metadata, "spec": spec}


def _steps(asked: Ingress, site: Site, held: Resource | None, served: str) -> Iterator[Step]:
    metadata = metadata_of(held) if held is not None else {"name": asked.name, "namespace": asked.namespace}
    before = spec_of(held) if held is not None else {}
    ours = listeners(asked, is_istio=site.dialect is Dialect.ISTIO_AMBIENT)
    spec = {**before, "gatewayClassName": served, "listeners": with_listeners(before.get("listeners"), ours)}
    if asked.tls is not None and asked.tls.client_ca is not None and site.dialect is Dialect.GATEWAY_API:
        spec["tls"] = _frontend(before.get("tls"), asked.tls.client_ca)
    why = f"What the gateway serves: {', '.join(asked.hosts)}"
    yield Sheet("gateway.yaml", "gateway-api/gateway.yaml.j2", {"why": why, "metadata": metadata, "spec": spec})
    if asked.is_redirected:
        yield _redirect(asked, site, sections(spec["listeners"], 80, ("",)))
    names = sections(spec["listeners"], asked.port, asked.hosts)
    for namespace in asked.namespaces:
        yield _routes(asked, site, namespace, names)
    if asked.through_waypoints:
        for service in dict.fromkeys((one.service.namespace, one.service.name) for one in asked.routes):
            yield from gateways_pass(site, *service)


def _frontend(there: object, name: str) -> dict[str, Any]:
    """Certificates of clients are asked for by port: a connection may be used for another host of it again."""
    held = dict(there) if isinstance(there, Mapping) else {}
    frontend = held.get("frontend")
    before = dict(frontend) if isinstance(frontend, Mapping) else {}
    checked = {"validation": {"caCertificateRefs": [{"group": "", "kind": "ConfigMap", "name": name}]}}
    ports = before.get("perPort")
    others = [one for one in ports if one.get("port") != 443] if isinstance(ports, list) else []
    default = before.get("default", {})
    return {**held, "frontend": {"default": default, "perPort": [*others, {"port": 443, "tls": checked}]}}


def _redirect(asked: Ingress, site: Site, names: list[str]) -> Sheet:
    """What sends plain HTTP to HTTPS: the route that did it for these hosts is replaced."""
    rule = {"filters": [{"type": "RequestRedirect", "requestRedirect": {"scheme": "https", "statusCode": 301}}]}
    parents = [{"name": asked.name, "sectionName": name} for name in names]
    held = next((one for one in _at_gateway(asked, site, asked.namespace) if _redirects(one)), None)
    name = held.name if held is not None else f"{asked.slug}-redirect"
    free = name if held is not None else free_name(site.view, HTTP_ROUTE, asked.namespace, name)
    spec = {"parentRefs": parents, "hostnames": list(asked.hosts), "rules": [rule]}
    own = {"name": free, "namespace": asked.namespace}
    values = {"why": "Plain HTTP is redirected to HTTPS", "metadata": own, "spec": spec, "kind": HTTP_ROUTE}
    return Sheet("redirect.yaml", http_route.TEMPLATE, values)


def _routes(asked: Ingress, site: Site, namespace: str, names: list[str]) -> Sheet:
    """The route of the hosts at the gateway that is there, or a new one."""
    beside = {} if namespace == asked.namespace else {"namespace": asked.namespace}
    parents = [{"name": asked.name, **beside, "sectionName": name} for name in names]
    rules = [_rule(asked, place) for place, one in enumerate(asked.ordered) if one.service.namespace == namespace]
    held = next((one for one in _at_gateway(asked, site, namespace) if not _redirects(one)), None)
    if held is not None:
        spec = spec_of(held)
        others = [one for one in spec.get("parentRefs", []) if not _is_ours(asked, namespace, one)]
        spec |= {"parentRefs": [*others, *parents], "rules": joined(rules, spec.get("rules"), "matches")}
        metadata = metadata_of(held)
    else:
        spec = {"parentRefs": parents, "hostnames": list(asked.hosts), "rules": rules}
        metadata = {"name": free_name(site.view, HTTP_ROUTE, namespace, asked.slug), "namespace": namespace}
    why = f"Requests that the gateway takes go to Services of {namespace} by their path"
    name = "routes.yaml" if len(asked.namespaces) == 1 else f"routes-{namespace}.yaml"
    return Sheet(name, http_route.TEMPLATE, {"why": why, "metadata": metadata, "spec": spec, "kind": HTTP_ROUTE})


def _rule(asked: Ingress, place: int) -> dict[str, Any]:
    one = asked.ordered[place]
    match = {"matches": [http_route.match_of(one.match)]} if one.match.prefix else {}
    return {**match, "backendRefs": [{"name": one.service.name, "port": one.service.port}]}


def _at_gateway(asked: Ingress, site: Site, namespace: str) -> Iterator[Resource]:
    """The routes of a namespace for just these hosts at the gateway."""
    for route in site.view.of_kind(HTTP_ROUTE):
        is_for_hosts = {node.text for node in route.each("spec.hostnames[]")} == set(asked.hosts)
        parents = spec_of(route).get("parentRefs")
        is_there = isinstance(parents, list) and any(_is_ours(asked, namespace, one) for one in parents)
        if route.namespace == namespace and is_for_hosts and is_there:
            yield route


def _redirects(route: Resource) -> bool:
    return any(node.text == "RequestRedirect" for node in route.each("spec.rules[].filters[].type"))


def _is_ours(asked: Ingress, namespace: str, parent: object) -> bool:
    if not isinstance(parent, Mapping) or parent.get("kind", "Gateway") != "Gateway":
        return False
    return (parent.get("namespace", namespace), parent.get("name")) == (asked.namespace, asked.name)


def _notes(asked: Ingress, site: Site) -> Iterator[str]:
    if asked.tls is not None and len(asked.hosts) > 1:
        yield (
            "the hosts share a certificate: a browser may use one connection for several, whose requests then miss"
            " their listener (404 or 421); a certificate and a Gateway for each host avoid it"
        )
    if asked.through_waypoints:
        yield "that requests pass the waypoints is not proved: the logs of the waypoint show it"
    if asked.tls is not None and asked.tls.client_ca is not None and site.dialect is Dialect.GATEWAY_API:
        yield "clients of every host at port 443 of the gateway have to show a certificate"
        yield "not every implementation reads spec.tls.frontend: GatewayClass status.supportedFeatures names it"
