"""Users of a kubeconfig as credentials; commands that give some are run, and nothing that they write is shown."""

import base64
import json
import stat
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from service_mesh.cluster.live.credentials import static_user
from service_mesh.cluster.live.kubeconfig import Access
from service_mesh.cluster.live.reading import read_context
from service_mesh.errors import InputError
from tests.cluster.live.scripted import Script, listening, write_kubeconfig
from tests.cluster.secrets import CANARY

VERSION = "client.authentication.k8s.io/v1"


def access(folder: Path, user: object, **cluster: object) -> Access:
    assert isinstance(user, dict)
    return Access("east", {"server": "https://192.0.2.1", **cluster}, user, str(folder))


def script(folder: Path, text: str) -> str:
    """A program in the folder of the kubeconfig, as its `exec` names it."""
    path = folder / "login"
    path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return "./login"


def made(
    folder: Path, text: str, seconds: float = 10, cluster: Mapping[str, object] | None = None, **more: object
) -> object:
    user = {"exec": {"apiVersion": VERSION, "command": script(folder, text), **more}}
    return static_user(access(folder, user, **(cluster or {})), seconds)


def printing(**status: str) -> str:
    answer = {"apiVersion": VERSION, "kind": "ExecCredential", "status": status}
    return f"echo secret of {CANARY} >&2; cat <<'END'\n{json.dumps(answer)}\nEND"


def failure(folder: Path, text: str, seconds: float = 10) -> str:
    with pytest.raises(InputError) as caught:
        made(folder, text, seconds)
    assert CANARY not in str(caught.value)
    begin, end = "context 'east': the command 'login' that gives its credentials ", "log in again, then try: kubectl "
    assert caught.value.message.startswith(begin)
    assert caught.value.hint.startswith(end)
    return caught.value.message.removeprefix(begin)


class TestUsers:
    def test_certificate_token_and_password_stay_as_they_are(self, tmp_path: Path) -> None:
        for user in (
            {"token": "t"},
            {"client-certificate": "/c", "client-key": "/k"},
            {"username": "a", "password": "b"},
        ):
            assert static_user(access(tmp_path, user), 1) == user

    def test_token_goes_before_a_command(self, tmp_path: Path) -> None:
        user = {"token": "t", "exec": {"command": "/nonexistent"}}
        assert static_user(access(tmp_path, user), 1) == {"token": "t"}

    def test_token_of_a_provider_is_taken_and_never_renewed(self, tmp_path: Path) -> None:
        user = {"auth-provider": {"name": "oidc", "config": {"id-token": "t", "refresh-token": "r"}}}
        assert static_user(access(tmp_path, user), 1) == {"token": "t"}

    @pytest.mark.parametrize("user", [{}, {"token": 1}, {"exec": []}, {"auth-provider": {"config": None}}, {"x": {}}])
    def test_odd_users_have_no_credentials(self, tmp_path: Path, user: dict[str, object]) -> None:
        assert static_user(access(tmp_path, user), 1) == {}


class TestCommands:
    def test_token_of_a_command(self, tmp_path: Path) -> None:
        assert made(tmp_path, printing(token="t")) == {"token": "t"}

    def test_certificate_of_a_command(self, tmp_path: Path) -> None:
        found = made(tmp_path, printing(clientCertificateData="cert", clientKeyData="key"))
        assert found == {
            "client-certificate-data": base64.b64encode(b"cert").decode("ascii"),
            "client-key-data": base64.b64encode(b"key").decode("ascii"),
        }

    def test_command_is_given_its_arguments_and_variables(self, tmp_path: Path) -> None:
        text = 'printf \'{"status": {"token": "%s %s %s"}}\' "$1" "$2" "$REGION"'
        found = made(tmp_path, text, args=["a b", "$(c)"], env=[{"name": "REGION", "value": "eu"}])
        assert found == {"token": "a b $(c) eu"}

    def test_command_is_told_of_the_cluster_where_it_asks(self, tmp_path: Path) -> None:
        (tmp_path / "ca.crt").write_text("ca", encoding="utf-8")
        text = f'printf %s "$KUBERNETES_EXEC_INFO" > {tmp_path}/info; {printing(token="t")}'
        extension = {"name": "client.authentication.k8s.io/exec", "extension": {"audience": "x"}}
        cluster = {"certificate-authority": str(tmp_path / "ca.crt"), "extensions": [extension]}
        made(tmp_path, text, cluster=cluster, provideClusterInfo=True)
        assert json.loads((tmp_path / "info").read_text(encoding="utf-8")) == {
            "apiVersion": VERSION,
            "kind": "ExecCredential",
            "spec": {
                "interactive": False,
                "cluster": {
                    "server": "https://192.0.2.1",
                    "certificate-authority-data": "Y2E=",
                    "config": {"audience": "x"},
                },
            },
        }

    def test_command_has_no_standard_input_to_read_from(self, tmp_path: Path) -> None:
        assert made(tmp_path, f"read answer && exit 9; {printing(token='t')}") == {"token": "t"}

    def test_command_that_fails(self, tmp_path: Path) -> None:
        assert failure(tmp_path, f"echo {CANARY} >&2; echo {CANARY}; exit 3") == "ended with 3"

    def test_command_that_is_not_there(self, tmp_path: Path) -> None:
        with pytest.raises(InputError, match="the command 'gone' that gives its credentials cannot be started"):
            static_user(access(tmp_path, {"exec": {"command": "/nonexistent/gone"}}), 1)

    @pytest.mark.parametrize(
        "text", [f"echo {CANARY}", "echo '{}'", "echo '[]'", "true", printing(), printing(token="")]
    )
    def test_command_that_gives_no_credentials(self, tmp_path: Path, text: str) -> None:
        assert failure(tmp_path, text) == "answers with no credentials"

    def test_command_that_gives_credentials_of_yesterday(self, tmp_path: Path) -> None:
        text = printing(token=CANARY, expirationTimestamp="2024-01-01T00:00:00Z")
        assert failure(tmp_path, text) == "gives credentials that are expired"

    def test_command_that_waits_is_ended_with_what_it_started(self, tmp_path: Path) -> None:
        begin = time.monotonic()
        assert failure(tmp_path, "sleep 30 & sleep 30", seconds=0.1) == "was not done within 0 s"
        assert time.monotonic() - begin < 5

    def test_credentials_of_a_command_are_sent(self, tmp_path: Path) -> None:
        user = {"exec": {"apiVersion": VERSION, "command": script(tmp_path, printing(token=CANARY))}}
        asked = Script()
        with listening(asked) as server:
            snapshot = read_context(kubeconfig=write_kubeconfig(tmp_path, server, user))
        assert {one.headers["authorization"] for one in asked.asked} == {f"Bearer {CANARY}"}
        assert CANARY not in repr(snapshot)
