"""Turns a user of a kubeconfig into credentials that can be sent as they are: certificate, token, or password.

A command for credentials runs as kubectl runs it, with three differences: it cannot ask anything (a server's standard
input belongs to its protocol), it has to be done within the deadline, and nothing that it writes is ever shown.

Sources: kubernetes/kubernetes staging/src/k8s.io/client-go/plugin/pkg/client/auth/exec/exec.go (protocol, variables,
where the command is looked for), staging/src/k8s.io/client-go/pkg/apis/clientauthentication/v1/types.go (shapes).
"""

import base64
import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from service_mesh.cluster.bounds import shown
from service_mesh.cluster.live.kubeconfig import Access
from service_mesh.cluster.live.replies import mappings, parsed, text_of
from service_mesh.cluster.taken import latest_time
from service_mesh.errors import InputError
from service_mesh.model.kubectl import command as command_line

__all__ = ["static_user"]

_PASSED_ON = ("server", "tls-server-name", "insecure-skip-tls-verify", "certificate-authority-data", "proxy-url")
_EXTENSION = "client.authentication.k8s.io/exec"
_KEPT = (
    "client-certificate",
    "client-certificate-data",
    "client-key",
    "client-key-data",
    "token",
    "tokenFile",
    "username",
    "password",
)


def static_user(access: Access, seconds: float) -> dict[str, object]:
    """The user's entry with nothing left in it that would have to be run, asked for, or renewed.

    Args:
        access: The context.
        seconds: How long a command for credentials may take.

    Raises:
        InputError: The command failed, or what it gave is over; the context alone is named, nothing it wrote.
    """
    user = access.user
    kept = {name: user[name] for name in _KEPT if text_of(user, name)}
    if kept.keys() & {"token", "tokenFile"}:
        return kept
    provider, command = user.get("auth-provider"), user.get("exec")
    if isinstance(provider, dict):
        config = provider.get("config")
        token = text_of(config, "id-token") or text_of(config, "access-token")
        return {**kept, "token": token} if token else kept
    if isinstance(command, dict):
        return {**kept, **_made(access, command, seconds)}
    return kept


def _made(access: Access, command: Mapping[str, object], seconds: float) -> dict[str, object]:
    """The credentials that a command prints as an ExecCredential."""
    answer = parsed(_output(access, command, seconds))
    status = answer.get("status") if answer is not None else None
    if not isinstance(status, dict):
        raise _failed(access, command, "answers with no credentials")
    ends = latest_time(text_of(status, "expirationTimestamp"))
    if ends is not None and ends <= datetime.now(UTC):
        raise _failed(access, command, "gives credentials that are expired")
    if token := text_of(status, "token"):
        return {"token": token}
    certificate, key = text_of(status, "clientCertificateData"), text_of(status, "clientKeyData")
    if not (certificate and key):
        raise _failed(access, command, "answers with no credentials")
    return {"client-certificate-data": _encoded(certificate), "client-key-data": _encoded(key)}


def _output(access: Access, command: Mapping[str, object], seconds: float) -> bytes:
    program = text_of(command, "command")
    if os.path.dirname(program):  # noqa: PTH120  # `./program` has a folder, which a Path would drop
        program = str(Path(access.folder) / program)
    given = command.get("args")
    words = [program, *(word for word in (given if isinstance(given, list) else ()) if isinstance(word, str))]
    try:
        process = subprocess.Popen(
            words,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_environment(access, command),
            start_new_session=True,
        )
    except (OSError, ValueError):
        raise _failed(access, command, "cannot be started") from None
    with process:
        try:
            output, _ = process.communicate(timeout=max(0.0, seconds))
        except subprocess.TimeoutExpired:
            raise _failed(access, command, f"was not done within {seconds:.0f} s") from None
        finally:
            if process.poll() is None:
                _end(process)
    if process.returncode != 0:
        raise _failed(access, command, f"ended with {process.returncode}")
    return output


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End a command and what it started."""
    with suppress(ProcessLookupError):
        if sys.platform == "win32":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)


def _environment(access: Access, command: Mapping[str, object]) -> dict[str, str]:
    spec: dict[str, object] = {"interactive": False}
    if command.get("provideClusterInfo") is True:
        spec["cluster"] = _cluster_info(access.cluster)
    version = text_of(command, "apiVersion")
    info = json.dumps({"apiVersion": version, "kind": "ExecCredential", "spec": spec})
    more = {text_of(entry, "name"): text_of(entry, "value") for entry in mappings(command.get("env"))}
    more.pop("", None)
    return {**os.environ, **more, "KUBERNETES_EXEC_INFO": info}


def _cluster_info(cluster: Mapping[str, object]) -> dict[str, object]:
    """The cluster as a command is told of it, with the certificate of its authority instead of a path to it."""
    told = {name: cluster[name] for name in _PASSED_ON if name in cluster}
    authority = text_of(cluster, "certificate-authority")
    if authority and "certificate-authority-data" not in told:
        with suppress(OSError):
            told["certificate-authority-data"] = base64.b64encode(Path(authority).read_bytes()).decode("ascii")
    for extension in mappings(cluster.get("extensions")):
        if extension.get("name") == _EXTENSION:
            told["config"] = extension.get("extension")
    return told


def _failed(access: Access, command: Mapping[str, object], why: str) -> InputError:
    program = shown(Path(text_of(command, "command")).name) or "for credentials"
    return InputError(
        f"context '{shown(access.context)}': the command '{program}' that gives its credentials {why}",
        f"log in again, then try: {command_line('kubectl', '--context', access.context, 'get', 'namespaces')}",
    )


def _encoded(text: str) -> str:
    return base64.b64encode(text.encode("utf-8")).decode("ascii")
