"""allow-calls for Istio: one policy at sidecars; in ambient mode one at ztunnel, and at the waypoint for requests."""

from collections.abc import Iterator
from typing import Any

from service_mesh.generate.dialects import Dialect
from service_mesh.generate.intent import InexpressibleError
from service_mesh.generate.intents.security.allow_calls.parameters import AllowCalls, cast, questions, stages
from service_mesh.generate.parameters.parties import Caller
from service_mesh.generate.parameters.requests import Call
from service_mesh.generate.plan import Plan, Sheet, Step
from service_mesh.generate.site import Site
from service_mesh.generate.wording.istio import checked_at, hosted, request_rule, sources
from service_mesh.generate.wording.observing import ISTIO_LOOK, NO_DRY_RUN, staged_sheets
from service_mesh.generate.wording.waypoints import waypoint_of

__all__ = ["ambient", "sidecar"]

_TEMPLATE = "istio/allow-calls.yaml.j2"


def sidecar(asked: AllowCalls, site: Site) -> Plan:
    """One policy at the workload's own proxy."""
    values = _values(asked, site, _rules(asked, site, (asked.to.port,)))
    return _plan(asked, site, _sheets(asked, values), checked_at(asked.to.namespace, asked.to.name))


def ambient(asked: AllowCalls, site: Site) -> Plan:
    """At ztunnel who may connect; where requests are told apart, the waypoint alone may, and it tells them apart."""
    if asked.observe:
        raise InexpressibleError(NO_DRY_RUN)
    if not asked.calls:
        values = _values(asked, site, _rules(asked, site, (asked.to.port,)))
        return _plan(asked, site, _sheets(asked, values), "istioctl ztunnel-config policies")
    waypoint = waypoint_of(site, asked.to.namespace, asked.to.name)
    through = Caller(namespace=waypoint.namespace, service_account=waypoint.name)
    rule = {"from": sources([through], site.trust_domain), "to": [{"operation": {"ports": [str(asked.to.port)]}}]}
    values = _values(asked, site, _rules(asked, site, ()))
    values |= {"service": asked.to.name, "only_waypoint": [rule]}
    steps = (*waypoint.steps, Sheet("allow-calls.yaml", _TEMPLATE, values))
    return _plan(asked, site, steps, checked_at(waypoint.namespace, waypoint.name))


def _values(asked: AllowCalls, site: Site, rules: list[dict[str, Any]]) -> dict[str, Any]:
    return {"asked": asked, "selector": site.selector(asked.to), "rules": rules, "dry_run": False, "service": None}


def _rules(asked: AllowCalls, site: Site, ports: tuple[int, ...]) -> list[dict[str, Any]]:
    """One rule for each kind of request: all parts of one have to hold at once."""
    origin = sources(asked.callers, site.trust_domain)
    return [request_rule(origin, call, ports) for call in asked.calls or (Call(),)]


def _sheets(asked: AllowCalls, values: dict[str, Any]) -> tuple[Sheet, ...]:
    if not asked.observe:
        return (Sheet("allow-calls.yaml", _TEMPLATE, values),)
    return staged_sheets(_TEMPLATE, {**values, "dry_run": True}, values)


def _plan(asked: AllowCalls, site: Site, steps: tuple[Step, ...], verify: str) -> Plan:
    return Plan(
        steps=steps,
        questions=tuple(questions(asked, site)),
        cast=cast(asked, site),
        props=tuple(hosted(host for call in asked.calls for host in call.hosts)),
        stages=stages(asked, ISTIO_LOOK),
        prerequisites=(
            "callers are known by their certificates: those outside of the mesh are refused",
            f"every ALLOW policy that finds {asked.to.text} adds to this one, and a DENY policy wins over it",
        ),
        verify=(verify,),
        notes=tuple(_notes(asked, site)),
    )


def _notes(asked: AllowCalls, site: Site) -> Iterator[str]:
    yield f"ports other than {asked.to.port} are closed by it too, unless another ALLOW policy opens them"
    why = "ztunnel lets the kubelet of its node pass"
    if site.dialect is Dialect.ISTIO_SIDECAR:
        why = "the injected agent asks for them from inside"
    yield from (f"probes of {path} need no rule: {why}" for path in asked.probes)
