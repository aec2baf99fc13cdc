"""Asks about a call to a host with everything that routes make of it, for decision tables."""

from typing import NamedTuple

from service_mesh.mesh.view import MeshView
from service_mesh.operations.parties import destination_of, source_of
from service_mesh.posture.access.layers import Layer
from service_mesh.posture.access.routed import Answers, Asked, answers
from tests.posture.tables.asking import chain_of, manifest, request_of
from tests.support.scene import deployment

__all__ = ["Said", "asked", "front", "missing", "said", "virtual_service", "workload"]


class Said(NamedTuple):
    """What comes of a call.

    Attributes:
        verdicts: Verdict and deciding layer of every call that it may come to, each once.
        chain: Where the route layer of these leads, each place once.
        reached: Whom it reaches, each once; nobody where the proxy sends it nowhere.
    """

    verdicts: str
    chain: list[str]
    reached: list[str]


def asked(mesh: MeshView, question: str) -> Answers:
    """The answers to `CLIENT > DESTINATION [METHOD PATH [HOST] [NAME=VALUE ...]]`, in the words of `check_access`."""
    client, _, rest = question.partition(" > ")
    place, _, request = rest.partition(" ")
    source = source_of(mesh, client)
    called = destination_of(mesh, place, source.ends[0].namespace)
    told = request_of(request)
    return answers(mesh, Asked(source.ends[0], called.targets, called.protocol, told, called.is_tls, called.addressed))


def said(mesh: MeshView, question: str) -> Said:
    """The same in short."""
    verdicts: dict[str, None] = {}
    chain: dict[str, None] = {}
    reached: dict[str, None] = {}
    for call, found in asked(mesh, question).calls:
        layer = found.deciding.layer.value if found.deciding is not None else ""
        verdicts[f"{found.verdict.value} {layer}".rstrip()] = None
        routes = [one.decision for one in found.layers if one.layer is Layer.ROUTE]
        chain.update(dict.fromkeys(place for one in routes for place in chain_of(one.chain)))
        if all(one.verdict.value == "allowed" for one in routes):
            reached[f"{call.server.text.removeprefix('Deployment ')}:{call.port}"] = None
    return Said(" | ".join(verdicts), list(chain), list(reached))


def missing(mesh: MeshView, question: str) -> list[str]:
    """What would settle a question."""
    found = asked(mesh, question)
    texts = (*found.missing, *(text for _, one in found.calls for text in one.missing))
    return list(dict.fromkeys(texts))


def workload(title: str, labels: str = "") -> str:
    """A workload with a Service before it, of HTTP at port 80."""
    return f"{deployment(title, labels)}---\n{front(title)}"


def front(title: str, ports: str = "{name: http, port: 80, targetPort: 8080}", app: str = "") -> str:
    """A Service of HTTP before a workload."""
    chosen = app or title.partition("/")[2]
    return manifest("v1/Service", title, f"clusterIP: 10.0.0.9, selector: {{app: {chosen}}}, ports: [{ports}]")


def virtual_service(title: str, inside: str, metadata: str = "") -> str:
    """A VirtualService."""
    return manifest("networking.istio.io/v1/VirtualService", title, inside, metadata)
