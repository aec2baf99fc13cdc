"""allow-calls for Linkerd: a Server for the port, routes for requests, and policies that let identities in."""

from service_mesh.generate.intents.security.allow_calls.parameters import AllowCalls, cast, questions, stages
from service_mesh.generate.plan import Plan, Sheet
from service_mesh.generate.site import Site
from service_mesh.generate.wording.linkerd import identities, matches, route_kind
from service_mesh.generate.wording.observing import needs_linkerd_audit, staged_sheets
from service_mesh.generate.wording.surroundings import probe

__all__ = ["linkerd"]

_TEMPLATE = "linkerd/allow-calls.yaml.j2"


def linkerd(asked: AllowCalls, site: Site) -> Plan:
    """Callers by identity; requests by routes of their own, since a policy of the Server would let every request in."""
    if asked.observe:
        needs_linkerd_audit(site)
    namespace, name, port = asked.to.namespace, asked.to.name, asked.to.port
    values = {
        "asked": asked,
        "server": f"{name}-{port}",
        "selector": site.selector(asked.to),
        "identities": identities(asked.callers, site.linkerd_identities),
        "routes": [{"hostnames": list(call.hosts), "matches": matches(call)} for call in asked.calls],
        "route_kind": route_kind(site),
        "audit": False,
    }
    plain = Sheet("allow-calls.yaml", _TEMPLATE, values)
    staged = staged_sheets(_TEMPLATE, {**values, "audit": True}, values)
    look = f"linkerd viz authz -n {namespace} deploy/{name}: what no policy took is listed under the audit policy"
    probes = (probe(f"{namespace}/{name}:{port}", path) for path in asked.probes)
    return Plan(
        steps=staged if asked.observe else (plain,),
        questions=(*questions(asked, site), *probes),
        cast=cast(asked, site),
        stages=stages(asked, (look,)),
        prerequisites=("callers are known by their certificates: those outside of the mesh are refused",),
        verify=(
            f"linkerd viz authz -n {namespace} deploy/{name}",
            f"linkerd diagnostics policy -n {namespace} deploy/{name} {port}",
        ),
        notes=tuple(_notes(asked)),
    )


def _notes(asked: AllowCalls) -> list[str]:
    found = [f"other ports than {asked.to.port} keep the namespace's default policy"]
    if asked.calls and not asked.probes:
        found.append("with routes at the Server, probes over HTTP need one too: name their paths in `probes`")
    return found
