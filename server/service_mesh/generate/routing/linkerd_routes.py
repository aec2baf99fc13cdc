"""Rules as HTTPRoutes for Linkerd, where retries and timeouts are annotations: they hold for all rules of a route.

Rules with annotations of their own stand in routes of their own, beside the one that takes everything: without that
one, the proxy would answer what no rule takes with 404.
(https://linkerd.io/2-edge/reference/retries/, https://linkerd.io/2-edge/reference/timeouts/)
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from service_mesh.generate.dialects import Dialect
from service_mesh.generate.held import metadata_of, spec_of
from service_mesh.generate.routing.actions import Actions
from service_mesh.generate.routing.http_route import parent_of, rule_of
from service_mesh.generate.routing.http_route_actions import annotations
from service_mesh.generate.routing.overlay import GATEWAY_API, laid_over
from service_mesh.generate.routing.rules import Match, RouteRule, Split
from service_mesh.generate.routing.subject import RoutedService
from service_mesh.generate.site import Site
from service_mesh.mesh.service_routes import routes_on
from service_mesh.model.kinds import SERVICE, Kind
from service_mesh.model.resource import Resource

__all__ = ["is_annotated", "linkerd_routes"]

_FIRST = (24, 8, 2)
_DOMAINS = ("retry.linkerd.io/", "timeout.linkerd.io/")
_LONGEST = 63
_OURS = ("-retries", "-timeout")


def is_annotated(site: Site) -> bool:
    """Whether retries and timeouts are annotations of routes, as they are since Linkerd 2.16."""
    return site.dialect is Dialect.LINKERD and site.has("linkerd", *_FIRST)


def linkerd_routes(site: Site, subject: RoutedService, rules: Iterable[RouteRule], kind: Kind) -> Mapping[str, Any]:
    """What the template writes: `metadata` and `spec` of the first route, and `more` routes.

    Args:
        site: Where it is written for.
        subject: The Service.
        rules: The rules, in their order.
        kind: The kind of the routes.
    """
    listed = tuple(rules)
    common = next((annotations(one.actions) for one in listed if not one.matches), {})
    apart = [one for one in listed if one.matches and annotations(one.actions) not in ({}, common)]
    main = _main(site, subject, kind)
    there = spec_of(main).get("rules") if main is not None else None
    plain = rule_of(RouteRule((Split(),)), subject)
    kept = [rule_of(one, subject, is_annotated=True) for one in listed if one not in apart]
    held = (laid_over(kept, there, plain, GATEWAY_API) if kept else there) or [plain]
    kept_annotations = _told(main) | dict(common)
    found = []
    for one in apart:
        laid = laid_over([rule_of(one, subject, is_annotated=True)], held, plain, GATEWAY_API)
        metadata = {
            "name": _name(subject, one),
            "namespace": subject.service.namespace,
            "annotations": kept_annotations | dict(annotations(one.actions)),
        }
        new = [rule for rule in laid if rule not in held]
        found.append({"metadata": metadata, "spec": {"parentRefs": [parent_of(subject)], "rules": new}})
        held = [rule for rule in held if rule in laid]
    routes = found
    if main is None or held != there or common:
        routes = [_changed(main, subject, held, common), *found]
    return {**routes[0], "more": routes[1:], "kind": kind}


def _main(site: Site, subject: RoutedService, kind: Kind) -> Resource | None:
    """The route on the Service that is there and was not made for some of the requests alone."""
    service = site.view.find(SERVICE, subject.service.namespace, subject.service.name)
    attached = routes_on(site.view, service, (kind,)) if service is not None else ()
    own = (one.route for one in attached if one.port in (None, subject.service.port))
    here = [one for one in own if one.namespace == subject.service.namespace and not one.name.endswith(_OURS)]
    return next(iter(here), None)


def _changed(
    main: Resource | None, subject: RoutedService, rules: list[dict[str, Any]], told: Mapping[str, str]
) -> dict[str, Any]:
    if main is None:
        metadata: dict[str, Any] = {"name": subject.service.name, "namespace": subject.service.namespace}
        spec: dict[str, Any] = {"parentRefs": [parent_of(subject)]}
    else:
        metadata, spec = metadata_of(main), spec_of(main)
    if told:
        metadata["annotations"] = {**metadata.get("annotations", {}), **told}
    return {"metadata": metadata, "spec": {**spec, "rules": rules}}


def _told(main: Resource | None) -> dict[str, str]:
    """The retries and timeouts of the route that is there: requests that leave it keep them."""
    held = main.annotations if main is not None else {}
    return {name: str(text) for name, text in held.items() if name.startswith(_DOMAINS)}


def _name(subject: RoutedService, rule: RouteRule) -> str:
    """`cart-items-retries`: told apart by what the rule is for, so that rules for other requests keep their routes."""
    suffix = _suffix(rule.actions)
    parts = (subject.service.name, *dict.fromkeys(_slug(one) for one in rule.matches[:1]))
    head = "-".join(part for part in parts if part)[: _LONGEST - len(suffix)].rstrip("-")
    return f"{head}{suffix}"


def _slug(match: Match) -> str:
    return re.sub(r"[^a-z0-9]+", "-", (match.exact or match.prefix).lower()).strip("-")


def _suffix(actions: Actions) -> str:
    retries, timeout = _OURS
    return retries if actions.retries is not None else timeout
