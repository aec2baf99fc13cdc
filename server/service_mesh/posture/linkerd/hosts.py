"""Whether a host name of a route is that of a request, and how specific it is, for requests and for names in TLS."""

from service_mesh.model.node import Node

__all__ = ["host_rank"]

_SUFFIX, _EXACT = 1, 2


def host_rank(wanted: Node, host: str | None) -> tuple[tuple[int, int], bool | None]:
    """How specific a host name of a route is, and whether a request is for it; None where that is not known.

    `*.SUFFIX` stands for one or more labels before the suffix. Letter case and the port do not count, and a dot at the
    end only if it is written in the route.
    (`linkerd/linkerd2-proxy: linkerd/http/route/src/http/match/host.rs`)

    Args:
        wanted: An item of `hostnames`.
        host: Host of the request, with a port or without; None where it is not known.
    """
    name = wanted.text.lower()
    is_suffix = name.startswith("*.")
    rank = (_SUFFIX, len(name) - 1) if is_suffix else (_EXACT, len(name))
    if host is None:
        return rank, None
    given = _without_port(host).lower()
    if not name.endswith("."):
        given = given.removesuffix(".")
    return rank, given.endswith(name[1:]) and len(given) >= len(name) if is_suffix else given == name


def _without_port(host: str) -> str:
    if host.startswith("["):
        return host.partition("]")[0] + "]"
    return host.partition(":")[0]
