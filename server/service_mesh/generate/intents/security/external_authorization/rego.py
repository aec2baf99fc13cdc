"""The policy that Open Policy Agent decides by, and its tests, as the data that their templates write.

What Envoy sends: https://www.openpolicyagent.org/docs/envoy/primer#input-document
"""

from collections.abc import Iterable, Iterator
from typing import Any

from service_mesh.generate.parameters.requests import Call
from service_mesh.generate.wording.samples import Sample, lookalike, samples, unlike

__all__ = ["entries", "refused_requests", "requests"]

_HOST = "any.example"


def entries(calls: Iterable[Call]) -> Iterator[dict[str, Any]]:
    """The entries of the policy's list: of each part any value, and nothing asked where a part is empty."""
    for call in calls:
        methods = ["POST"] if call.grpc else list(call.methods)
        whole = [f"/{one}" for one in call.grpc if not one.endswith("/*")]
        below = [f"/{one.removesuffix('/*')}" for one in call.grpc if one.endswith("/*")]
        yield {
            "methods": methods,
            "paths": [path.exact for path in call.paths if path.exact is not None] + whole,
            "prefixes": [path.prefix.rstrip("/") for path in call.paths if path.prefix is not None] + below,
            "hosts": [host for host in call.hosts if not host.startswith("*")],
            "suffixes": [host.removeprefix("*") for host in call.hosts if host.startswith("*")],
            "headers": {one.name.lower(): one.value for one in call.headers},
        }


def requests(calls: Iterable[Call]) -> list[dict[str, Any]]:
    """Requests that the policy has to let pass, as Envoy describes them; with a query, which counts for nothing."""
    return [_input(one, query="?page=2") for one in samples(calls)]


def refused_requests(calls: Iterable[Call]) -> list[dict[str, Any]]:
    """Requests that it has to refuse."""
    listed = tuple(calls)
    return [_input(one) for one in (unlike(listed), lookalike(listed)) if one is not None]


def _input(sample: Sample, query: str = "") -> dict[str, Any]:
    http = {
        "method": sample.method,
        "path": f"{sample.path}{query}",
        "host": sample.host or _HOST,
        "headers": {name.lower(): value for name, value in sample.headers.items()},
    }
    return {"attributes": {"request": {"http": http}}}
