"""Sends the requests, with the TLS, proxies and credentials of the official Kubernetes client: its only importer.

Of the client only the connection is used, below its models: what comes back is bytes, and what can be sent is `GET`.
"""

import ssl
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from service_mesh import __version__
from service_mesh.cluster.live.getter import Answer, UnansweredError, checked
from service_mesh.cluster.live.kubeconfig import Access
from service_mesh.errors import InputError

if TYPE_CHECKING:
    from kubernetes.client import ApiClient
    from urllib3 import BaseHTTPResponse
    from urllib3.exceptions import HTTPError

__all__ = ["Limits", "connected"]

_MEGABYTE = 1024 * 1024
_CHUNK = 256 * 1024
_CONNECT_SECONDS = 5.0
_CONNECTIONS = 8
_ENTRY = "chosen"
_NETWORK = "check the address, the network and VPN"
_TRY_LATER = "try again, or give a snapshot instead"


@dataclass(frozen=True, slots=True)
class Limits:
    """Ceilings in bytes, counted after decompression.

    Attributes:
        answer: Of one answer. A page of 500 pods has some 5 MB.
        total: Of all answers of one reading.
    """

    answer: int = 64 * _MEGABYTE
    total: int = 400 * _MEGABYTE


@dataclass(slots=True)
class _Budget:
    """What the answers of one reading may still hold; several threads take from it."""

    left: int
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, size: int) -> bool:
        """Take some of it; False where there is not enough."""
        with self._lock:
            self.left -= size
            return self.left >= 0


def connected(access: Access, user: Mapping[str, object], limits: Limits | None = None) -> "_Connection":
    """A getter for the API server of a context. Nothing is sent yet.

    Args:
        access: The context.
        user: Its credentials, as `static_user` gives them.
        limits: How much is read.

    Raises:
        InputError: The entries of the kubeconfig cannot be used.
    """
    from kubernetes import client, config

    ceilings = limits or Limits()
    entries = {
        "current-context": _ENTRY,
        "contexts": [{"name": _ENTRY, "context": {"cluster": _ENTRY, "user": _ENTRY}}],
        "clusters": [{"name": _ENTRY, "cluster": dict(access.cluster)}],
        "users": [{"name": _ENTRY, "user": dict(user)}],
    }
    configuration = client.Configuration()
    configuration.connection_pool_maxsize = _CONNECTIONS
    configuration.retries = False
    try:
        config.load_kube_config_from_dict(  # type: ignore[no-untyped-call]  # the client has no types here
            entries, client_configuration=configuration, persist_config=False
        )
        api = client.ApiClient(configuration)
    except (config.ConfigException, OSError, ValueError, TypeError, AttributeError) as error:
        # What the client says may quote the entry, and the entry may hold a token.
        is_missing = isinstance(error, config.ConfigException | FileNotFoundError)
        reason = "a file that it names is missing" if is_missing else "it is malformed"
        raise InputError(
            f"context '{access.context}': its entry in the kubeconfig cannot be used: {reason}",
            "compare it with: kubectl config view",
        ) from None
    return _Connection(api, ceilings.answer, _Budget(ceilings.total))


@dataclass(slots=True)
class _Connection:
    """Implements `Getter`. Threads may share it: the pool of connections is locked, the rest does not change."""

    _api: "ApiClient" = field(repr=False)
    _longest: int
    _budget: _Budget

    def get(self, path: str, query: Mapping[str, str], *, accept: str, deadline: float) -> Answer:
        """See `Getter.get`."""
        from urllib3 import Timeout
        from urllib3.exceptions import HTTPError

        seconds = deadline - time.monotonic()
        if seconds <= 0:
            raise _late()
        asked = quote(checked(path, query)) + (f"?{urlencode(query)}" if query else "")
        url = str(self._api.configuration.host).rstrip("/") + asked
        timeout = Timeout(connect=min(seconds, _CONNECT_SECONDS), read=seconds)
        try:
            response = self._api.rest_client.pool_manager.request(
                "GET",
                url,
                headers=self._headers(accept),
                timeout=timeout,
                retries=False,
                redirect=False,
                preload_content=False,
            )
        except (HTTPError, OSError, ValueError) as error:
            raise _unanswered(error) from None
        try:
            body = self._body(response, deadline)
        except (HTTPError, OSError, ValueError) as error:
            raise _unanswered(error) from None
        return Answer(response.status, body, _date(response.headers.get("Date")))

    def close(self) -> None:
        """Close what is open; requests of other threads end with their answers."""
        self._api.rest_client.pool_manager.clear()

    def _headers(self, accept: str) -> dict[str, str]:
        headers = {"Accept": accept, "Accept-Encoding": "gzip", "User-Agent": f"service-mesh/{__version__}"}
        for setting in self._api.configuration.auth_settings().values():
            headers["Authorization"] = str(setting["value"])
        return headers

    def _body(self, response: "BaseHTTPResponse", deadline: float) -> bytes:
        """The whole content; the connection of one that is not read to its end is closed."""
        chunks, size = [], 0
        is_whole = False
        try:
            while chunk := response.read1(_CHUNK, decode_content=True):
                size += len(chunk)
                if size > self._longest:
                    limit = self._longest / _MEGABYTE
                    raise UnansweredError(f"the answer is longer than {limit:g} MB", "take a snapshot with kubectl")
                if not self._budget.take(len(chunk)):
                    raise UnansweredError("the cluster holds more than is read at once", "take snapshots in parts")
                if time.monotonic() > deadline:
                    raise _late()
                chunks.append(chunk)
            is_whole = True
        finally:
            if is_whole:
                response.release_conn()
            else:
                response.close()
        return b"".join(chunks)


def _late() -> UnansweredError:
    return UnansweredError("it was not done within the deadline", "allow more time, or name a namespace")


def _unanswered(error: "HTTPError | OSError | ValueError") -> UnansweredError:
    """What a failure of the connection means, in words of ours: what libraries say may quote headers."""
    from urllib3 import exceptions

    cause = next((one for one in (error, *error.args, error.__context__) if isinstance(one, ssl.SSLError)), None)
    if isinstance(cause, ssl.SSLCertVerificationError):
        return UnansweredError(
            f"its certificate is not trusted ({cause.verify_message})",
            "compare the certificate-authority of the cluster in the kubeconfig",
        )
    if isinstance(error, exceptions.SSLError) or isinstance(cause, ssl.SSLError):
        return UnansweredError("there is no TLS connection with it", "check the certificates in the kubeconfig")
    if isinstance(error, exceptions.NameResolutionError):
        return UnansweredError("its name is not known", _NETWORK)
    if isinstance(error, exceptions.ProxyError):
        return UnansweredError("the proxy before it cannot be reached", "check HTTPS_PROXY")
    if isinstance(error, exceptions.NewConnectionError | OSError):
        is_refused = isinstance(error.__cause__ or error, ConnectionRefusedError)
        reason = "nobody listens there" if is_refused else "there is no connection to it"
        return UnansweredError(reason, _NETWORK)
    if isinstance(error, exceptions.ConnectTimeoutError):
        return UnansweredError("it does not answer", _NETWORK)
    if isinstance(error, exceptions.TimeoutError):
        return _late()
    return UnansweredError("the answer broke off", _TRY_LATER)


def _date(text: str | None) -> datetime | None:
    try:
        found = parsedate_to_datetime(text) if text else None
    except (ValueError, TypeError, OverflowError):
        return None
    return found.astimezone(UTC) if found is not None and found.tzinfo is not None else None
