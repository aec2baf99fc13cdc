"""default-deny for Istio: a policy that lets nobody in, after policies for those who go on getting in."""

from collections.abc import Iterator, Mapping
from typing import Any

from service_mesh.generate.cast import Actor
from service_mesh.generate.dialects import Dialect
from service_mesh.generate.intent import InexpressibleError
from service_mesh.generate.intents.security.default_deny.parameters import DefaultDeny, behind, cast, questions
from service_mesh.generate.plan import Gap, Plan, Sheet
from service_mesh.generate.questions import CallQuestion
from service_mesh.generate.site import Site
from service_mesh.generate.wording.istio import Allowance, scraping, sources
from service_mesh.generate.wording.observing import ISTIO_LOOK, NO_DRY_RUN, observe_stages, staged_sheets
from service_mesh.mesh.workloads import workloads_in
from service_mesh.model.kinds import AUTHORIZATION_POLICY

__all__ = ["istio"]

_TEMPLATE = "istio/allowances.yaml.j2"
_KNOWN = Actor("known", "client")


def istio(asked: DefaultDeny, site: Site) -> Plan:
    """An ALLOW without rules, last, so that nobody is cut off while the file is applied."""
    if asked.egress:
        raise InexpressibleError(_EGRESS)
    if asked.observe and site.dialect is Dialect.ISTIO_AMBIENT:
        raise InexpressibleError(NO_DRY_RUN)
    values = {"policies": tuple(_policies(asked, site)), "dry_run": False}
    place = asked.namespace or site.root_namespace
    actors = (*cast(asked, site), *(() if asked.namespace else (_KNOWN,)))
    verify = "istioctl ztunnel-config policy"
    if site.dialect is Dialect.ISTIO_SIDECAR:
        verify = f"istioctl experimental authz check deploy/NAME -n {asked.namespace or 'NAMESPACE'}"
    return Plan(
        steps=_sheets(asked, values),
        questions=(*questions(asked, site), *_agent(asked, site), *_kept(asked)),
        cast=actors,
        props=() if asked.namespace else tuple(_allowed_already(actors, site)),
        stages=observe_stages(ISTIO_LOOK, "refuses everybody else") if asked.observe else (),
        prerequisites=tuple(_prerequisites(asked)),
        verify=(f"kubectl get authorizationpolicy -n {place}", verify),
        notes=tuple(_notes(asked, site)),
    )


def _sheets(asked: DefaultDeny, values: Mapping[str, object]) -> tuple[Sheet, ...]:
    if not asked.observe:
        return (Sheet("default-deny.yaml", _TEMPLATE, values),)
    return staged_sheets(_TEMPLATE, {**values, "dry_run": True}, values, "kubectl apply -f 01-observe.yaml")


def _policies(asked: DefaultDeny, site: Site) -> Iterator[Allowance]:
    place = asked.namespace or site.root_namespace
    for workload, gateways in behind(asked).values():
        rule = {
            "from": sources(gateways, site.trust_domain),
            "to": [{"operation": {"ports": [str(workload.port)]}}],
        }
        why = f"What comes through the gateway goes on reaching {workload.name}."
        name = f"gateways-to-{workload.name}-{workload.port}"
        yield Allowance(why, name, workload.namespace, (rule,), site.selector(workload))
    for gateway in asked.gateways:
        if asked.covers(gateway):
            why = "Clients outside go on reaching the gateway: who may do what is asked behind it."
            name = f"open-{gateway.service_account or 'gateways'}"
            yield Allowance(why, name, gateway.namespace, ({},), gateway.selector)
    if asked.monitoring is not None and asked.monitoring.ports:
        yield scraping(asked.monitoring, place, site.trust_domain)
    yield Allowance(
        "An ALLOW policy without rules takes no request: what no other one takes is refused.", "default-deny", place
    )


def _prerequisites(asked: DefaultDeny) -> Iterator[str]:
    where = f"namespace {asked.namespace}" if asked.namespace else "the mesh"
    yield f"every call in {where} that is meant to go on has an ALLOW policy, see the intent allow-calls"
    if asked.namespace is None:
        yield "gateways that are not named in `gateways` are closed too, those for egress and between clusters as well"
    if asked.gateways:
        yield "gateways are in the mesh: they are known by their certificates"


def _notes(asked: DefaultDeny, site: Site) -> Iterator[str]:
    if site.dialect is Dialect.ISTIO_SIDECAR:
        yield "probes need no rule: the injected agent asks for them from inside"
        if asked.monitoring is not None:
            yield "metrics of proxies, and those merged into them, are read at port 15020, which no policy closes"
    else:
        yield "probes need no rule: ztunnel lets the kubelet of its node pass"
        yield "ztunnel refuses waypoints as well: what goes through one needs an ALLOW policy for its identity"
    if asked.monitoring is not None and not asked.monitoring.has_proxy and asked.monitoring.ports:
        yield "where mTLS is strict, a scraper without a proxy is refused before any policy is asked: see strict-mtls"
    yield "workloads without a proxy, and ports that pass theirs by, are not closed: that takes a NetworkPolicy"


def _agent(asked: DefaultDeny, site: Site) -> Iterator[CallQuestion]:
    """The port of the injected agent, where it answers for probes and metrics."""
    if site.dialect is Dialect.ISTIO_SIDECAR:
        place = f"{asked.server.text}:15020"
        yield CallQuestion(why="probes and merged metrics", source="external", destination=place, is_allowed=True)


def _kept(asked: DefaultDeny) -> Iterator[CallQuestion]:
    """Calls that policies of a namespace take already, where the whole mesh is closed."""
    if asked.namespace is None:
        place = f"{asked.server.text}:{asked.server.port}"
        why = "a call that an ALLOW policy takes already"
        yield CallQuestion(why=why, source=_KNOWN.text, destination=place, is_allowed=True)


def _allowed_already(actors: tuple[Actor, ...], site: Site) -> Iterator[Mapping[str, Any]]:
    """An ALLOW policy for each workload that is played: without any, closing the whole mesh is an outage.

    Those that are there are judged by the policies that they have.
    """
    rule = {"from": [{"source": {"principals": [f"{site.trust_domain}/ns/{_KNOWN.namespace}/sa/{_KNOWN.name}"]}}]}
    for actor in actors:
        held = {one.resource.name for one in workloads_in(site.view, actor.namespace)}
        if actor.is_meshed and actor.name not in held:
            selector = {"matchLabels": dict(actor.labels) or {"app": actor.name}}
            yield {
                "apiVersion": site.api(AUTHORIZATION_POLICY),
                "kind": "AuthorizationPolicy",
                "metadata": {"name": f"calls-of-known-to-{actor.name}", "namespace": actor.namespace},
                "spec": {"selector": selector, "action": "ALLOW", "rules": [rule]},
            }


_EGRESS = Gap(
    "calls that leave the pods: policies of Istio are asked by whoever is called",
    "leave `egress` away; a NetworkPolicy with egress refuses them, and REGISTRY_ONLY in a Sidecar those to hosts that"
    " the mesh does not know, for pods that do not get around their proxy",
)
