"""What a kubeconfig says of a context, merged as kubectl does it, and each fault of it in one sentence."""

import json
import os
from pathlib import Path

import pytest

from service_mesh.cluster.live import kubeconfig
from service_mesh.cluster.live.kubeconfig import Access, chosen
from service_mesh.errors import InputError, ServiceMeshError, UsageError
from tests.cluster.live.scripted import write_kubeconfig

SERVER = "https://192.0.2.1:6443"


def config(folder: Path, name: str, current: str = "", **servers: str) -> str:
    """A kubeconfig with a context, a cluster and a user for each server, all of the same name."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    data = {
        "current-context": current,
        "contexts": [{"name": one, "context": {"cluster": one, "user": one}} for one in servers],
        "clusters": [{"name": one, "cluster": {"server": server}} for one, server in servers.items()],
        "users": [{"name": one, "user": {"token": f"of-{name}"}} for one in servers],
    }
    path.write_text(json.dumps(data), encoding="utf-8")
    return str(path)


def refused(context: str, path: str | None, **environment: str) -> ServiceMeshError:
    with pytest.raises(ServiceMeshError) as caught:
        chosen(context, path, environment)
    return caught.value


class TestChoice:
    def test_current_context_is_that_of_the_file(self, tmp_path: Path) -> None:
        access = chosen("current", config(tmp_path, "c", "b", a="https://a", b="https://b"), {})
        assert (access.context, access.server) == ("b", "https://b")

    def test_context_is_found_by_its_name(self, tmp_path: Path) -> None:
        assert chosen("a", config(tmp_path, "c", "b", a="https://a", b="https://b"), {}).server == "https://a"

    def test_first_of_several_files_counts(self, tmp_path: Path) -> None:
        first, second = config(tmp_path, "1", a="https://a1"), config(tmp_path, "2", "a", a="https://a2", b="https://b")
        environment = {"KUBECONFIG": os.pathsep.join(("", first, str(tmp_path / "gone"), second))}
        access = chosen("current", None, environment)
        assert (access.context, access.server, access.user) == ("a", "https://a1", {"token": "of-1"})
        assert chosen("b", None, environment).server == "https://b"

    def test_file_of_the_home_folder_is_the_usual_one(self, tmp_path: Path) -> None:
        config(tmp_path, ".kube/config", "a", a=SERVER)
        assert chosen("current", None, {"HOME": str(tmp_path)}).server == SERVER

    def test_paths_are_relative_to_their_file(self, tmp_path: Path) -> None:
        user = {"client-certificate": "pki/a.crt", "client-key": "/abs/a.key"}
        access = chosen("east", write_kubeconfig(tmp_path, SERVER, user, **{"certificate-authority": "ca.crt"}), {})
        assert access.cluster["certificate-authority"] == str(tmp_path / "ca.crt")
        assert access.user == {"client-certificate": str(tmp_path / "pki/a.crt"), "client-key": "/abs/a.key"}

    def test_pod_reaches_its_own_cluster(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (tmp_path / "token").write_text("t", encoding="utf-8")
        monkeypatch.setattr(kubeconfig, "_ACCOUNT", str(tmp_path))
        environment = {"KUBERNETES_SERVICE_HOST": "fd00::1", "KUBERNETES_SERVICE_PORT": "443"}
        access = chosen("current", None, environment)
        assert access == Access(
            "in-cluster",
            {"server": "https://[fd00::1]:443", "certificate-authority": str(tmp_path / "ca.crt")},
            {"tokenFile": str(tmp_path / "token")},
            str(tmp_path),
        )

    def test_credentials_are_not_shown(self, tmp_path: Path) -> None:
        assert "of-c" not in repr(chosen("a", config(tmp_path, "c", a=SERVER), {}))


class TestFaults:
    def test_no_kubeconfig_at_all(self, tmp_path: Path) -> None:
        error = refused("current", None, HOME=str(tmp_path))
        assert isinstance(error, InputError)
        assert str(error) == (
            f"there is no kubeconfig at '{tmp_path}/.kube/config'; set KUBECONFIG, or give a snapshot instead"
        )

    def test_named_file_that_is_not_there(self, tmp_path: Path) -> None:
        expected = f"there is no kubeconfig at '{tmp_path}/gone'; check the spelling"
        assert str(refused("current", str(tmp_path / "gone"))) == expected

    @pytest.mark.parametrize("text", ["[", "- a", "", "a: *x", "\0"])
    def test_file_that_is_no_map(self, tmp_path: Path, text: str) -> None:
        (tmp_path / "c").write_text(text, encoding="utf-8")
        assert str(tmp_path) in str(refused("current", str(tmp_path / "c")))

    def test_folder_instead_of_a_file(self, tmp_path: Path) -> None:
        assert refused("current", str(tmp_path)).message == f"the kubeconfig '{tmp_path}': is a directory"

    def test_unknown_context_with_a_near_one(self, tmp_path: Path) -> None:
        error = refused("prod-est", config(tmp_path, "c", **{"prod-east": SERVER, "dev": SERVER}))
        assert isinstance(error, UsageError)
        assert str(error) == "there is no context 'prod-est' in the kubeconfig; did you mean 'prod-east'?"

    def test_unknown_context_without_a_near_one(self, tmp_path: Path) -> None:
        error = refused("x", config(tmp_path, "c", **{f"context-{number}": SERVER for number in range(10)}))
        names = ", ".join(f"'context-{number}'" for number in range(8))
        assert str(error) == f"there is no context 'x' in the kubeconfig; its contexts: {names}, '…'"

    def test_no_current_context(self, tmp_path: Path) -> None:
        error = refused("current", config(tmp_path, "c", a=SERVER))
        assert str(error) == "the kubeconfig has no current context; name one of its contexts: 'a'"

    def test_current_context_that_is_not_there(self, tmp_path: Path) -> None:
        error = refused("current", config(tmp_path, "c", "gone", a=SERVER))
        assert str(error) == "the current context 'gone' is not in the kubeconfig; its contexts: 'a'"

    @pytest.mark.parametrize("server", ["", "host:6443", "ftp://host", "file:///etc"])
    def test_context_without_an_address(self, tmp_path: Path, server: str) -> None:
        error = refused("a", config(tmp_path, "c", a=server))
        assert error.message == "context 'a' leads to no cluster with the address of a server"

    @pytest.mark.parametrize("entry", [None, 1, {}, {"context": []}, {"context": {"cluster": {}, "user": 1}}])
    def test_odd_entries_do_no_harm(self, tmp_path: Path, entry: object) -> None:
        odd = {**entry, "name": "a"} if isinstance(entry, dict) else entry
        data = {"contexts": [odd], "clusters": entry, "users": [entry], "current-context": "a"}
        (tmp_path / "c").write_text(json.dumps(data), encoding="utf-8")
        assert refused("current", str(tmp_path / "c")).hint
