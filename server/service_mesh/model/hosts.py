"""Host names the way Istio reads them: the one place where a short name becomes a full one.

Names are compared as written. Upper case and a trailing dot are not normalised, because istiod does not either.
"""

from collections.abc import Iterator
from ipaddress import ip_address
from typing import NamedTuple

__all__ = [
    "DEFAULT_DOMAIN",
    "MESH_WIDE",
    "ScopedHost",
    "ServiceName",
    "covers",
    "ends_of",
    "is_wildcard",
    "overlaps",
    "resolve_host",
    "service_host",
    "service_name",
    "split_scope",
    "wildcards_over",
]

DEFAULT_DOMAIN = "cluster.local"
"""Domain of a cluster's services unless the installation says otherwise."""

MESH_WIDE = "*"
"""Namespace part of a scoped host, and entry of exportTo, that stands for every namespace."""


_LONGEST = 255
"""Characters of the longest host that DNS takes, with a wildcard before it."""


class ServiceName(NamedTuple):
    """A Kubernetes service as its full host names it."""

    namespace: str
    name: str


class ScopedHost(NamedTuple):
    """A host with the namespaces it is taken from.

    Attributes:
        namespace: A namespace, `*` for every one, or `~` for none.
        host: The host, maybe a wildcard.
    """

    namespace: str
    host: str


def resolve_host(host: str, namespace: str, domain: str = DEFAULT_DOMAIN) -> str:
    """Complete a short name for the namespace of the object that holds it.

    A name without any dot becomes `NAME.NAMESPACE.svc.DOMAIN`. Everything with a dot is taken as it is, so
    `reviews.prod` is a foreign host and not the service `reviews` of namespace `prod`. The lone `*`, IP addresses and
    the empty name stay. (`istio/istio: pilot/pkg/model/config.go`, ResolveShortnameToFQDN)

    Args:
        host: What was written.
        namespace: Namespace of the object; left out of the result if it is empty.
        domain: Domain of the cluster; left out of the result if it is empty.
    """
    if not host or host == MESH_WIDE or "." in host or _is_address(host):
        return host
    name = f"{host}.{namespace}" if namespace else host
    return f"{name}.svc.{domain}" if domain else name


def service_host(name: str, namespace: str, domain: str = DEFAULT_DOMAIN) -> str:
    """The full host of a Kubernetes service (`istio/istio: pilot/pkg/serviceregistry/kube/conversion.go`)."""
    return f"{name}.{namespace}.svc.{domain}"


def service_name(host: str, domain: str = DEFAULT_DOMAIN) -> ServiceName | None:
    """The Kubernetes service that a full host names, or None for every other host."""
    name, dot, rest = host.partition(".")
    namespace, suffix = rest[: -len(domain) - 5], rest[-len(domain) - 5 :]
    if not dot or suffix != f".svc.{domain}" or not name or not namespace or "." in namespace or is_wildcard(name):
        return None
    return ServiceName(namespace, name)


def is_wildcard(host: str) -> bool:
    """Tell whether a host stands for several: it starts with `*`; a star anywhere else is a plain character."""
    return host.startswith("*")


def covers(pattern: str, host: str) -> bool:
    """Tell whether every name that `host` stands for is one that `pattern` stands for.

    `*.com` covers `a.com` and `*.b.com`, not `com`. (`istio/istio: pkg/config/host/name.go`, SubsetOf)
    """
    if not is_wildcard(pattern):
        return pattern == host
    if is_wildcard(host):
        return len(host) >= len(pattern) and host[1:].endswith(pattern[1:])
    return host.endswith(pattern[1:])


def overlaps(left: str, right: str) -> bool:
    """Tell whether two hosts stand for a common name (`istio/istio: pkg/config/host/name.go`, Matches)."""
    return covers(left, right) or covers(right, left)


def wildcards_over(host: str, longest: int = _LONGEST) -> tuple[str, ...]:
    """Every wildcard that covers a host, the most specific first: an index is asked for these, never searched.

    A wildcard is among the wildcards over itself.

    Args:
        host: A host or a wildcard.
        longest: How long the wildcards are at most that are of use; a name may have any length.
    """
    rest = host[1:] if is_wildcard(host) else host
    first = max(0, len(rest) + 1 - longest)
    return tuple(["*" + rest[start:] for start in range(first, len(rest) + 1)])


def ends_of(host: str) -> Iterator[str]:
    """Every end of a host at a dot, the dot included: what wildcards such as `*.b.com` may ask for.

    Names that no DNS takes have none: their ends would be as many as they are long.
    """
    labels = (host[1:] if is_wildcard(host) else host).split(".") if len(host) <= _LONGEST else []
    for start in range(1, len(labels)):
        yield "." + ".".join(labels[start:])


def split_scope(text: str, namespace: str) -> ScopedHost:
    """Read the `namespace/host` form of Gateway servers and Sidecar egress.

    `./host` means the namespace of the object, `*/host` and a bare `host` every one, `~/host` none.
    (`istio/istio: pkg/config/gateway/gateway.go` and `pilot/pkg/model/sidecar.go`)

    Args:
        text: What was written.
        namespace: Namespace of the object that holds it.
    """
    scope, slash, host = text.partition("/")
    if not slash:
        return ScopedHost(MESH_WIDE, text)
    return ScopedHost(namespace if scope == "." else scope, host)


def _is_address(host: str) -> bool:
    # Asked about names without a dot, so it can only be one of version 6.
    if ":" not in host:
        return False
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
