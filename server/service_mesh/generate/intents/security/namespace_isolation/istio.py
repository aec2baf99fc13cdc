"""namespace-isolation for Istio: one policy by the namespaces of certificates, at proxies and at waypoints alike."""

from collections.abc import Iterator

from service_mesh.generate.dialects import Dialect
from service_mesh.generate.intent import InexpressibleError
from service_mesh.generate.intents.security.namespace_isolation.parameters import (
    NamespaceIsolation,
    cast,
    questions,
)
from service_mesh.generate.plan import Gap, Plan, Sheet
from service_mesh.generate.site import Site
from service_mesh.generate.wording.istio import Allowance, scraping, sources
from service_mesh.generate.wording.observing import ISTIO_LOOK, NO_DRY_RUN, observe_stages, staged_sheets
from service_mesh.generate.wording.waypoints import waypoints_in

__all__ = ["istio"]

_TEMPLATE = "istio/allowances.yaml.j2"


def istio(asked: NamespaceIsolation, site: Site) -> Plan:
    """An ALLOW and no DENY of other namespaces, which would close it to gateways and scrapers for good."""
    is_ambient = site.dialect is Dialect.ISTIO_AMBIENT
    if asked.observe and is_ambient:
        raise InexpressibleError(NO_DRY_RUN)
    waypoints = waypoints_in(site, asked.namespace) if is_ambient else ()
    if waypoints and not site.has("istio", 1, 22):
        raise InexpressibleError(_NO_TARGET)
    verify = "istioctl ztunnel-config policy"
    if not is_ambient:
        verify = f"istioctl experimental authz check deploy/NAME -n {asked.namespace}"
    return Plan(
        steps=_sheets(asked, {"policies": tuple(_policies(asked, site, waypoints)), "dry_run": False}),
        questions=tuple(questions(asked, site)),
        cast=cast(asked, site),
        stages=observe_stages(ISTIO_LOOK, "refuses everybody else") if asked.observe else (),
        prerequisites=(
            "callers are known by their certificates: those outside of the mesh are refused",
            f"every ALLOW policy in {asked.namespace} adds to this one: one for a workload does not narrow it",
        ),
        verify=(f"kubectl get authorizationpolicy -n {asked.namespace}", verify),
        notes=tuple(_notes(asked, site)),
    )


def _sheets(asked: NamespaceIsolation, values: dict[str, object]) -> tuple[Sheet, ...]:
    if not asked.observe:
        return (Sheet("namespace-isolation.yaml", _TEMPLATE, values),)
    return staged_sheets(_TEMPLATE, {**values, "dry_run": True}, values, "kubectl apply -f 01-observe.yaml")


def _policies(asked: NamespaceIsolation, site: Site, waypoints: tuple[str, ...]) -> Iterator[Allowance]:
    rule = {"from": sources((asked.inside, *asked.callers), site.trust_domain)}
    why = "Once an ALLOW policy finds a workload, whatever no ALLOW policy takes is refused."
    yield Allowance(why, "namespace-isolation", asked.namespace, (rule,))
    if waypoints:
        why = "A waypoint is asked by policies that name it alone, and ztunnel lets it in as one of the namespace."
        yield Allowance(why, "namespace-isolation-waypoint", asked.namespace, (rule,), gateways=waypoints)
    if asked.monitoring is not None and asked.monitoring.ports:
        yield scraping(asked.monitoring, asked.namespace, site.trust_domain)


def _notes(asked: NamespaceIsolation, site: Site) -> Iterator[str]:
    yield "gateways in other namespaces are closed out like everybody else, unless `callers` names them"
    if site.dialect is Dialect.ISTIO_SIDECAR:
        yield "probes need no rule: the injected agent asks for them from inside"
        if asked.monitoring is not None:
            yield "metrics of proxies, and those merged into them, are read at port 15020, which no policy closes"
    else:
        yield "probes need no rule: ztunnel lets the kubelet of its node pass"
        yield "a waypoint of the namespace that is made later needs this policy too: generate it again then"
    if asked.monitoring is not None and not asked.monitoring.has_proxy and asked.monitoring.ports:
        yield "where mTLS is strict, a scraper without a proxy is refused before any policy is asked: see strict-mtls"


_NO_TARGET = Gap(
    "a namespace with a waypoint before Istio 1.22: policies cannot name a waypoint, which lets everybody through",
    "take Istio 1.22 or newer, or remove the waypoint",
)
