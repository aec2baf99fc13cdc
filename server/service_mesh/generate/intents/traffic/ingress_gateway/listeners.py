"""Listeners of a Gateway for hosts, among those that are there."""

from collections.abc import Iterable, Mapping
from typing import Any

from service_mesh.generate.intents.traffic.ingress_gateway.parameters import Ingress
from service_mesh.generate.parameters.gateways import slug_of

__all__ = ["listeners", "sections", "with_listeners"]

_NAME = "kubernetes.io/metadata.name"


def listeners(asked: Ingress, *, is_istio: bool) -> list[dict[str, Any]]:
    """The listeners: one for plain HTTP where it is redirected, and one for each host, which routes are attached to.

    Args:
        asked: What is asked for.
        is_istio: Whether Istio serves them, which takes the authority of clients from the Secret.
    """
    found: list[dict[str, Any]] = []
    if asked.is_redirected:
        found.append({"name": "http", "port": 80, "protocol": "HTTP"})
    protocol = "HTTP" if asked.tls is None else "HTTPS"
    for host in asked.hosts:
        one: dict[str, Any] = {"name": f"{protocol.lower()}-{slug_of(host)}", "hostname": host, "port": asked.port}
        one["protocol"] = protocol
        if asked.tls is not None:
            one["tls"] = {"mode": "Terminate", "certificateRefs": [{"name": asked.tls.secret}]}
            if is_istio and asked.tls.client_ca is not None:
                one["tls"]["options"] = {"gateway.istio.io/tls-terminate-mode": "MUTUAL"}
        if asked.namespaces != (asked.namespace,):
            one["allowedRoutes"] = {"namespaces": _namespaces(asked.namespaces)}
        found.append(one)
    return found


def with_listeners(there: object, ours: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Our listeners in the place of those for the same host and port, which keep their names and let in all they did.

    Args:
        there: The listeners that are there.
        ours: Ours.
    """
    found = [dict(one) for one in there if isinstance(one, Mapping)] if isinstance(there, list) else []
    for one in ours:
        place = next((place for place, held in enumerate(found) if _place(held) == _place(one)), None)
        if place is None:
            found.append(one)
        else:
            found[place] = _over(found[place], one)
    return found


def sections(listed: Iterable[Mapping[str, Any]], port: int, hosts: Iterable[str]) -> list[str]:
    """The names of the listeners for hosts at a port, the empty host for the one that is for all."""
    requests = (one for one in listed if one.get("protocol") in ("HTTP", "HTTPS"))
    names = {(one.get("port"), one.get("hostname") or ""): str(one.get("name")) for one in requests}
    return [names[port, host] for host in hosts]


def _place(listener: Mapping[str, Any]) -> tuple[object, ...]:
    return listener.get("port"), listener.get("protocol"), listener.get("hostname") or ""


def _over(held: dict[str, Any], one: dict[str, Any]) -> dict[str, Any]:
    found = {**held, **{name: value for name, value in one.items() if name not in ("name", "allowedRoutes")}}
    if "allowedRoutes" in one:
        found["allowedRoutes"] = _widened(held.get("allowedRoutes"), one["allowedRoutes"])
    return found


def _widened(there: object, ours: dict[str, Any]) -> object:
    """Routes of other namespaces go on being let in; two sets of names become one, other selectors stay as they are."""
    named = _names(there)
    if named is not None:
        return {"namespaces": _namespaces(sorted({*named, *(_names(ours) or ())}))}
    namespaces = there.get("namespaces") if isinstance(there, Mapping) else None
    source = namespaces.get("from", "Same") if isinstance(namespaces, Mapping) else "Same"
    return ours if source == "Same" else there


def _namespaces(names: Iterable[str]) -> dict[str, Any]:
    chosen = {"key": _NAME, "operator": "In", "values": list(names)}
    return {"from": "Selector", "selector": {"matchExpressions": [chosen]}}


def _names(allowed: object) -> list[str] | None:
    """The namespaces that are let in by their names, as `_namespaces` writes them; None where it is otherwise."""
    try:
        chosen = allowed["namespaces"]["selector"]["matchExpressions"][0]  # type: ignore[index]
        is_names = _namespaces(chosen["values"]) == allowed["namespaces"]  # type: ignore[index]
        return list(chosen["values"]) if is_names else None
    except (KeyError, IndexError, TypeError):
        return None
