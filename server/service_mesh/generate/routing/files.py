"""Stages of rules as the files and commands of a dialect, with what they need around them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from service_mesh.generate.dialects import Dialect
from service_mesh.generate.intent import InexpressibleError
from service_mesh.generate.plan import Gap, Sheet, Step
from service_mesh.generate.routing import http_route, virtual_service
from service_mesh.generate.routing.destination_rule import subsets_of
from service_mesh.generate.routing.rules import RouteRule
from service_mesh.generate.routing.subject import RoutedService
from service_mesh.generate.site import Site
from service_mesh.generate.wording.linkerd import route_kind
from service_mesh.generate.wording.waypoints import waypoint_of
from service_mesh.model.kinds import HTTP_ROUTE

__all__ = ["RouteSheet", "props_of", "route_steps"]


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
    before, template, write = _writer(site, subject)
    routes = (Sheet(one.name, template, {**write(one.rules), "why": one.why}, one.stage) for one in sheets)
    return (*before, *routes)


_Written = Callable[[Iterable[RouteRule]], Mapping[str, Any]]


def _writer(site: Site, subject: RoutedService) -> tuple[tuple[Step, ...], str, _Written]:
    """What comes before, the template, and what makes its values."""
    match site.dialect:
        case Dialect.ISTIO_SIDECAR:
            subsets = subsets_of(site, subject)
            return (
                subsets.sheets,
                virtual_service.TEMPLATE,
                lambda rules: virtual_service.virtual_service(site, subject, rules, subsets.names),
            )
        case Dialect.GATEWAY_API:
            raise InexpressibleError(_NO_MESH)
    kind = route_kind(site) if site.dialect is Dialect.LINKERD else HTTP_ROUTE
    if not site.serves(kind):
        raise InexpressibleError(_NO_ROUTES)
    steps: tuple[Step, ...] = http_route.version_services(site, subject)
    if site.dialect is Dialect.ISTIO_AMBIENT:
        steps = (*steps, *waypoint_of(site, subject.service.namespace, subject.service.name).steps)
    return steps, http_route.TEMPLATE, lambda rules: http_route.http_route(site, subject, rules, kind)


def props_of(site: Site) -> tuple[Mapping[str, object], ...]:
    """Settings that routes need and that `prerequisites_of` asks for."""
    if site.dialect is not Dialect.CILIUM:
        return ()
    metadata = {"name": "cilium-config", "namespace": "kube-system"}
    return ({"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": {"enable-gateway-api": "true"}},)


_NO_MESH = Gap(
    "routes between workloads: a mesh has to serve the routes of Services",
    "the dialect of the mesh that is in use",
)
_NO_ROUTES = Gap(
    "routes of the Gateway API: none of its releases that are known goes with it",
    "a newer release",
)
