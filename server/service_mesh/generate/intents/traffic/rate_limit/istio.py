"""rate-limit for Istio: Envoy's own filter, which an EnvoyFilter puts into a sidecar or a gateway."""

from collections.abc import Iterator, Mapping
from typing import Any

from service_mesh.generate.intent import InexpressibleError
from service_mesh.generate.intents.traffic.rate_limit.parameters import UNPROVED, RateLimit, cast, questions
from service_mesh.generate.plan import Gap, Plan, Sheet, Stage
from service_mesh.generate.site import Site
from service_mesh.generate.wording.observing import ENFORCE, OBSERVE, staged_sheets
from service_mesh.model.kinds import GATEWAY

__all__ = ["sidecar"]

_TEMPLATE = "istio/rate-limit.yaml.j2"
_COUNTS = "http_local_rate_limiter.http_local_rate_limit"


def sidecar(asked: RateLimit, site: Site) -> Plan:
    """At the workload's own sidecar, or at the gateway that it is.

    (https://istio.io/latest/docs/tasks/policy-enforcement/rate-limit/#local-rate-limit)
    """
    gaps = tuple(_gaps(asked))
    if gaps:
        raise InexpressibleError(*gaps)
    values: dict[str, Any] = {
        "asked": asked,
        "selector": site.selector(asked.to),
        "burst": asked.burst or asked.requests,
        "share": 100,
    }
    staged = staged_sheets(_TEMPLATE, {**values, "share": 0}, values)
    place = f"deploy/{asked.to.name} -n {asked.to.namespace}"
    return Plan(
        steps=staged if asked.observe else (Sheet("rate-limit.yaml", _TEMPLATE, values),),
        questions=tuple(questions(asked)),
        cast=cast(asked, site),
        props=tuple(_gateway(asked, site)),
        stages=_stages(asked),
        prerequisites=(
            "the port speaks HTTP by its name or appProtocol: connections of other protocols are not counted",
        ),
        verify=(f"istioctl proxy-config listener {place} -o json | grep local_ratelimit",),
        notes=(
            UNPROVED,
            _counted(asked),
            "an EnvoyFilter names parts of Envoy's own configuration: look at it again with every upgrade of Istio",
        ),
    )


def _counted(asked: RateLimit) -> str:
    """Each chain of filters has a bucket of its own."""
    apart = "and each of its listeners" if asked.at_gateway else "and plaintext apart from mutual TLS where both get in"
    return f"each pod counts for itself, {apart}: {asked.requests} for each of them"


def _stages(asked: RateLimit) -> tuple[Stage, ...]:
    if not asked.observe:
        return ()
    look = (
        "the pods have proxyStatsMatcher.inclusionRegexes ['.*http_local_rate_limit.*'] in annotation"
        f" proxy.istio.io/config, and {_COUNTS}.rate_limited stays as low as is meant:"
        f" istioctl experimental envoy-stats POD -n {asked.to.namespace}"
    )
    return (
        Stage(OBSERVE, "counts what would be refused, and refuses nothing", (look,)),
        Stage(ENFORCE, "refuses what is beyond the limit"),
    )


def _gateway(asked: RateLimit, site: Site) -> Iterator[Mapping[str, Any]]:
    """A Gateway that its pods serve, where the surroundings hold none: whoever limits a gateway has one."""
    if asked.at_gateway and not site.view.of_kind(GATEWAY):
        port = {"number": 80, "name": "http", "protocol": "HTTP"}
        spec = {"selector": dict(site.selector(asked.to)), "servers": [{"port": port, "hosts": ["*.example.com"]}]}
        metadata = {"name": "limited", "namespace": asked.to.namespace}
        yield {"apiVersion": "networking.istio.io/v1beta1", "kind": "Gateway", "metadata": metadata, "spec": spec}


def _gaps(asked: RateLimit) -> Iterator[Gap]:
    if asked.per_client or asked.clients:
        yield _NO_CLIENTS


_NO_CLIENTS = Gap(
    "limits for single clients: Envoy's local limit counts all requests of a port together",
    "leave `per_client` and `clients` away, or ask a rate limit service by an EnvoyFilter of your own",
)
