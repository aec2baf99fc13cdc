"""Requests as the routes of a proxy change them on their way: host, path and headers."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from service_mesh.posture.requests import HttpRequest

__all__ = ["HeaderChanges", "changed", "with_full_path", "with_prefix"]

_QUERY = re.compile(r"[?#]")
_FORMAT = re.compile(r"%[A-Z_]+(\(|%)")


@dataclass(frozen=True, slots=True)
class HeaderChanges:
    """What is done to the headers of a request, in the order of the attributes.

    Attributes:
        remove: Names of those that go.
        set: Those that get one value.
        add: Those that get one value more.
    """

    remove: tuple[str, ...] = ()
    set: Mapping[str, str] = field(default_factory=dict)
    add: Mapping[str, str] = field(default_factory=dict)

    @property
    def host(self) -> str:
        """The host that setting or adding a header puts in; empty for none."""
        named = (value for held in (self.set, self.add) for name, value in held.items() if _is_host(name))
        return next(named, "")

    @property
    def is_open(self) -> bool:
        """Whether a value is filled in by the proxy, so that it is not known here."""
        return any(_FORMAT.search(value) for held in (self.set, self.add) for value in held.values())


def changed(request: HttpRequest, changes: Iterable[HeaderChanges]) -> HttpRequest:
    """A request with its headers changed, one change after the other; its host is not touched.

    (`envoyproxy/envoy: source/common/router/header_parser.cc`)
    """
    held = {name.lower(): value for name, value in request.headers.items()}
    listed = tuple(changes)
    if not any((one.remove, one.set, one.add) for one in listed):
        return request
    for one in listed:
        for name in one.remove:
            held.pop(name.lower(), None)
        held.update({name.lower(): value for name, value in one.set.items() if not _is_internal(name)})
        for name, value in one.add.items():
            if not _is_internal(name):
                held[name.lower()] = ",".join(filter(None, (held.get(name.lower()), value)))
    return replace(request, headers=held)


def with_prefix(path: str | None, prefix: str, new: str) -> str | None:
    """A path with its beginning replaced; None where the path is not known."""
    return None if path is None else new + path[len(prefix) :]


def with_full_path(path: str | None, new: str) -> str:
    """A path with all of it replaced but the query string, which is left out where the path is not known."""
    return new + (_query(path) if path is not None else "")


def _query(path: str) -> str:
    found = _QUERY.search(path)
    return path[found.start() :] if found is not None else ""


def _is_internal(name: str) -> bool:
    return name.startswith(":") or name.lower() == "host"


def _is_host(name: str) -> bool:
    return name.lower() in (":authority", "host")
