"""Whether a request meets the rules that a port has for requests."""

from collections.abc import Iterable, Mapping

from service_mesh.mesh.view import MeshView
from service_mesh.model.node import Node
from service_mesh.posture.cilium.names import name_matches
from service_mesh.posture.expressions import matches_whole
from service_mesh.posture.logic import all_of, any_of
from service_mesh.posture.requests import HttpRequest

__all__ = ["admits", "admits_name", "admits_question"]


def admits(rules: Iterable[Node], request: HttpRequest) -> bool | None:
    """Tell whether one of the rules of a decision lets a request pass; without any, every request passes.

    None where a pattern, a secret or a rule for another protocol stands in the way of an answer.
    (`cilium/cilium: pkg/envoy/xds_server.go`, getHTTPRule)

    Args:
        rules: The `rules` of a `Decision`.
        request: The request.
    """
    listed = tuple(rules)
    return any_of(_lets_pass(one, request) for one in listed) if listed else True


def _lets_pass(rules: Node, request: HttpRequest) -> bool | None:
    entries = tuple(rules.each("http[]"))
    if not entries:
        every_name = any(entry.text_at("matchPattern") == "*" for entry in rules.each("dns[]"))
        return True if every_name else None  # other protocols, and names of servers in TLS
    return any_of(_meets(entry, request) for entry in entries)


def _meets(entry: Node, request: HttpRequest) -> bool | None:
    texts = {"method": request.method, "path": request.path, "host": request.host}
    answers = [_is_text(entry.get(name), text) for name, text in texts.items()]
    held = {name.lower(): value for name, value in request.headers.items()}
    answers += [_has_header(header, held) for header in entry.each("headers[]")]
    answers += [_has_value(header, held) for header in entry.each("headerMatches[]")]
    return all_of(answers)


def _is_text(pattern: Node | None, text: str | None) -> bool | None:
    if pattern is None or not pattern.text:
        return True
    return None if text is None else matches_whole(pattern.text, text)


def _has_header(header: Node, held: Mapping[str, str]) -> bool:
    """A header alone has to be there; a name, a blank and a value have to be equal."""
    name, blank, value = header.text.partition(" ")
    key = name.removesuffix(":").lower() if blank else name.lower()
    return held.get(key) == value if blank else key in held


def _has_value(header: Node, held: Mapping[str, str]) -> bool | None:
    name, value, mismatch = header.get("name"), header.get("value"), header.get("mismatch")
    if name is None or (mismatch is not None and mismatch.text):
        return True  # a mismatch that is repaired or logged refuses nothing
    if header.get("secret") is not None:
        return False if name.text.lower() not in held else None
    return held.get(name.text.lower()) == value.text if value is not None and value.text else name.text.lower() in held


def admits_name(mesh: MeshView, rules: Iterable[Node], name: str) -> bool | None:
    """Tell whether one of the rules of a decision lets a DNS name be asked for.

    None where the rules are for another protocol.
    (`cilium/cilium: pkg/fqdn/dnsproxy/proxy.go`)

    Args:
        mesh: The objects.
        rules: The `rules` of a `Decision`.
        name: The name.
    """
    listed = tuple(rules)
    return any_of(_lets_ask(mesh, one, name) for one in listed) if listed else True


def admits_question(mesh: MeshView, rules: Iterable[Node], request: HttpRequest) -> bool | None:
    """Tell whether one of the rules of a decision lets a question to DNS pass, whose name is the host of the request.

    None where the name is not told and not every name passes.
    """
    listed = tuple(rules)
    if any(entry.text_at("matchPattern") == "*" for one in listed for entry in one.each("dns[]")):
        return True
    return None if request.host is None else admits_name(mesh, listed, request.host)


def _lets_ask(mesh: MeshView, rules: Node, name: str) -> bool | None:
    entries = tuple(rules.each("dns[]"))
    return any(name_matches(mesh, entry, name) for entry in entries) if entries else None
