"""rate-limit for Linkerd: an HTTPLocalRateLimitPolicy for a Server."""

from collections.abc import Iterator

from service_mesh.generate.intent import InexpressibleError
from service_mesh.generate.intents.traffic.rate_limit.parameters import (
    UNPROVED,
    Interval,
    RateLimit,
    cast,
    questions,
)
from service_mesh.generate.plan import Gap, Plan, Sheet
from service_mesh.generate.site import Site
from service_mesh.mesh.workloads import Workload, workloads_in
from service_mesh.model.kinds import HTTP_LOCAL_RATE_LIMIT_POLICY, NAMESPACE
from service_mesh.model.resource import Resource
from service_mesh.posture.linkerd.policy import DEFAULT_POLICY, cluster_default, default_policy, parsed_policy
from service_mesh.posture.linkerd.servers import governing

__all__ = ["linkerd"]


def linkerd(asked: RateLimit, site: Site) -> Plan:
    """For the Server that the port has, or a new one that lets in whom the port let in before."""
    gaps = tuple(_gaps(asked, site))
    if gaps:
        raise InexpressibleError(*gaps)
    server, place = _server(asked, site), f"-n {asked.to.namespace} deploy/{asked.to.name}"
    values = {
        "asked": asked,
        "server": server.name if server is not None else f"{asked.to.name}-{asked.to.port}-limited",
        "is_new": server is None,
        "selector": site.selector(asked.to),
        "policy": _default(asked, site),
    }
    return Plan(
        steps=(Sheet("rate-limit.yaml", "linkerd/rate-limit.yaml.j2", values),),
        questions=tuple(questions(asked)),
        cast=cast(asked, site),
        prerequisites=tuple(_prerequisites(asked, server)),
        verify=(
            f"kubectl get httplocalratelimitpolicy {asked.to.name} -n {asked.to.namespace} -o yaml",
            f"linkerd diagnostics policy {place} {asked.to.port}",
        ),
        notes=tuple(_notes(asked)),
    )


def _held(asked: RateLimit, site: Site) -> Workload | None:
    found = (one for one in workloads_in(site.view, asked.to.namespace) if one.resource.name == asked.to.name)
    return next(found, None)


def _server(asked: RateLimit, site: Site) -> Resource | None:
    held = _held(asked, site)
    return governing(site.view, held, asked.to.port).server if held is not None else None


def _default(asked: RateLimit, site: Site) -> str:
    """Whom the port lets in while no Server governs it; a Server without a word for it would refuse everybody."""
    held = _held(asked, site)
    if held is not None:
        return default_policy(site.view, held, asked.to.port).policy
    namespace = site.view.find(NAMESPACE, "", asked.to.namespace)
    own = namespace.annotations.get(DEFAULT_POLICY) if namespace is not None else None
    policy = parsed_policy(site.view, str(own)) if own is not None else None
    return policy or cluster_default(site.view).policy


def _prerequisites(asked: RateLimit, server: Resource | None) -> Iterator[str]:
    if server is None:
        yield (
            f"no Server is for port {asked.to.port} of these pods yet, since the older one would count alone:"
            f" kubectl get servers.policy.linkerd.io -n {asked.to.namespace}"
        )
    yield "the port speaks HTTP: connections of other protocols are not counted"


def _notes(asked: RateLimit) -> Iterator[str]:
    yield UNPROVED
    yield f"each pod counts for itself: with more pods, {asked.requests} for each of them"
    yield "probes of the kubelet on that port pass the proxy, and are counted with the rest"
    if asked.per_client:
        yield "clients without an identity share one limit"


def _gaps(asked: RateLimit, site: Site) -> Iterator[Gap]:
    if not site.serves(HTTP_LOCAL_RATE_LIMIT_POLICY):
        yield _BEFORE
    if asked.at_gateway:
        yield _NO_GATEWAY
    if asked.interval is not Interval.SECOND:
        yield _NO_INTERVAL
    if asked.burst is not None:
        yield _NO_BURST
    if asked.observe:
        yield _NO_STAGE


_BEFORE = Gap("a rate limit before Linkerd 2.17", "take 2.17 (edge-24.11.8) or newer, for its HTTPLocalRateLimitPolicy")
_NO_GATEWAY = Gap(
    "a gateway: Linkerd has none of its own", "name the ingress controller's workload, and leave `at_gateway` away"
)
_NO_INTERVAL = Gap("a limit for a minute or an hour: rates are those of a second", "give `requests` for a second")
_NO_BURST = Gap("a burst of its own: it follows from the rate", "leave `burst` away")
_NO_STAGE = Gap(
    "an observe-only stage: a policy refuses as soon as it is there",
    "leave `observe` away, and see the rates of the workload first: linkerd viz stat-inbound",
)
