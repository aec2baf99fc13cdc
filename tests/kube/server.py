"""Runs etcd and kube-apiserver, nothing else of a cluster, on loopback ports in a folder of its own."""

import atexit
import os
import secrets
import signal
import socket
import ssl
import subprocess
import time
from collections.abc import Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.kube.binaries import Binaries
from tests.kube.certificates import Certificates, make_certificates
from tests.kube.client import Client

__all__ = ["ApiServer", "StartError"]

_READY_SECONDS = 120
_STOP_SECONDS = 10
_ATTEMPTS = 3
_POLL_SECONDS = 0.1
_SWITCHED_OFF = "ServiceAccount,NamespaceLifecycle,StorageObjectInUseProtection"
"""Admission that would ask for other objects: accounts of pods, and the namespace of each object."""

# Ends the program together with this process, however that ends: the pipe to the shell closes with it.
_LEASH = """
exec 3<&0
"$@" </dev/null 3<&- & program=$!
{ cat <&3 >/dev/null; kill -9 $program; } & leash=$!
wait $program; kill $leash 2>/dev/null; wait
"""


class StartError(Exception):
    """The server did not become ready; the message holds the end of its log."""


@dataclass(slots=True)
class ApiServer:
    """A running server; `start` and `stop` it, or use it as a context.

    Attributes:
        binaries: The programs.
        folder: Certificates, data and logs; it is the caller's to remove.
    """

    binaries: Binaries
    folder: Path
    port: int = 0
    token: str = ""
    _certificates: Certificates | None = None
    _running: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def __enter__(self) -> "ApiServer":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def context(self) -> ssl.SSLContext:
        """TLS as the client whose certificate the server knows."""
        context = self.anonymous_context
        assert self._certificates is not None
        context.load_cert_chain(self._certificates.client, self._certificates.client_key)
        return context

    @property
    def anonymous_context(self) -> ssl.SSLContext:
        """TLS as nobody."""
        assert self._certificates is not None
        return ssl.create_default_context(cafile=self._certificates.authority)

    def start(self) -> None:
        """Start both programs and wait until the server says it is ready.

        Raises:
            StartError: It was not ready in time, or one of them ended.
        """
        self._certificates = make_certificates(self.folder)
        self.token = secrets.token_hex(16)
        tokens = self.folder / "tokens.csv"
        tokens.touch(mode=0o600)
        tokens.write_text(f'{self.token},tests,1,"system:masters"\n', encoding="utf-8")
        atexit.register(self.stop)
        for attempt in range(_ATTEMPTS):
            try:
                self._start(self._certificates, tokens, attempt)
                return
            except StartError:
                self.stop()
                if attempt == _ATTEMPTS - 1:
                    raise

    def stop(self) -> None:
        """End both programs; harmless when they are not running."""
        while self._running:
            process = self._running.pop()
            with suppress(subprocess.TimeoutExpired):
                process.communicate(timeout=_STOP_SECONDS)  # closes the pipe
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        atexit.unregister(self.stop)

    def _start(self, certificates: Certificates, tokens: Path, attempt: int) -> None:
        store, peer, self.port = _free_ports(3)
        data = self.folder / f"data-{attempt}"
        self._run(f"etcd-{attempt}", [str(self.binaries.etcd), *_etcd_flags(data, store, peer)])
        flags = _server_flags(certificates, tokens, store, self.port)
        self._run(f"kube-apiserver-{attempt}", [str(self.binaries.apiserver), *flags, f"--cert-dir={self.folder}"])
        deadline = time.monotonic() + _READY_SECONDS
        while not self._is_ready():
            if time.monotonic() > deadline or any(process.poll() is not None for process in self._running):
                raise StartError(f"the API server did not become ready\n{self._log_tails(attempt)}")
            time.sleep(_POLL_SECONDS)

    def _run(self, name: str, command: Sequence[str]) -> None:
        with (self.folder / f"{name}.log").open("wb") as log:
            process = subprocess.Popen(
                ["/bin/sh", "-c", _LEASH, "sh", *command],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._running.append(process)

    def _is_ready(self) -> bool:
        with closing(Client(self.port, self.context)) as client, suppress(OSError):
            return client.is_ready()
        return False

    def _log_tails(self, attempt: int) -> str:
        logs = [self.folder / f"{name}-{attempt}.log" for name in ("etcd", "kube-apiserver")]
        return "\n".join(f"{log.name}: {log.read_text('utf-8', 'replace')[-1500:]}" for log in logs)


def _free_ports(count: int) -> list[int]:
    """Ports that nobody listens on; somebody may take one before it is used, so starting is tried again."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for listener in sockets:
            listener.bind(("127.0.0.1", 0))
        return [listener.getsockname()[1] for listener in sockets]
    finally:
        for listener in sockets:
            listener.close()


def _etcd_flags(data: Path, port: int, peer: int) -> list[str]:
    own, peers = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{peer}"
    return [
        f"--data-dir={data}",
        f"--listen-client-urls={own}",
        f"--advertise-client-urls={own}",
        f"--listen-peer-urls={peers}",
        f"--initial-advertise-peer-urls={peers}",
        f"--initial-cluster=default={peers}",
        "--unsafe-no-fsync",
        "--log-level=warn",
    ]


def _server_flags(certificates: Certificates, tokens: Path, store: int, port: int) -> list[str]:
    return [
        f"--etcd-servers=http://127.0.0.1:{store}",
        "--bind-address=127.0.0.1",
        "--advertise-address=127.0.0.1",
        f"--secure-port={port}",
        f"--tls-cert-file={certificates.server}",
        f"--tls-private-key-file={certificates.server_key}",
        f"--client-ca-file={certificates.authority}",
        f"--token-auth-file={tokens}",
        "--authorization-mode=RBAC",
        "--service-account-issuer=https://127.0.0.1",
        f"--service-account-key-file={certificates.server_key}",
        f"--service-account-signing-key-file={certificates.server_key}",
        "--service-cluster-ip-range=10.96.0.0/16,fd00:96::/112",
        f"--disable-admission-plugins={_SWITCHED_OFF}",
        "--enable-priority-and-fairness=false",
        "--profiling=false",
    ]
