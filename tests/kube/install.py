"""Gives the server definitions and takes them away again, waiting until it serves what it was given."""

import time
from collections.abc import Callable, Iterable, Sequence
from http.client import NOT_FOUND, OK

from tests.kube.client import Client, RequestError, as_json
from tests.kube.releases import Definition

__all__ = ["install", "remove"]

_DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
_SECONDS = 60
_POLL_SECONDS = 0.05


def install(client: Client, definitions: Sequence[Definition]) -> None:
    """Create definitions and wait until every version that they serve is served.

    Raises:
        RequestError: The server refuses one, or does not serve it in time.
    """
    for definition in definitions:
        client.ask("POST", _DEFINITIONS, as_json(definition.data))
    _wait(definitions, lambda path: client.request("GET", path)[0] == OK, "served")
    client.forget()


def remove(client: Client, definitions: Sequence[Definition]) -> None:
    """Delete definitions, where they are there, and wait until they are gone.

    Raises:
        RequestError: One of them does not go in time.
    """
    for definition in definitions:
        client.request("DELETE", f"{_DEFINITIONS}/{definition.name}")
    _wait(definitions, lambda path: client.request("GET", path)[0] == NOT_FOUND, "gone")
    client.forget()


def _wait(definitions: Iterable[Definition], is_so: Callable[[str], bool], what: str) -> None:
    deadline = time.monotonic() + _SECONDS
    for definition in definitions:
        for version, _ in definition.schemas:
            path = f"/apis/{definition.group}/{version}/{definition.plural}?limit=1"
            while not is_so(path):
                if time.monotonic() > deadline:
                    raise RequestError(f"{definition.name} {version} is not {what} after {_SECONDS} s")
                time.sleep(_POLL_SECONDS)
