"""What intents that close workloads must not cut off, as questions speak of it: DNS, the control plane, outsiders."""

from collections.abc import Iterator, Mapping

from service_mesh.generate.cast import Actor
from service_mesh.generate.dialects import Dialect
from service_mesh.generate.questions import CallQuestion

__all__ = ["CONTROL_PLANES", "DNS", "NEIGHBOUR", "OUTSIDER", "dns_questions"]

NEIGHBOUR = Actor("next-door", "client")
"""A workload of another namespace of the mesh."""

OUTSIDER = Actor("outside-the-mesh", "client", is_meshed=False)
"""A workload of the cluster that is not in the mesh."""

DNS = Actor("kube-system", "coredns", {"k8s-app": "kube-dns"}, ports=(53,), protocol="dns", is_meshed=False)
"""The DNS of the cluster."""

CONTROL_PLANES: Mapping[Dialect, Actor] = {
    Dialect.ISTIO_SIDECAR: Actor("istio-system", "istiod", ports=(15012, 15017), is_meshed=False),
    Dialect.ISTIO_AMBIENT: Actor("istio-system", "istiod", ports=(15012, 15017), is_meshed=False),
    Dialect.LINKERD: Actor("linkerd", "linkerd-destination", ports=(8086, 8090), is_meshed=False),
}
"""The control plane, with the port that proxies connect to first; that of Cilium is its agents on the nodes."""


def dns_questions(client: str) -> Iterator[CallQuestion]:
    """Whether a workload goes on resolving names."""
    for protocol in ("udp", "tcp"):
        yield CallQuestion(why="DNS", source=client, destination=f"{DNS.text}:53/{protocol}", is_allowed=True)
