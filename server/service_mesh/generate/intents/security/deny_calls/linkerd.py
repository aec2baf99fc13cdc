"""deny-calls for Linkerd, whose policies only let in: requests that are refused get a route that lets nobody in."""

from service_mesh.generate.intent import InexpressibleError
from service_mesh.generate.intents.security.deny_calls.parameters import (
    DenyCalls,
    cast,
    questions,
    stages,
    written_by_clients,
)
from service_mesh.generate.plan import Gap, Plan, Sheet
from service_mesh.generate.site import Site
from service_mesh.generate.wording.linkerd import identities, matches, route_kind
from service_mesh.generate.wording.observing import needs_linkerd_audit, staged_sheets
from service_mesh.mesh.workloads import workloads_in
from service_mesh.model.kinds import NAMESPACE
from service_mesh.posture.linkerd.policy import DEFAULT_POLICY, InboundPolicy, cluster_default, default_policy
from service_mesh.posture.linkerd.servers import governing

__all__ = ["linkerd"]

_TEMPLATE = "linkerd/deny-calls.yaml.j2"


def linkerd(asked: DenyCalls, site: Site) -> Plan:
    """A Server with two routes: one for what is refused, and one for the rest, which everybody is let in by."""
    if asked.callers:
        raise InexpressibleError(_CALLERS)
    if asked.observe:
        needs_linkerd_audit(site)
    _needs_open_port(asked, site)
    namespace, name, port = asked.to.namespace, asked.to.name, asked.to.port
    values = {
        "asked": asked,
        "server": f"{name}-{port}",
        "selector": site.selector(asked.to),
        "excepted": identities(asked.except_for, site.linkerd_identities),
        "routes": [{"hostnames": list(call.hosts), "matches": matches(call)} for call in asked.calls],
        "route_kind": route_kind(site),
        "audit": False,
    }
    staged = staged_sheets(_TEMPLATE, {**values, "audit": True}, values)
    look = f"linkerd viz authz -n {namespace} deploy/{name}: what no policy took is listed under the audit policy"
    return Plan(
        steps=staged if asked.observe else (Sheet("deny-calls.yaml", _TEMPLATE, values),),
        questions=tuple(questions(asked, site)),
        cast=cast(asked, site),
        stages=stages(asked, (look,)),
        prerequisites=(
            f"no policy lets in to all Servers of namespace {namespace}: it would open the refused requests again",
        ),
        verify=(
            f"linkerd viz authz -n {namespace} deploy/{name}",
            f"linkerd diagnostics policy -n {namespace} deploy/{name} {port}",
        ),
        notes=tuple(_notes(asked)),
    )


def _needs_open_port(asked: DenyCalls, site: Site) -> None:
    """Hold the port to what the route for the rest says: no Server, and a default policy that lets everybody in."""
    namespace, name, port = asked.to.namespace, asked.to.name, asked.to.port
    held = next((one for one in workloads_in(site.view, namespace) if one.resource.name == name), None)
    if held is not None and not governing(site.view, held, port).is_default:
        raise InexpressibleError(_SERVER)
    found = default_policy(site.view, held, port) if held is not None else cluster_default(site.view)
    around = site.view.find(NAMESPACE, "", namespace) if held is None else None
    said = around.annotations.get(DEFAULT_POLICY) if around is not None else None
    if (said or found.policy) not in (InboundPolicy.ALL_UNAUTHENTICATED, InboundPolicy.UNKNOWN):
        raise InexpressibleError(_CLOSED)


def _notes(asked: DenyCalls) -> list[str]:
    port = asked.to.port
    found = [
        f"port {port} is opened to everybody for the rest, as the default policy all-unauthenticated does, and for"
        " requests alone: connections that are no HTTP are refused",
    ]
    if any(call.paths for call in asked.calls):
        found.append("paths are compared as they are sent: // and %2F make another path, which gets through")
    return [*found, *written_by_clients(asked.calls)]


_CALLERS = Gap(
    "callers that are refused: Linkerd's policies only let in",
    "name everybody else who calls (intent allow-calls); addresses can be left out by a NetworkAuthentication's"
    " `except`",
)
_CLOSED = Gap(
    "the rest left as it is where the default inbound policy is not all-unauthenticated: beside routes it no longer"
    " counts",
    "name who may call, and with which requests (intent allow-calls)",
)
_SERVER = Gap(
    "requests that are refused on a port that has a Server already: a port has one Server, and its policies let in",
    "give that Server a route for these requests without a policy, and one for the rest with the policies it has now",
)
