"""allow-calls for Istio: one policy at sidecars; in ambient mode one at ztunnel, and at the waypoint for requests."""

from collections.abc import Iterator
from typing import Any

from service_mesh.generate.dialects import Dialect
from service_mesh.generate.intent import InexpressibleError
from service_mesh.generate.intents.security.allow_calls.parameters import (
    ENFORCE,
    OBSERVE,
    AllowCalls,
    cast,
    questions,
    stages,
)
from service_mesh.generate.parameters.parties import Caller
from service_mesh.generate.parameters.requests import Call
from service_mesh.generate.plan import Gap, Plan, Sheet, Step
from service_mesh.generate.site import Site
from service_mesh.generate.wording.istio import conditions, hosted, operation, sources
from service_mesh.generate.wording.waypoints import waypoint_of

__all__ = ["ambient", "sidecar"]

_TEMPLATE = "istio/allow-calls.yaml.j2"
_LOOK = (
    "requests that a dry-run policy would refuse are logged at debug level and counted:"
    " istioctl proxy-config log deploy/NAME --level rbac:debug, then kubectl logs deploy/NAME -c istio-proxy",
)


def sidecar(asked: AllowCalls, site: Site) -> Plan:
    """One policy at the workload's own proxy."""
    values = _values(asked, site, _rules(asked, site, (asked.to.port,)))
    return _plan(asked, site, _sheets(asked, values), _checked_at(asked.to.namespace, asked.to.name))


def ambient(asked: AllowCalls, site: Site) -> Plan:
    """At ztunnel who may connect; where requests are told apart, the waypoint alone may, and it tells them apart."""
    if asked.observe:
        raise InexpressibleError(_NO_DRY_RUN)
    if not asked.calls:
        values = _values(asked, site, _rules(asked, site, (asked.to.port,)))
        return _plan(asked, site, _sheets(asked, values), "istioctl ztunnel-config policies")
    if not site.has("istio", 1, 22):
        raise InexpressibleError(_NO_TARGET)
    waypoint = waypoint_of(site, asked.to.namespace, asked.to.name)
    through = Caller(namespace=waypoint.namespace, service_account=waypoint.name)
    rule = {"from": sources([through], site.trust_domain), "to": [{"operation": {"ports": [str(asked.to.port)]}}]}
    values = _values(asked, site, _rules(asked, site, ()))
    values |= {"service": asked.to.name, "only_waypoint": [rule]}
    steps = (*waypoint.steps, Sheet("allow-calls.yaml", _TEMPLATE, values))
    return _plan(asked, site, steps, _checked_at(waypoint.namespace, waypoint.name))


def _values(asked: AllowCalls, site: Site, rules: list[dict[str, Any]]) -> dict[str, Any]:
    return {"asked": asked, "selector": site.selector(asked.to), "rules": rules, "dry_run": False, "service": None}


def _rules(asked: AllowCalls, site: Site, ports: tuple[int, ...]) -> list[dict[str, Any]]:
    """One rule for each kind of request: all parts of one have to hold at once."""
    found = []
    for call in asked.calls or (Call(),):
        rule: dict[str, Any] = {"from": sources(asked.callers, site.trust_domain)}
        if said := operation(call, ports):
            rule["to"] = [{"operation": said}]
        if when := conditions(call):
            rule["when"] = when
        found.append(rule)
    return found


def _sheets(asked: AllowCalls, values: dict[str, Any]) -> tuple[Sheet, ...]:
    if not asked.observe:
        return (Sheet("allow-calls.yaml", _TEMPLATE, values),)
    return (
        Sheet("01-observe.yaml", _TEMPLATE, {**values, "dry_run": True}, OBSERVE),
        Sheet("02-enforce.yaml", _TEMPLATE, values, ENFORCE),
    )


def _checked_at(namespace: str, proxy: str) -> str:
    return f"istioctl experimental authz check deploy/{proxy} -n {namespace}"


def _plan(asked: AllowCalls, site: Site, steps: tuple[Step, ...], verify: str) -> Plan:
    return Plan(
        steps=steps,
        questions=tuple(questions(asked, site)),
        cast=cast(asked, site),
        props=tuple(hosted(host for call in asked.calls for host in call.hosts)),
        stages=stages(asked, _LOOK),
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


_NO_TARGET = Gap(
    "requests told apart in ambient mode before Istio 1.22: policies cannot name a Service",
    "leave `calls` away, so that ztunnel decides by identity and port; or take Istio 1.22 or newer",
)
_NO_DRY_RUN = Gap(
    "an observe-only stage in ambient mode: ztunnel takes dry-run policies only behind a switch of istiod, and before"
    " 1.29 enforces them",
    "leave `observe` away, and read `service-mesh preview` and ztunnel's log of connections first",
)
