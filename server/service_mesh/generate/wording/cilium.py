"""Callers and requests in Cilium's policies: labels of identities, and rules for requests as regular expressions.

Expressions have to match the whole value, and that of a path holds its query.
(https://docs.cilium.io/en/stable/security/policy/language/#http; `cilium/cilium: pkg/policy/api/http.go`)
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from service_mesh.generate.parameters.parties import Caller
from service_mesh.generate.parameters.requests import Call, PathMatch

__all__ = ["LAX_NETWORK", "endpoints", "requests"]

LAX_NETWORK = "identities are labels, not certificates, and nothing is encrypted by a policy"
"""What has to be known of every policy of Cilium."""


_NAMESPACE = "k8s:io.kubernetes.pod.namespace"
_ACCOUNT = "k8s:io.cilium.k8s.policy.serviceaccount"


def endpoints(callers: Iterable[Caller]) -> list[dict[str, Any]]:
    """The `fromEndpoints` of a rule: namespace and service account are labels of every identity."""
    return [{"matchLabels": dict(_labels(one))} for one in callers]


def _labels(caller: Caller) -> Iterator[tuple[str, str]]:
    yield _NAMESPACE, caller.namespace
    if caller.service_account:
        yield _ACCOUNT, caller.service_account


def requests(call: Call) -> list[dict[str, Any]]:
    """The rules `http` of a port: any of them takes the request, all parts of one have to hold."""
    hosts: list[str | None] = [*map(_host, call.hosts)] or [None]
    paths: list[str | None] = [*_paths(call)] or [None]
    methods: list[str | None] = ["POST"] if call.grpc else [*call.methods] or [None]
    headers = [f"{one.name}: {one.value}" for one in call.headers]
    found = []
    for host in hosts:
        for path in paths:
            for method in methods:
                parts = {"method": method, "path": path, "host": host, "headers": headers or None}
                found.append({name: value for name, value in parts.items() if value is not None})
    return found


def _paths(call: Call) -> Iterator[str | None]:
    yield from (_path(path) for path in call.paths)
    for method in call.grpc:
        service, _, name = method.partition("/")
        yield f"/{re.escape(service)}/" + (".*" if name == "*" else re.escape(name))


def _path(path: PathMatch) -> str:
    if path.exact is not None:
        return re.escape(path.exact) + r"(\?.*)?"
    prefix = (path.prefix or "/").rstrip("/")
    return re.escape(prefix) + (r"([/?].*)?" if prefix else "/.*")


def _host(host: str) -> str:
    bare = host.removeprefix("*.")
    return ("[^.]+\\." if bare != host else "") + re.escape(bare) + "(:[0-9]+)?"
