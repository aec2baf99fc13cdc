"""Rules that a VirtualService hands to a delegate: what istiod makes of both, match by match."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from service_mesh.mesh.view import MeshView
from service_mesh.mesh.virtual_services import is_delegate
from service_mesh.mesh.visibility import visibility
from service_mesh.model.kinds import VIRTUAL_SERVICE
from service_mesh.model.node import Node
from service_mesh.posture.istio.route_matching import Match

__all__ = ["Delegated", "delegated"]

_TEXTS = ("uri", "scheme", "method", "authority")
_MAPS = ("headers", "withoutHeaders", "queryParams")
_FORMS = ("exact", "prefix", "regex")


class Delegated(NamedTuple):
    """A match of a rule with a delegate.

    Attributes:
        node: Where the match stands, at the delegate if it has one.
        rule: The delegate's rule; the rule that delegates where it is missing.
        match: Both matches in one.
        missing: What would have to be loaded to tell what the delegate does; empty where it is known.
    """

    node: Node
    rule: Node
    match: Match
    missing: str = ""


def delegated(mesh: MeshView, rule: Node) -> Iterator[Delegated]:
    """The matches of a rule with a delegate; none where istiod leaves the rule out.

    A delegate that has hosts or is not exported to the route's namespace is none.
    (`istio/istio: pilot/pkg/model/virtualservice.go`, mergeVirtualServicesIfNeeded)

    Args:
        mesh: The objects.
        rule: An entry of `http` with `delegate`.
    """
    route = rule.resource
    name, place = rule.text_at("delegate.name"), rule.text_at("delegate.namespace") or route.namespace
    found = mesh.find(VIRTUAL_SERVICE, place, name, route.cluster)
    own = tuple(_listed(rule)) or (Delegated(rule, rule, {}),)
    if found is None:
        if not mesh.is_complete(place, route.cluster):
            missing = f"the delegate '{place}/{name}' of '{route.title}'"
            yield from (one._replace(missing=missing) for one in own)
        return
    if not is_delegate(found) or not visibility(mesh, found).reaches(route.namespace):
        return
    for inner in found.each("spec.http[]"):
        if "delegate" not in _fields(inner):
            yield from _merged(rule, own, inner)


def _merged(outer: Node, own: tuple[Delegated, ...], inner: Node) -> Iterator[Delegated]:
    """The matches of a delegate's rule; none if one of them lies outside of what is handed on."""
    parts = tuple(_listed(inner))
    if not parts:
        yield from (Delegated(one.node, inner, one.match) for one in own)
        return
    if not tuple(_listed(outer)):
        yield from parts
        return
    pairs = [[one for one in own if not _conflict(one.match, part.match)] for part in parts]
    if all(pairs):
        for part, fitting in zip(parts, pairs, strict=True):
            yield from (part._replace(match=_joined(one.match, part.match)) for one in fitting)


def _listed(rule: Node) -> Iterator[Delegated]:
    for node in rule.each("match[]"):
        if isinstance(node.value, dict):
            yield Delegated(node, rule, node.value)


def _joined(outer: Match, inner: Match) -> Match:
    found = {**outer, **{name: value for name, value in inner.items() if value not in (None, "", [], 0)}}
    for field in (*_MAPS, "sourceLabels"):
        held = {**_map(outer, field), **_map(inner, field)}
        found.pop(field, None)
        if held:
            found[field] = held
    found["ignoreUriCase"] = inner.get("ignoreUriCase") is True
    return found


def _conflict(outer: Match, inner: Match) -> bool:
    """Whether a delegate's match asks for something that the other one does not hand on."""
    if any(_texts_conflict(outer.get(field), inner.get(field)) for field in _TEXTS):
        return True
    for field in _MAPS:
        held = _map(outer, field)
        if any(_texts_conflict(held.get(name), wanted) for name, wanted in _map(inner, field).items()):
            return True
    if (outer.get("ignoreUriCase") is True) != (inner.get("ignoreUriCase") is True):
        return True
    ports = outer.get("port"), inner.get("port")
    if all(ports) and ports[0] != ports[1]:
        return True
    if outer.get("sourceNamespace") and outer.get("sourceNamespace") != inner.get("sourceNamespace"):
        return True
    labels = _map(outer, "sourceLabels")
    if any(labels.get(name, value) != value for name, value in _map(inner, "sourceLabels").items()):
        return True
    return _gateways_conflict(outer.get("gateways"), inner.get("gateways"))


def _gateways_conflict(outer: object, inner: object) -> bool:
    if not isinstance(outer, list) or not isinstance(inner, list) or not outer or not inner:
        return False
    return len(outer) < len(inner) or any(name not in outer for name in inner)


def _texts_conflict(outer: object, inner: object) -> bool:
    """Whether one condition on a text does not lie within another; expressions do so in nothing."""
    if outer is None or inner is None:
        return False
    (form, text), (other, narrow) = _form(outer), _form(inner)
    if "regex" in (form, other):
        return True
    if form == "exact":
        return other == "prefix" or narrow != text
    return form != "prefix" or not other or not narrow.startswith(text)


def _form(wanted: object) -> tuple[str, str]:
    fields = wanted if isinstance(wanted, dict) else {}
    return next(
        ((name, fields[name]) for name in _FORMS if isinstance(fields.get(name), str) and fields[name]), ("", "")
    )


def _map(match: Match, field: str) -> Mapping[str, object]:
    held = match.get(field)
    return held if isinstance(held, dict) else {}


def _fields(node: Node) -> Mapping[str, object]:
    return node.value if isinstance(node.value, dict) else {}
