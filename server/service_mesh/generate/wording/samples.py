"""Requests that show whether a policy or a route takes what it is meant to take, and nothing else."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import product

from service_mesh.generate.parameters.requests import Call, PathMatch

__all__ = ["Sample", "lookalike", "samples", "unlike"]

_OTHER = "/asked-for-by-nobody"
_NOBODY = "asked-for-by-nobody.example"


@dataclass(frozen=True, slots=True)
class Sample:
    """One request."""

    method: str = "GET"
    path: str = "/"
    host: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


def samples(calls: Iterable[Call]) -> Iterator[Sample]:
    """Requests that the calls take: each method, path and host of each; any one where nothing is asked."""
    listed = tuple(calls)
    if not listed:
        yield Sample()
    for call in listed:
        headers = {one.name: one.value for one in call.headers}
        methods = ("POST",) if call.grpc else call.methods or ("GET",)
        paths = tuple(_paths(call)) or ("/",)
        hosts = tuple(one.replace("*", "any", 1) for one in call.hosts) or (None,)
        yield from (Sample(method, path, host, headers) for method, path, host in product(methods, paths, hosts))


def unlike(calls: Iterable[Call]) -> Sample | None:
    """A request that none of the calls takes; None where one of them takes all."""
    listed = tuple(calls)
    host = _NOBODY if any(call.hosts for call in listed) else None
    first = next(samples(listed))
    candidates = (Sample(path=_OTHER, host=host), Sample("TRACE", first.path, host))
    return next((one for one in candidates if not any(_takes(call, one) for call in listed or (Call(),))), None)


def lookalike(calls: Iterable[Call]) -> Sample | None:
    """A request whose path only begins like one that the calls take; None where they take it, or name no path."""
    listed = tuple(calls)
    for call in listed:
        first = next(samples([call]))
        for path in call.paths:
            near = replace(first, path=f"{path.sample.rstrip('/')}-beside")
            if not any(_may_take(one, near) for one in listed):
                return near
    return None


def _paths(call: Call) -> Iterator[str]:
    for path in call.paths:
        yield path.sample
        if path.prefix is not None:
            yield f"{path.prefix.rstrip('/')}/below"
    for method in call.grpc:
        yield "/" + method.replace("*", "Any")


def _takes(call: Call, sample: Sample) -> bool:
    """Whether a call takes one of those candidates, which have no header and no host that a call names."""
    return not (call.headers or call.hosts) and _may_take(call, sample)


def _may_take(call: Call, sample: Sample) -> bool:
    """Whether a call takes a request, its hosts and headers aside."""
    is_method = not call.methods or sample.method in call.methods
    return not call.grpc and is_method and (not call.paths or _any_below(call, sample.path))


def _any_below(call: Call, text: str) -> bool:
    return any(_is_below(path, text) for path in call.paths)


def _is_below(path: PathMatch, text: str) -> bool:
    if path.exact is not None:
        return path.exact == text
    prefix = (path.prefix or "/").rstrip("/")
    return text == prefix or text.startswith(f"{prefix}/")
