"""What gateways have in common: hosts of requests, what a gateway answers itself, and what is open."""

from collections.abc import Iterable
from dataclasses import replace

from service_mesh.mesh.view import MeshView
from service_mesh.model.hosts import covers, is_wildcard
from service_mesh.model.kinds import Kind
from service_mesh.model.node import Node
from service_mesh.posture.routing import Addressed, Fate, Outcome, Routing

__all__ = ["closed", "host_of", "most_special", "not_found", "not_loaded", "opened", "refused", "specialty", "through"]

_LISTENS = "listens there"


def host_of(addressed: Addressed) -> str:
    """The host that a request names, as virtual hosts are looked up: without a port, in lower case.

    (`istio/istio: pilot/pkg/networking/core/gateway.go`, IgnorePortInHostMatching)
    """
    named = (addressed.request.host or addressed.host).lower()
    return named.partition(":")[0] if named.count(":") == 1 else named


def specialty(pattern: str) -> tuple[bool, int]:
    """How special a pattern is among those that cover one host; an empty one stands for every host, as `*` does."""
    return bool(pattern) and not is_wildcard(pattern), len(pattern or "*")


def most_special(patterns: Iterable[str], host: str) -> str | None:
    """The pattern that a host is looked up by, of those given; None where none covers it."""
    covering = [one for one in patterns if covers((one or "*").lower(), host)]
    return max(covering, key=specialty, default=None)


def refused(node: Node, reason: str, said: str) -> Routing:
    """What a gateway refuses itself.

    Args:
        node: What decides it.
        reason: Why, in one sentence.
        said: What is said of the node.
    """
    return Routing((Outcome(Fate.REFUSED, reason, (node.note(said),)),))


def not_found(node: Node, host: str) -> Routing:
    """What becomes of a request for a host that no route serves."""
    reason = f"no route of '{node.resource.title}' serves host '{host[:80]}' there, so that it answers with 404"
    return refused(node, reason, _LISTENS)


def closed(node: Node, host: str) -> Routing:
    """What becomes of a connection with a server name that nothing is for."""
    reason = f"nothing of '{node.resource.title}' takes TLS for '{host[:80]}' there, so that it closes the connection"
    return refused(node, reason, _LISTENS)


def opened(node: Node, reason: str, *missing: str) -> Routing:
    """What is not known.

    Args:
        node: What it hangs on.
        reason: What is known, in one sentence.
        missing: What would have to be known.
    """
    return Routing((Outcome(Fate.OPEN, reason, (node.note(_LISTENS),), (), missing),))


def through(routing: Routing, node: Node) -> Routing:
    """The same with the listener that takes it at the end of every chain."""
    note = node.note(_LISTENS)
    held = tuple(replace(one, chain=(*one.chain, note)) for one in routing.outcomes)
    return replace(routing, outcomes=held)


def not_loaded(
    mesh: MeshView, kinds: Iterable[Kind], what: str, cluster: str, homes: Iterable[str], *, anywhere: bool
) -> str:
    """The objects that may exist beside the loaded ones; empty for none.

    Args:
        mesh: The objects.
        kinds: The kinds that decide.
        what: How they are called.
        cluster: The cluster.
        homes: The namespaces where they are looked for.
        anywhere: Whether those of every other namespace would count too.
    """
    if mesh.is_whole or all(mesh.is_listed(kind, cluster) for kind in kinds):
        return ""
    if anywhere:
        return f"every {what} of the cluster"
    absent = [f"'{home}'" for home in dict.fromkeys(homes) if not mesh.is_complete(home, cluster)]
    return f"every {what} of namespace {' and '.join(absent)}" if absent else ""
