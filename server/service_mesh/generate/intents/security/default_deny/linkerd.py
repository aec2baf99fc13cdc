"""default-deny for Linkerd: the policy that proxies begin with, and Servers for what goes on being reached."""

from collections.abc import Iterator

from service_mesh.generate.intent import InexpressibleError
from service_mesh.generate.intents.security.default_deny.parameters import DefaultDeny, behind, cast, questions
from service_mesh.generate.plan import Command, Gap, Plan, Sheet, Step
from service_mesh.generate.site import Site
from service_mesh.generate.wording.linkerd import (
    Opening,
    awaited,
    default_policy,
    identities,
    linkerd_values,
    metrics_questions,
    opened_metrics,
    probe_questions,
    restarted,
    route_kind,
    shared,
)
from service_mesh.generate.wording.observing import ENFORCE, OBSERVE, needs_linkerd_audit, observe_stages

__all__ = ["linkerd"]

_TEMPLATE = "linkerd/openings.yaml.j2"
_BEFORE = "proxy.defaultInboundPolicy=all-unauthenticated"


def linkerd(asked: DefaultDeny, site: Site) -> Plan:
    """Servers first; then the policy, which proxies read when they are created."""
    if asked.egress:
        raise InexpressibleError(_EGRESS)
    if asked.namespace is None and asked.monitoring is not None:
        raise InexpressibleError(_MONITORING)
    if asked.namespace is not None and any(asked.covers(one) for one in asked.gateways):
        raise InexpressibleError(_GATEWAY)
    if asked.observe:
        needs_linkerd_audit(site)
    look = (
        "requests that would be refused are logged by the proxies and counted:"
        f" kubectl logs -n {asked.namespace or 'NAMESPACE'} deploy/NAME -c linkerd-proxy, linkerd viz authz"
    )
    own = metrics_questions(asked.server.text, asked.monitoring, site) if asked.monitoring is not None else ()
    return Plan(
        steps=tuple(_steps(asked, site)),
        questions=(*questions(asked, site), *probe_questions(asked.server), *own),
        cast=cast(asked, site),
        stages=observe_stages((look,), "refuses everybody else") if asked.observe else (),
        prerequisites=tuple(_prerequisites(asked)),
        verify=(
            f"linkerd viz authz -n {asked.namespace or 'NAMESPACE'} deploy",
            f"linkerd diagnostics policy -n {asked.namespace or 'NAMESPACE'} deploy/NAME PORT",
        ),
        notes=(*_notes(asked), *shared(_opened(asked, site))),
    )


def _prerequisites(asked: DefaultDeny) -> Iterator[str]:
    yield "every port that is meant to be called has a Server and a policy, see the intent allow-calls"
    if asked.gateways:
        yield "gateways are in the mesh: they are known by their identity"


def _steps(asked: DefaultDeny, site: Site) -> Iterator[Step]:
    for number, stage in enumerate((OBSERVE, ENFORCE) if asked.observe else ("",), 1):
        prefix = f"{number:02}-" if stage else ""
        if (sheet := _openings(asked, site, prefix, stage)) is not None:
            yield sheet
        if number == 1:
            yield from _open(asked, stage)
        yield from _closed(asked, "audit" if stage == OBSERVE else "deny", prefix, stage)


def _open(asked: DefaultDeny, stage: str) -> Iterator[Step]:
    """Gateways get a policy of their own, and have it before the others change."""
    for namespace in dict.fromkeys(one.namespace for one in asked.gateways if asked.covers(one)):
        yield default_policy(namespace, "all-unauthenticated", stage)
        yield Command(restarted(namespace), stage)
        yield Command(awaited(namespace), stage)


def _closed(asked: DefaultDeny, policy: str, prefix: str, stage: str) -> Iterator[Step]:
    if asked.namespace is None:
        values = {"policy": policy}
        yield linkerd_values(
            "linkerd/default-policy-values.yaml.j2", _BEFORE, values=values, number=prefix, stage=stage
        )
    else:
        yield default_policy(asked.namespace, policy, stage)
        yield Command(restarted(asked.namespace), stage)


def _openings(asked: DefaultDeny, site: Site, prefix: str, stage: str) -> Sheet | None:
    found = tuple(_opened(asked, site))
    values: dict[str, object] = {
        "openings": found,
        "audit": stage == OBSERVE,
        "namespace": asked.namespace,
        "scraper": asked.monitoring if stage != OBSERVE else None,
        "identities": (),
        "route_kind": route_kind(site),
    }
    if asked.monitoring is not None and asked.monitoring.has_proxy:
        values["identities"] = identities((asked.monitoring,), site.linkerd_identities)
    name = f"{prefix}{stage}.yaml" if stage else "default-deny.yaml"
    return Sheet(name, _TEMPLATE, values, stage) if found or values["scraper"] is not None else None


def _opened(asked: DefaultDeny, site: Site) -> Iterator[Opening]:
    for workload, gateways in behind(asked).values():
        yield Opening(
            f"What comes through the gateway goes on reaching {workload.name}.",
            f"{workload.name}-{workload.port}",
            workload.namespace,
            workload.port,
            site.selector(workload),
            tuple(identities(gateways, site.linkerd_identities)),
            policy=f"{workload.name}-{workload.port}-gateways",
        )
    if asked.monitoring is not None and asked.namespace is not None:
        yield from opened_metrics(asked.monitoring, asked.namespace, site)


def _notes(asked: DefaultDeny) -> Iterator[str]:
    if asked.namespace is None:
        yield "pods without an annotation take the new policy as soon as the control plane has it, without a restart"
        yield "namespaces and workloads with an annotation of their own keep their policy; the control plane does too"
    else:
        yield "the annotation is read when a proxy is created: restart the workloads after rolling back as well"
    yield "probes over HTTP get in by themselves, those over gRPC are refused: give them a Server"
    yield "ports in skip-inbound-ports pass the proxy by, and are not closed"
    for gateway in asked.gateways:
        if asked.covers(gateway):
            labels = ", ".join(f"{key}={value}" for key, value in gateway.selector.items()) or "those of gateways"
            yield f"all of namespace {gateway.namespace} stays open, pods with other labels than {labels} as well"


_EGRESS = Gap(
    "calls that leave the pods: policies of Linkerd are asked by whoever is called",
    "leave `egress` away; a NetworkPolicy with egress refuses them, an EgressNetwork those that leave the cluster",
)
_GATEWAY = Gap(
    "a gateway in the namespace that is closed: its annotation is for all pods of it",
    "leave the gateway away, and give its pod template config.linkerd.io/default-inbound-policy: all-unauthenticated,"
    " which wins over that of the namespace",
)
_MONITORING = Gap(
    "who reads metrics in the whole mesh at once: a Server finds pods of its own namespace alone",
    "close one namespace after the other, each with its `namespace`; linkerd viz allow-scrapes does it for linkerd-viz",
)
