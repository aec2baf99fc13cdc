"""What intents that close workloads must not cut off, and whom they keep out, as questions speak of it."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from service_mesh.generate.cast import Actor
from service_mesh.generate.dialects import Dialect
from service_mesh.generate.parameters.parties import Scraper
from service_mesh.generate.questions import CallQuestion
from service_mesh.generate.site import Site

__all__ = ["KUBELET", "NEIGHBOUR", "OUTSIDER", "kept", "kept_questions", "probe", "scraper", "scraping_questions"]

NEIGHBOUR = Actor("next-door", "client")
"""A workload of another namespace of the mesh."""

OUTSIDER = Actor("outside-the-mesh", "client", is_meshed=False)
"""A workload of the cluster that is not in the mesh."""

KUBELET = "ip:192.0.2.10"
"""The kubelet as a source: an address of a node, without an identity."""

_DNS = Actor("kube-system", "coredns", {"k8s-app": "kube-dns"}, ports=(53,), protocol="dns", is_meshed=False)
_ISTIOD = Actor("istio-system", "istiod", ports=(15012, 15017), is_meshed=False)
_CONTROL_PLANES: Mapping[Dialect, Actor] = {
    Dialect.ISTIO_SIDECAR: _ISTIOD,
    Dialect.ISTIO_AMBIENT: _ISTIOD,
    Dialect.LINKERD: Actor("linkerd", "linkerd-destination", ports=(8086, 8090), is_meshed=False),
}
"""The control plane, with the port that proxies connect to first; that of Cilium is its agents on the nodes."""


def kept(site: Site) -> Iterator[Actor]:
    """What every workload calls, whatever it is for."""
    yield _DNS
    if site.dialect in _CONTROL_PLANES:
        yield _CONTROL_PLANES[site.dialect]


def kept_questions(client: str, site: Site) -> Iterator[CallQuestion]:
    """Whether a workload goes on resolving names, and its proxy goes on being told what it does."""
    for protocol in ("udp", "tcp"):
        yield CallQuestion(why="DNS", source=client, destination=f"{_DNS.text}:53/{protocol}", is_allowed=True)
    if site.dialect in _CONTROL_PLANES:
        plane = _CONTROL_PLANES[site.dialect]
        place = f"{plane.text}:{plane.ports[0]}"
        yield CallQuestion(why="the control plane", source=client, destination=place, is_allowed=True)


def probe(pod: str, path: str = "/healthz", *, is_allowed: bool | None = True) -> CallQuestion:
    """Whether the kubelet gets its answer over HTTP.

    Args:
        pod: The workload and its port: `shop/cart:8080`.
        path: The path that it asks for.
        is_allowed: As for `CallQuestion`.
    """
    why = "a probe of the kubelet"
    return CallQuestion(why=why, source=KUBELET, destination=pod, is_allowed=is_allowed, method="GET", path=path)


def scraper(asked: Scraper, site: Site) -> Actor:
    """Who reads metrics."""
    return replace(site.caller(asked), is_meshed=asked.has_proxy)


def scraping_questions(asked: Scraper, server: str, port: int, stranger: str, site: Site) -> Iterator[CallQuestion]:
    """Whether metrics are read, by whom they are meant for, and nothing else by them.

    Args:
        asked: Who reads metrics.
        server: The workload that offers them.
        port: A port of it with something else.
        stranger: Somebody who is not let in.
        site: Where it is for.
    """
    reader = scraper(asked, site).text
    is_known = asked.has_proxy or site.dialect is Dialect.CILIUM  # which knows pods without a proxy as well
    for number in asked.ports:
        for why, source, is_allowed in (
            ("metrics", reader, True),
            ("metrics, asked for by another workload", stranger, not is_known),
        ):
            yield CallQuestion(
                why=why,
                source=source,
                destination=f"{server}:{number}",
                is_allowed=is_allowed,
                method="GET",
                path="/metrics",
            )
    yield CallQuestion(why="what is no metrics", source=reader, destination=f"{server}:{port}", is_allowed=False)
