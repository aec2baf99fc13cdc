"""Stages of rules as the files and commands of a dialect, with what they need around them."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from service_mesh.generate.dialects import Dialect
from service_mesh.generate.intent import InexpressibleError
from service_mesh.generate.plan import Gap, Sheet, Step
from service_mesh.generate.routing import http_route, virtual_service
from service_mesh.generate.routing.destination_rule import subsets_of
from service_mesh.generate.routing.lacking import lacking
from service_mesh.generate.routing.linkerd_routes import is_annotated, linkerd_routes
from service_mesh.generate.routing.rules import RouteRule
from service_mesh.generate.routing.subject import RoutedService
from service_mesh.generate.site import Site
from service_mesh.generate.wording.linkerd import route_kind
from service_mesh.generate.wording.waypoints import waypoint_of
from service_mesh.model.kinds import HTTP_ROUTE, Kind

__all__ = ["NO_MESH", "RouteSheet", "prerequisites_of", "props_of", "route_steps", "verify_of"]

NO_MESH = Gap(
    "routes between workloads: a mesh has to serve the routes of Services",
    "the dialect of the mesh that is in use, whose files are routes of the Gateway API as well",
)
"""What the Gateway API lacks without a mesh."""


@dataclass(frozen=True, slots=True)
class RouteSheet:
    """A file with rules.

    Attributes:
        name: Its name: `02-5-percent.yaml`.
        why: What it does, for the comment at its head.
        rules: The rules.
        stage: The stage it belongs to.
    """

    name: str
    why: str
    rules: tuple[RouteRule, ...]
    stage: str = ""


def route_steps(site: Site, subject: RoutedService, sheets: Iterable[RouteSheet]) -> tuple[Step, ...]:
    """The steps of a dialect: what tells versions apart first, then the routes.

    Raises:
        InexpressibleError: The dialect has no routes between workloads, or not in this release.
    """
    sheets = tuple(sheets)
    if gaps := dict.fromkeys(gap for one in sheets for rule in one.rules for gap in lacking(site, rule.actions)):
        raise InexpressibleError(*gaps)
    before, template, write = _writer(site, subject)
    routes = (Sheet(one.name, template, {**write(one.rules), "why": one.why}, one.stage) for one in sheets)
    return (*before, *routes)


_Written = Callable[[Iterable[RouteRule]], Mapping[str, Any]]


def _writer(site: Site, subject: RoutedService) -> tuple[tuple[Step, ...], str, _Written]:
    """What comes before, the template, and what makes its values."""
    if subject.gateway is not None and site.dialect is not Dialect.GATEWAY_API:
        raise InexpressibleError(_AT_GATEWAY)
    match site.dialect:
        case Dialect.ISTIO_SIDECAR:
            subsets = subsets_of(site, subject)
            return (
                subsets.sheets,
                virtual_service.TEMPLATE,
                lambda rules: virtual_service.virtual_service(site, subject, rules, subsets.names),
            )
        case Dialect.GATEWAY_API if subject.gateway is None:
            raise InexpressibleError(_NO_GATEWAY)
    kind = _kind(site)
    if not site.serves(kind):
        raise InexpressibleError(_NO_ROUTES)
    if (first := _FIRST.get(site.dialect)) is not None and not site.has(*first):
        raise InexpressibleError(_too_old(site.dialect, *first))
    steps: tuple[Step, ...] = http_route.version_services(site, subject)
    if site.dialect is Dialect.ISTIO_AMBIENT:
        steps = (*steps, *waypoint_of(site, subject.service.namespace, subject.service.name).steps)
    write = linkerd_routes if is_annotated(site) else http_route.http_route
    return steps, http_route.TEMPLATE, lambda rules: write(site, subject, rules, kind)


def _kind(site: Site) -> Kind:
    return route_kind(site) if site.dialect is Dialect.LINKERD else HTTP_ROUTE


def prerequisites_of(site: Site, subject: RoutedService) -> tuple[str, ...]:
    """What has to be there before routes are: pods behind the Service, and whoever reads routes."""
    labels = ",".join(f"{name}={value}" for name, value in subject.selector.items())
    of = f", those of {'both' if len(subject.versions) == _PAIR else 'all'} versions" if subject.versions else ""
    port = subject.port_name or subject.target_port
    pods = f"Service {subject.service.text} leads to port {port} of pods with {labels}{of}"
    if site.dialect is Dialect.CILIUM:
        served = "Cilium serves the Gateway API: gatewayAPI.enabled=true and kubeProxyReplacement=true in its values"
        return pods, f"{served}, and the CRDs are installed"
    if site.dialect is Dialect.ISTIO_SIDECAR or _kind(site) != HTTP_ROUTE:
        return (pods,)
    if (gateway := subject.gateway) is not None:
        home = subject.service.namespace
        lets_in = f"lets in routes of namespace {home} for {gateway.host} at port {gateway.port}"
        return pods, f"Gateway {gateway.text} {lets_in}, such as one of ingress-gateway"
    return pods, "the CRDs of the Gateway API are installed"


def verify_of(site: Site, subject: RoutedService) -> Iterator[str]:
    """Commands that show the routes: what the proxies have of them, and the object with its state."""
    namespace, kind = subject.service.namespace, _kind(site)
    new = subject.service.name
    if site.dialect is Dialect.ISTIO_SIDECAR:
        yield f"istioctl proxy-config routes deploy/CLIENT -n NAMESPACE --name {subject.service.port} -o yaml"
        held, name = virtual_service.held_route(site, subject), "virtualservice"
    else:
        if site.dialect is Dialect.ISTIO_AMBIENT:
            waypoint = waypoint_of(site, namespace, subject.service.name)
            yield f"istioctl proxy-config routes deploy/{waypoint.name} -n {waypoint.namespace}"
        held = http_route.held_route(site, subject, kind)
        new = http_route.route_name(site, subject, kind)
        name = "httproute" if kind == HTTP_ROUTE else f"httproute.{kind.group}"
    place = (held.name, held.namespace) if held is not None else (new, namespace)
    yield f"kubectl get {name} {place[0]} -n {place[1]} -o yaml"


def props_of(site: Site) -> tuple[Mapping[str, object], ...]:
    """Settings that routes need and that `prerequisites_of` asks for."""
    if site.dialect is not Dialect.CILIUM:
        return ()
    metadata = {"name": "cilium-config", "namespace": "kube-system"}
    return ({"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": {"enable-gateway-api": "true"}},)


_NO_ROUTES = Gap(
    "routes of the Gateway API: none of its releases that are known goes with it",
    "a newer release",
)
_NO_GATEWAY = Gap(NO_MESH.part, f"gateway, where they come from outside; else {NO_MESH.closest}")
_AT_GATEWAY = Gap(
    "gateway: these files are about requests between workloads",
    "the mesh gateway-api, whose route on a Gateway is read by Istio, Cilium and others alike",
)
_PAIR = 2
_FIRST = {Dialect.CILIUM: ("cilium", 1, 16), Dialect.ISTIO_AMBIENT: ("istio", 1, 22)}
"""Dialect -> the release since which routes of Services are served, by waypoints of Services in ambient mode.

(https://docs.cilium.io/en/v1.16/network/servicemesh/gateway-api/gamma/, https://istio.io/latest/news/releases/1.22.x/announcing-1.22/change-notes/)
"""


def _too_old(dialect: Dialect, _: str, *release: int) -> Gap:
    least = ".".join(str(part) for part in release)
    return Gap(f"routes of Services: {dialect.in_words} serves them since {least}", f"release {least} or newer")
