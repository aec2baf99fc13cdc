"""default-deny for Cilium: a policy that selects everything and lets nobody in, beside those that let somebody in."""

from collections.abc import Iterator

from service_mesh.generate.intent import InexpressibleError
from service_mesh.generate.intents.security.default_deny.parameters import DefaultDeny, behind, cast, questions
from service_mesh.generate.parameters.parties import Workload
from service_mesh.generate.plan import Plan, Sheet
from service_mesh.generate.questions import CallQuestion
from service_mesh.generate.site import Site
from service_mesh.generate.wording.cilium import LAX_NETWORK, endpoints
from service_mesh.generate.wording.observing import CILIUM_AUDIT
from service_mesh.generate.wording.surroundings import NEIGHBOUR

__all__ = ["cilium"]


def cilium(asked: DefaultDeny, site: Site) -> Plan:
    """Policies add up, so that their order does not matter but while they are applied: who closes comes last."""
    if asked.observe:
        raise InexpressibleError(CILIUM_AUDIT)
    values = {
        "asked": asked,
        "entries": [
            {"to": one, "selector": site.selector(one), "callers": endpoints(gateways)}
            for one, gateways in behind(asked).values()
        ],
        "open": [
            {"gateway": one, "to": [(_endpoint(to, site), to.port) for to in one.to] if asked.egress else []}
            for one in asked.gateways
            if asked.covers(one)
        ],
        "scrapers": endpoints((asked.monitoring,)) if asked.monitoring is not None else (),
        "scraper_inside": asked.egress and asked.monitoring is not None and asked.covers(asked.monitoring),
    }
    kind = "ciliumnetworkpolicy" if asked.namespace else "ciliumclusterwidenetworkpolicy"
    where = f" -n {asked.namespace}" if asked.namespace else ""
    return Plan(
        steps=(Sheet("default-deny.yaml", "cilium/default-deny.yaml.j2", values),),
        questions=(*questions(asked, site), *_leaving(asked)),
        cast=cast(asked, site),
        prerequisites=("every call that is meant to go on has a policy, see the intent allow-calls",),
        verify=(f"kubectl get {kind} default-deny{where} -o yaml", f"hubble observe --verdict DROPPED{where}"),
        notes=tuple(_notes(asked)),
    )


def _endpoint(to: Workload, site: Site) -> dict[str, object]:
    return {"matchLabels": {**site.selector(to), "k8s:io.kubernetes.pod.namespace": to.namespace}}


def _leaving(asked: DefaultDeny) -> Iterator[CallQuestion]:
    place = f"{NEIGHBOUR.text}:8080"
    yield CallQuestion(
        why="a call that leaves the pods",
        source=asked.server.text,
        destination=place,
        is_allowed=not asked.egress and asked.namespace is not None,
    )
    yield CallQuestion(
        why="a call that leaves the cluster",
        source=asked.server.text,
        destination="ip:203.0.113.7:443",
        is_allowed=not asked.egress,
    )


def _notes(asked: DefaultDeny) -> Iterator[str]:
    yield "probes need no rule: the kubelet of the pod's own node gets through, other nodes do not"
    if asked.monitoring is not None and not asked.monitoring.ports:
        yield "pods have no proxies whose metrics would be read: name the ports of the workloads in `monitoring.ports`"
    if asked.monitoring is not None and not asked.monitoring.has_proxy:
        yield "that the scraper has no proxy is no matter: its labels tell it from others"
    yield "calls through Cilium's own Gateways have the identity ingress, no pod's: let fromEntities ingress in"
    if asked.egress:
        yield "DNS other than k8s-app=kube-dns in kube-system, such as that of the node, needs a rule of its own"
        yield "a call needs two policies then: one that lets it out of its client, and one that lets it into its server"
    yield LAX_NETWORK
