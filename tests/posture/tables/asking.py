"""Asks one question about a mesh written as YAML: a row of a table is a call, what is said of it, and the chain."""

import re
from ipaddress import ip_address

from service_mesh.mesh.ports import port_to
from service_mesh.mesh.selection import services_of
from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Note
from service_mesh.posture.access.calls import Call
from service_mesh.posture.access.engine import Answer, answer
from service_mesh.posture.kubernetes.ends import End, Entity, of_entity, of_workload, outside
from service_mesh.posture.requests import HttpRequest
from tests.support.scene import the

__all__ = ["asked", "chain_of", "manifest", "request_of", "said"]

_CALL = re.compile(
    r"(?P<client>\S+) > (?P<own>pod:)?(?P<server>\S+):(?P<port>\d+)(/(?P<protocol>\w+))?( (?P<request>.*))?"
)
"""`CLIENT > SERVER:PORT`, with `pod:` before a server whose own address is called; then the request, if any."""


def manifest(kind: str, title: str, inside: str, metadata: str = "") -> str:
    """A document: `group/version/Kind`, `namespace/name`, and its `spec` or `data` as the inside of a flow map."""
    api, _, own = kind.rpartition("/")
    home, _, name = title.rpartition("/")
    place = f"name: {name}{f', namespace: {home}' if home else ''}{f', {metadata}' if metadata else ''}"
    part = "data" if own == "ConfigMap" else "spec"
    return f"apiVersion: {api}\nkind: {own}\nmetadata: {{{place}}}\n{part}: {{{inside}}}\n"


def asked(mesh: MeshView, call: str) -> Answer:
    """The engine's answer to a call; a client addresses the first Service that leads there, where there is one."""
    match = _CALL.fullmatch(call)
    assert match is not None, call
    server, port = _end(mesh, match["server"]), int(match["port"])
    workload = None if match["own"] else server.workload
    leading = services_of(mesh, workload) if workload is not None else ()
    service = next((one for one in leading if workload and port_to(one, workload, port) is not None), None)
    protocol = (match["protocol"] or "tcp").upper()
    told = Call(_end(mesh, match["client"]), server, port, protocol, service, request_of(match["request"] or ""))
    return answer(mesh, told)


def said(mesh: MeshView, call: str) -> tuple[str, list[str]]:
    """Verdict, transport and deciding layer in one text, and the chain: the edge's where no layer decides."""
    found = asked(mesh, call)
    parts = found.verdict.value, found.edge.transport.value, found.deciding.layer.value if found.deciding else ""
    return " ".join(filter(None, parts)), chain_of(
        found.deciding.decision.chain if found.deciding else found.edge.chain
    )


def chain_of(chain: tuple[Note, ...]) -> list[str]:
    """Where a chain leads: kind, name and pointer of every link."""
    return [f"{note.node.resource.title} {note.node.pointer}".strip() for note in chain]


def _end(mesh: MeshView, text: str) -> End:
    if "/" in text:
        return of_workload(the(mesh, text))
    if text[0].isdigit():
        return outside(ip_address(text))
    return outside(host=text) if "." in text else outside() if text == "outside" else of_entity(Entity(text))


def request_of(text: str) -> HttpRequest:
    """`METHOD PATH [HOST] [NAME=VALUE ...]`."""
    words = [word for word in text.split() if "=" not in word or word.startswith("/")]
    headers = dict(word.split("=", 1) for word in text.split() if word not in words)
    method, path, host = (*words, None, None, None)[:3]
    return HttpRequest(method, path, host, headers)
