"""namespace-isolation for Linkerd: a Server for each port of the namespace, and nobody in at other ports."""

from collections.abc import Iterator

from service_mesh.generate.intents.security.namespace_isolation.parameters import (
    NamespaceIsolation,
    cast,
    questions,
)
from service_mesh.generate.plan import Command, Plan, Sheet, Step
from service_mesh.generate.questions import CallQuestion
from service_mesh.generate.site import Site
from service_mesh.generate.wording.linkerd import (
    Opening,
    default_policy,
    identities,
    metrics_questions,
    opened_metrics,
    probe_questions,
    restarted,
    route_kind,
)
from service_mesh.generate.wording.observing import ENFORCE, OBSERVE, needs_linkerd_audit, observe_stages

__all__ = ["linkerd"]


def linkerd(asked: NamespaceIsolation, site: Site) -> Plan:
    """Servers first; then the policy of all other ports, which proxies read when they are created."""
    if asked.observe:
        needs_linkerd_audit(site)
    namespace = asked.namespace
    look = f"what no policy took is logged: kubectl logs -n {namespace} deploy/NAME -c linkerd-proxy, linkerd viz authz"
    own = metrics_questions(asked.server.text, asked.monitoring, site) if asked.monitoring is not None else ()
    return Plan(
        steps=tuple(_steps(asked, site)),
        questions=(*questions(asked, site), *probe_questions(asked.server), *_others(asked), *own),
        cast=cast(asked, site),
        stages=observe_stages((look,), "refuses everybody else") if asked.observe else (),
        prerequisites=(
            "callers are known by their certificates: those outside of the mesh are refused",
            "no other Server selects one of these ports: of two, the older counts",
        ),
        verify=(
            f"linkerd viz authz -n {namespace} deploy",
            f"linkerd diagnostics policy -n {namespace} deploy/NAME {asked.ports[0]}",
        ),
        notes=tuple(_notes(asked)),
    )


def _steps(asked: NamespaceIsolation, site: Site) -> Iterator[Step]:
    found = (*_openings(asked, site), *_metrics(asked, site))
    reader = asked.monitoring
    known = identities((reader,), site.linkerd_identities) if reader is not None and reader.has_proxy else ()
    values = {"openings": found, "namespace": asked.namespace, "identities": known, "route_kind": route_kind(site)}
    for number, stage in enumerate((OBSERVE, ENFORCE) if asked.observe else ("",), 1):
        is_first = stage == OBSERVE
        told = {**values, "audit": is_first, "scraper": None if is_first else reader}
        name = f"{number:02}-{stage}.yaml" if stage else "namespace-isolation.yaml"
        undo = "kubectl apply -f 01-observe.yaml" if stage == ENFORCE else ""
        yield Sheet(name, "linkerd/openings.yaml.j2", told, stage, undo=undo)
        yield default_policy(asked.namespace, "audit" if is_first else "deny", stage)
        yield Command(restarted(asked.namespace), stage)


def _openings(asked: NamespaceIsolation, site: Site) -> Iterator[Opening]:
    known = tuple(identities((asked.inside, *asked.callers), site.linkerd_identities))
    for port in asked.ports:
        why = "The namespace itself gets in, and who else is named: a Server refuses whoever no policy lets in."
        yield Opening(why, f"isolated-{port}", asked.namespace, port, identities=known)


def _metrics(asked: NamespaceIsolation, site: Site) -> Iterator[Opening]:
    if asked.monitoring is not None:
        yield from opened_metrics(asked.monitoring, asked.namespace, site)


def _others(asked: NamespaceIsolation) -> Iterator[CallQuestion]:
    port = next(number for number in range(1024, 1100) if number not in asked.ports)
    place = f"{asked.server.text}:{port}"
    why = "a port that is not named"
    yield CallQuestion(why=why, source="next-door/client", destination=place, is_allowed=False)


def _notes(asked: NamespaceIsolation) -> Iterator[str]:
    listed = ", ".join(str(port) for port in asked.ports)
    yield f"ports other than {listed} are closed to the namespace itself too: name in `ports` what its workloads serve"
    yield "the annotation is read when a proxy is created: restart the workloads after rolling back as well"
    yield "probes over HTTP get in by themselves, those over gRPC are refused: give them a Server"
    yield "policies add up: one of allow-calls at these Servers lets further callers in and keeps none of these out"
