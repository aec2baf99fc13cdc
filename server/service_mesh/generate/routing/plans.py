"""Routes of a Service as a plan: its files, what they need, and whom they are for."""

from collections.abc import Iterable, Iterator

from service_mesh.generate.dialects import Dialect
from service_mesh.generate.plan import Plan, Stage
from service_mesh.generate.questions import Question
from service_mesh.generate.routing.asking import Asking
from service_mesh.generate.routing.files import RouteSheet, prerequisites_of, props_of, route_steps, verify_of
from service_mesh.generate.routing.played_listener import played_listener
from service_mesh.generate.routing.rules import Split

__all__ = ["routes_plan"]


def routes_plan(
    asking: Asking,
    sheets: tuple[RouteSheet, ...],
    questions: Iterable[Question],
    *,
    stages: tuple[Stage, ...] = (),
    prerequisites: tuple[str, ...] = (),
    notes: tuple[str, ...] = (),
) -> Plan:
    """The plan of routes.

    Args:
        asking: The Service, and where its routes are written for.
        sheets: The files.
        questions: What has to hold after them.
        stages: The steps of a rollout.
        prerequisites: What has to be there, beside the Service and whoever reads routes.
        notes: What whoever applies it has to know, beside whom routes are for.

    Raises:
        InexpressibleError: The dialect has no routes between workloads, or not in this release.
    """
    site, subject = asking.site, asking.subject
    splits = tuple(_splits(sheets))
    return Plan(
        steps=route_steps(site, subject, sheets),
        questions=tuple(questions),
        cast=tuple(asking.cast(splits)),
        props=(*props_of(site), *played_listener(site, subject)),
        stages=stages,
        prerequisites=(*prerequisites_of(site, subject), *_others(splits), *prerequisites),
        verify=tuple(verify_of(site, subject)),
        notes=(*notes, *_across(splits), _READERS[site.dialect]),
    )


def _splits(sheets: Iterable[RouteSheet]) -> Iterator[Split]:
    for rule in (rule for sheet in sheets for rule in sheet.rules):
        yield from rule.splits
        if rule.mirror is not None:
            yield rule.mirror


def _names(splits: Iterable[Split]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(f"{one.service.text}:{one.service.port}" for one in splits if one.service is not None))


def _others(splits: Iterable[Split]) -> Iterator[str]:
    if names := _names(splits):
        yield f"these Services are there: {', '.join(names)}"


def _across(splits: Iterable[Split]) -> Iterator[str]:
    if _names(splits):
        yield (
            "another Service gets requests with the path and the Host that they were sent with,"
            " and routes of its own are not asked again"
        )


_READERS = {
    Dialect.ISTIO_SIDECAR: "the sidecars of callers read the routes: callers without one are not routed, and requests"
    " through a gateway follow its own routes",
    Dialect.ISTIO_AMBIENT: "the waypoint reads the routes: calls that do not pass it are not routed, such as those from"
    " outside the mesh, from sidecars, and from gateways unless the Service has istio.io/ingress-use-waypoint=true",
    Dialect.LINKERD: "the proxies of callers read the routes: callers without one are not routed, and a ServiceProfile"
    " of the Service would take their place",
    Dialect.GATEWAY_API: "the gateway reads the routes: calls between workloads are not routed",
    Dialect.CILIUM: "every caller in the cluster is routed, by the proxy of its node; requests through a gateway follow"
    " its own routes",
}
