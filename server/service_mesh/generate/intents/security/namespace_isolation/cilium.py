"""namespace-isolation for Cilium: one policy for all endpoints of the namespace; identities are labels."""

from collections.abc import Iterator

from service_mesh.generate.intent import InexpressibleError
from service_mesh.generate.intents.security.namespace_isolation.parameters import (
    NamespaceIsolation,
    cast,
    questions,
)
from service_mesh.generate.plan import Plan, Sheet
from service_mesh.generate.site import Site
from service_mesh.generate.wording.cilium import LAX_NETWORK, endpoints
from service_mesh.generate.wording.observing import CILIUM_AUDIT

__all__ = ["cilium"]


def cilium(asked: NamespaceIsolation, site: Site) -> Plan:
    """An empty selector of endpoints is the namespace of the policy."""
    if asked.observe:
        raise InexpressibleError(CILIUM_AUDIT)
    values = {
        "asked": asked,
        "callers": endpoints(asked.callers),
        "scrapers": endpoints((asked.monitoring,)) if asked.monitoring is not None else (),
    }
    namespace = asked.namespace
    return Plan(
        steps=(Sheet("namespace-isolation.yaml", "cilium/namespace-isolation.yaml.j2", values),),
        questions=tuple(questions(asked, site)),
        cast=cast(asked, site),
        prerequisites=(f"every policy in {namespace} adds to this one: one for a workload does not narrow it",),
        verify=(
            f"kubectl get ciliumnetworkpolicy namespace-isolation -n {namespace} -o yaml",
            f"hubble observe --verdict DROPPED -n {namespace}",
        ),
        notes=tuple(_notes(asked)),
    )


def _notes(asked: NamespaceIsolation) -> Iterator[str]:
    yield "probes need no rule: the kubelet of the pod's own node gets through, other nodes do not"
    yield "calls through Cilium's own Gateways have the identity ingress, no pod's: let fromEntities ingress in"
    if asked.monitoring is not None and not asked.monitoring.ports:
        yield "pods have no proxies whose metrics would be read: name the ports of the workloads in `monitoring.ports`"
    if asked.monitoring is not None and not asked.monitoring.has_proxy:
        yield "that the scraper has no proxy is no matter: its labels tell it from others"
    yield LAX_NETWORK
