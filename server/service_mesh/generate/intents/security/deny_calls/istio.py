"""deny-calls for Istio: one DENY at sidecars; in ambient mode at ztunnel, and for requests at the waypoint."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from service_mesh.generate.intent import InexpressibleError
from service_mesh.generate.intents.security.deny_calls.parameters import (
    DenyCalls,
    cast,
    questions,
    stages,
    written_by_clients,
)
from service_mesh.generate.parameters.requests import Call
from service_mesh.generate.plan import Gap, Plan, Sheet, Step
from service_mesh.generate.questions import CallQuestion
from service_mesh.generate.site import Site
from service_mesh.generate.wording.gateways import GATEWAY, played_gateway
from service_mesh.generate.wording.istio import checked_at, hosted, others_than, request_rule, sources
from service_mesh.generate.wording.observing import ISTIO_LOOK, NO_DRY_RUN, OBSERVE, staged_sheets
from service_mesh.generate.wording.paths import paths_read_alike
from service_mesh.generate.wording.ports import is_surely_http, needs_http, protocols_at, protocols_of_service
from service_mesh.generate.wording.samples import samples, unlike
from service_mesh.generate.wording.waypoints import (
    around_waypoint,
    gateways_pass,
    played_pod,
    uses_waypoint,
    waypoint_of,
)
from service_mesh.model.kinds import SERVICE

__all__ = ["ambient", "sidecar"]

_TEMPLATE = "istio/deny-calls.yaml.j2"
_NO_REQUESTS = "refuse callers (`callers` without `calls`)"


def sidecar(asked: DenyCalls, site: Site) -> Plan:
    """One policy at the workload's own proxy."""
    protocols = protocols_at(site, asked.to)
    if asked.calls:
        needs_http(protocols, _NO_REQUESTS)
    values = _values(asked, site, _rules(asked, site, () if asked.every_port else (asked.to.port,)))
    notes = _sidecar_notes(asked, is_http=is_surely_http(protocols))
    steps = _sheets(asked, values, values)
    return _plan(asked, site, steps, checked_at(asked.to.namespace, asked.to.name), tuple(notes))


def ambient(asked: DenyCalls, site: Site) -> Plan:
    """Callers at ztunnel; requests at the waypoint, and at ztunnel whoever would get past the waypoint."""
    if not asked.calls and not uses_waypoint(site, asked.to.namespace, asked.to.name):
        return _at_ztunnel(asked, site)
    _needs_one_meaning(asked, site)
    waypoint = waypoint_of(site, asked.to.namespace, asked.to.name)
    values = {**_values(asked, site, _rules(asked, site, ())), "service": asked.to.name}
    ports = () if asked.every_port else (asked.to.port,)
    closed = {**values, "past_waypoint": around_waypoint(site, waypoint, asked.callers, ports)}
    before = (*waypoint.steps, *gateways_pass(site, asked.to.namespace, asked.to.name))
    first = OBSERVE if asked.observe else ""
    steps = (*(replace(step, stage=first) for step in before), *_sheets(asked, values, closed))
    notes = tuple(_ambient_notes(asked, site))
    return _plan(asked, site, steps, checked_at(waypoint.namespace, waypoint.name), notes, by_waypoint=True)


def _at_ztunnel(asked: DenyCalls, site: Site) -> Plan:
    if asked.observe:
        raise InexpressibleError(NO_DRY_RUN)
    values = _values(asked, site, _rules(asked, site, () if asked.every_port else (asked.to.port,)))
    later = "once the Service gets a waypoint, ztunnel sees the waypoint instead of the callers: generate this again"
    return _plan(asked, site, _sheets(asked, values, values), "istioctl ztunnel-config policy", (later,))


def _needs_one_meaning(asked: DenyCalls, site: Site) -> None:
    """Hold a Service to ports of which a policy can mean what is asked: at a waypoint it counts for all of them."""
    if asked.calls:
        needs_http(protocols_of_service(site, asked.to.namespace, asked.to.name), _NO_REQUESTS)
        return
    held = site.view.find(SERVICE, asked.to.namespace, asked.to.name)
    if not asked.every_port and held is not None and len(tuple(held.each("spec.ports[]"))) > 1:
        raise InexpressibleError(_ONE_PORT)


def _values(asked: DenyCalls, site: Site, rules: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "policy": f"deny-calls-{asked.to.name}",
        "namespace": asked.to.namespace,
        "selector": site.selector(asked.to),
        "rules": rules,
        "dry_run": False,
        "service": None,
        "past_waypoint": None,
    }


def _rules(asked: DenyCalls, site: Site, ports: tuple[int, ...]) -> list[dict[str, Any]]:
    """One rule for each kind of request: all parts of one have to hold at once."""
    if any(host.startswith("*") for call in asked.calls for host in call.hosts):
        raise InexpressibleError(_WILDCARD)
    origin: list[dict[str, Any]] = []
    if asked.callers:
        origin = sources(asked.callers, site.trust_domain)
    elif asked.except_for:
        origin = others_than(asked.except_for, site.trust_domain)
    return [request_rule(origin, call, ports) for call in asked.calls or (Call(),)]


def _sheets(asked: DenyCalls, observed: Mapping[str, object], enforced: Mapping[str, object]) -> tuple[Sheet, ...]:
    if not asked.observe:
        return (Sheet("deny-calls.yaml", _TEMPLATE, enforced),)
    return staged_sheets(_TEMPLATE, {**observed, "dry_run": True}, enforced)


def _plan(
    asked: DenyCalls,
    site: Site,
    steps: tuple[Step, ...],
    verify: str,
    notes: tuple[str, ...],
    *,
    by_waypoint: bool = False,
) -> Plan:
    asks_gateway = not by_waypoint or asked.callers or site.has("istio", 1, 24)
    through_gateway = _from_gateway(asked) if asks_gateway else ()
    return Plan(
        steps=steps,
        questions=(*questions(asked, site, closed_past_waypoint=by_waypoint), *through_gateway),
        cast=cast(asked, site),
        props=tuple(_props(asked, site, by_waypoint=by_waypoint)),
        stages=stages(asked, ISTIO_LOOK),
        prerequisites=tuple(_prerequisites(asked, site)),
        verify=(verify,),
        notes=(*notes, *_notes(asked)),
    )


def _props(asked: DenyCalls, site: Site, *, by_waypoint: bool) -> Iterator[Mapping[str, object]]:
    yield from hosted(host for call in asked.calls for host in call.hosts)
    yield from played_gateway()
    if by_waypoint:
        yield played_pod(site, asked.to)


def _from_gateway(asked: DenyCalls) -> Iterator[CallQuestion]:
    """Requests from outside have the identity of the gateway."""
    first, other = next(samples(asked.calls)), unlike(asked.calls) if asked.calls else None
    for sample, is_allowed in ((first, not asked.is_for_everybody), (other, True)):
        if sample is not None:
            yield CallQuestion(
                why="through a gateway",
                source=GATEWAY,
                destination=f"svc:{asked.to.text}:80",
                is_allowed=is_allowed,
                method=sample.method,
                path=sample.path,
                host=sample.host,
                headers=sample.headers,
            )


def _prerequisites(asked: DenyCalls, site: Site) -> Iterator[str]:
    if asked.callers:
        yield (
            "callers are known by their certificates: what one of them sends in plaintext is not refused, so the"
            " workload has to be strict (intent strict-mtls)"
        )
    if any(call.paths for call in asked.calls):
        yield from paths_read_alike(site)
    if any(path.exact and not path.exact.endswith("/") for call in asked.calls for path in call.paths):
        yield "with a slash behind it an exact path is another one: refuse that too, if the server reads both alike"


def _sidecar_notes(asked: DenyCalls, *, is_http: bool) -> Iterator[str]:
    if asked.calls and not is_http:
        yield (
            f"port {asked.to.port} has to be HTTP to the proxy (named http-… or grpc-… in the Service, or by"
            " appProtocol): where a connection is no HTTP, a DENY loses methods, paths, hosts and headers, and what is"
            " left of it refuses the connection"
        )


def _ambient_notes(asked: DenyCalls, site: Site) -> Iterator[str]:
    who = "the callers" if asked.callers else "everybody"
    where = "every port" if asked.every_port else f"port {asked.to.port}"
    yield (
        f"ztunnel refuses {who} on {where} past the waypoint: at the address of a pod, from a client with a sidecar"
        f"{'' if asked.callers else ', and in plaintext but for the kubelet of the node'}"
    )
    protocols = protocols_of_service(site, asked.to.namespace, asked.to.name)
    if asked.calls and not is_surely_http(protocols):
        yield (
            f"the policy counts for every port of Service {asked.to.name}: on those that are no HTTP it loses methods,"
            " paths, hosts and headers, and what is left of it refuses connections"
        )
    if not site.has("istio", 1, 24):
        yield "gateways go past the waypoint before Istio 1.24: bind a policy to the gateway as well"


def _notes(asked: DenyCalls) -> Iterator[str]:
    if asked.except_for:
        yield "who has no certificate is no exception; requests from outside come with the identity of the gateway"
    yield from written_by_clients(asked.calls)


_WILDCARD = Gap(
    "hosts with a wildcard that are refused: `*.example.com` does not match a host with a port behind it, which routes"
    " take all the same",
    "name the hosts one by one: each is refused with any port behind it",
)
_ONE_PORT = Gap(
    "one port of a Service with several, behind a waypoint: there a policy counts for all ports of the Service",
    "refuse the callers on all of them (`every_port`), or put the port into a Service of its own",
)
