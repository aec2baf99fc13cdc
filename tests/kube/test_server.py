"""The harness itself: who may ask, what is answered, what is left behind."""

from contextlib import closing
from pathlib import Path

import pytest

from tests.kube.binaries import ASSETS, UnavailableError, provide
from tests.kube.client import JSON, YAML, Client, as_json
from tests.kube.cluster import Cluster
from tests.kube.server import ApiServer
from tests.kube.spellings import PROBE

CONFIG_MAP = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}}


def test_client_is_known_by_certificate_and_by_token_and_not_without(server: ApiServer) -> None:
    identities = [(server.context, ""), (server.anonymous_context, server.token), (server.anonymous_context, "")]
    codes = []
    for context, token in identities:
        with closing(Client(server.port, context, token)) as client:
            codes.append(client.request("GET", "/api/v1/nodes")[0])
    assert codes == [200, 200, 403]


def test_object_that_is_accepted_in_a_dry_run_is_not_kept(cluster: Cluster) -> None:
    answer = cluster.client.dry_run("v1", "ConfigMap", "default", as_json(CONFIG_MAP), JSON)
    assert (answer.accepted, answer.content["metadata"]) == (True, {"name": "a", "namespace": "default"})
    assert cluster.client.request("GET", "/api/v1/namespaces/default/configmaps/a")[0] == 404


def test_unknown_field_is_refused_in_json_and_in_yaml(cluster: Cluster) -> None:
    body = as_json({**CONFIG_MAP, "dat": {}})
    answers = [cluster.client.dry_run("v1", "ConfigMap", "default", body, form) for form in (JSON, YAML)]
    assert [answer.reason for answer in answers] == ["BadRequest", "BadRequest"]
    assert all('strict decoding error: unknown field "dat"' in answer.message for answer in answers)


def test_refusal_by_a_schema_names_its_causes(cluster: Cluster) -> None:
    cluster.use_newest()
    body = {"apiVersion": "networking.istio.io/v1", "kind": "Gateway", "metadata": {"name": "a"}, "spec": []}
    answer = cluster.client.dry_run("networking.istio.io/v1", "Gateway", "default", as_json(body), JSON)
    assert ("spec", "FieldValueTypeInvalid") in [(cause.field, cause.reason) for cause in answer.causes]


def test_kinds_come_and_go_with_their_definitions(cluster: Cluster) -> None:
    api_version = f"{PROBE.group}/v1"
    cluster.use([PROBE])
    assert cluster.client.kind(api_version, "Probe") is not None
    cluster.use([])
    assert cluster.client.kind(api_version, "Probe") is None


def test_stopped_server_answers_nobody(server: ApiServer, tmp_path: Path) -> None:
    with ApiServer(server.binaries, tmp_path) as other, closing(Client(other.port, other.context)) as client:
        assert client.is_ready()
    with closing(Client(other.port, other.context)) as client, pytest.raises(ConnectionRefusedError):
        client.is_ready()


def test_folder_without_the_programs_is_the_reason_to_skip(tmp_path: Path) -> None:
    with pytest.raises(UnavailableError, match=f"the folder that {ASSETS} names has no kube-apiserver and etcd"):
        provide({ASSETS: str(tmp_path)})


def test_machine_without_go_is_the_reason_to_skip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UnavailableError, match=f"there is no Go to build kube-apiserver with, and {ASSETS} names no"):
        provide({"XDG_CACHE_HOME": str(tmp_path)})


def test_modules_that_cannot_be_had_are_the_reason_to_skip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    go = tmp_path / "go"
    go.write_text("#!/bin/sh\necho 'k8s.io/api@v0: module lookup disabled'; exit 1\n", encoding="utf-8")
    go.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UnavailableError, match=r"cannot be had: k8s\.io/api@v0: module lookup disabled"):
        provide({"XDG_CACHE_HOME": str(tmp_path)})
