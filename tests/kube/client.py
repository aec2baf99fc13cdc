"""Asks the API server: discovery, definitions, and what it would say to an object without keeping it."""

import http.client
import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast
from urllib.parse import quote

__all__ = ["Answer", "ApiResource", "Cause", "Client", "RequestError", "as_json"]

JSON = "application/json"
YAML = "application/yaml"

_DRY_RUN = "?dryRun=All&fieldValidation=Strict"
_SECONDS = 60


class RequestError(Exception):
    """The server answered a request of the harness itself, not one that is judged, with an error."""


@dataclass(frozen=True, slots=True)
class ApiResource:
    """How a kind is reached."""

    plural: str
    is_namespaced: bool


@dataclass(frozen=True, slots=True)
class Cause:
    """One of the reasons for a refusal."""

    field: str
    reason: str
    message: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server says to an object.

    Attributes:
        code: HTTP status.
        reason: Why it refuses, in one word: `BadRequest` (decoding), `Invalid` (validation); empty if it accepts.
        message: The same as a sentence.
        causes: The single faults, where it names them.
        stored: The object as it would be stored, None where it is refused.
    """

    code: int
    reason: str = ""
    message: str = ""
    causes: tuple[Cause, ...] = ()
    stored: Mapping[str, object] | None = None

    @property
    def accepted(self) -> bool:
        """Whether it would be created; that its name is taken is found after everything else."""
        return self.code in (http.client.CREATED, http.client.CONFLICT)

    @property
    def content(self) -> Mapping[str, object]:
        """The stored object without what the server writes by itself on every request."""
        stored = dict(self.stored or {})
        metadata = cast(Mapping[str, object], stored.get("metadata", {}))
        own = {
            "uid",
            "creationTimestamp",
            "managedFields",
            "generation",
            *(["name"] if "generateName" in metadata else []),
        }
        return {**stored, "metadata": {name: value for name, value in metadata.items() if name not in own}}


class Client:
    """One connection, kept open; kinds that were looked up are remembered until `forget`.

    Args:
        port: The server's, on 127.0.0.1.
        context: TLS and with it the identity.
        token: A bearer token, if any.
    """

    def __init__(self, port: int, context: ssl.SSLContext, token: str = "") -> None:
        self._connection = http.client.HTTPSConnection("127.0.0.1", port, timeout=_SECONDS, context=context)
        self._headers = {"Accept": JSON, **({"Authorization": f"Bearer {token}"} if token else {})}
        self._kinds: dict[str, dict[str, ApiResource]] = {}

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def forget(self) -> None:
        """Forget which kinds there are: definitions have changed."""
        self._kinds.clear()

    def is_ready(self) -> bool:
        """Whether the server takes requests."""
        return self.request("GET", "/readyz")[0] == http.client.OK

    def kind(self, api_version: str, kind: str) -> ApiResource | None:
        """How a kind of an API version is reached; None if it is not served."""
        if api_version not in self._kinds:
            self._kinds[api_version] = self._discover(api_version)
        return self._kinds[api_version].get(kind)

    def is_group(self, api_version: str) -> bool:
        """Whether the group of an API version is served in any version."""
        group, slash, _ = api_version.rpartition("/")
        return not slash or self.request("GET", f"/apis/{quote(group)}")[0] == http.client.OK

    def dry_run(self, api_version: str, kind: str, namespace: str, body: bytes, content_type: str) -> Answer:
        """Have an object judged, fields strictly, without it being stored.

        Args:
            api_version: Group and version.
            kind: Kind; it has to be served.
            namespace: Where it would be created; without meaning for kinds of the whole cluster.
            body: The object.
            content_type: What the body is: `JSON` or `YAML`.
        """
        resource = self.kind(api_version, kind)
        if resource is None:
            raise RequestError(f"{api_version} {kind} is not served")
        place = f"/namespaces/{quote(namespace, safe='')}" if resource.is_namespaced else ""
        path = f"{_root(api_version)}{place}/{resource.plural}{_DRY_RUN}"
        code, answer = self.request("POST", path, body, content_type)
        if code == http.client.CREATED:
            return Answer(code, stored=answer)
        details = cast(Mapping[str, object], answer.get("details") or {})
        causes = cast(list[Mapping[str, str]], details.get("causes") or [])
        return Answer(
            code,
            str(answer.get("reason", "")),
            str(answer.get("message", "")),
            tuple(Cause(c.get("field", ""), c.get("reason", ""), c.get("message", "")) for c in causes),
        )

    def request(
        self, method: str, path: str, body: bytes | None = None, content_type: str = JSON
    ) -> tuple[int, Mapping[str, object]]:
        """One request: status and answer, under `text` if it is no JSON object."""
        headers = {**self._headers, **({"Content-Type": content_type} if body is not None else {})}
        for attempt in (1, 2):
            try:
                self._connection.request(method, path, body, headers)
                response = self._connection.getresponse()
                text = response.read()
                return response.status, _object(text)
            except (http.client.RemoteDisconnected, BrokenPipeError):
                self._connection.close()  # an idle connection may have been closed by the server
                if attempt == 2:
                    raise
        raise AssertionError

    def ask(self, method: str, path: str, body: bytes | None = None) -> Mapping[str, object]:
        """A request of the harness itself.

        Raises:
            RequestError: The server answered with an error.
        """
        code, answer = self.request(method, path, body)
        if code >= http.client.BAD_REQUEST:
            raise RequestError(f"{method} {path}: {code} {answer.get('message', answer.get('text', ''))}")
        return answer

    def _discover(self, api_version: str) -> dict[str, ApiResource]:
        code, answer = self.request("GET", _root(api_version))
        if code != http.client.OK:
            return {}
        entries = cast(list[Mapping[str, object]], answer["resources"])
        return {
            str(entry["kind"]): ApiResource(str(entry["name"]), bool(entry["namespaced"]))
            for entry in entries
            if "/" not in str(entry["name"])
        }


def as_json(data: object) -> bytes:
    """Data as the body of a request."""
    return json.dumps(data, ensure_ascii=False).encode("utf-8", "surrogatepass")


def _root(api_version: str) -> str:
    return f"/apis/{quote(api_version)}" if "/" in api_version else f"/api/{quote(api_version)}"


def _object(text: bytes) -> Mapping[str, object]:
    try:
        value = json.loads(text)
    except ValueError:
        value = None
    return value if isinstance(value, dict) else {"text": text.decode("utf-8", "replace")}
