"""`status` and `snapshot` of a live cluster: what a person reads where it is fine, forbidden or out of reach."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.cluster.live.scripted import KINDS, Reply, Script, listening, status, write_kubeconfig
from tests.status.faults import healthy

_PATHS = {
    "Pod": "/api/v1/pods",
    "Namespace": "/api/v1/namespaces",
    "Node": "/api/v1/nodes",
    "Secret": "/api/v1/secrets",
    "Deployment": "/apis/apps/v1/deployments",
}


@pytest.fixture
def script() -> Script:
    """An API server that answers with some of the objects of a healthy cluster."""
    found: dict[str, list[object]] = {path: [] for path in _PATHS.values()}
    for data in healthy("istio-sidecar"):
        if data["kind"] in _PATHS:
            found[_PATHS[str(data["kind"])]].append(data)
    return Script({path: Reply({"metadata": {}, "items": items}) for path, items in found.items()})


@pytest.fixture
def live(script: Script, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Its address, with a kubeconfig whose context `east` leads there."""
    with listening(script) as address:
        monkeypatch.setenv("KUBECONFIG", write_kubeconfig(tmp_path, address))
        yield address


@pytest.mark.usefixtures("live")
def test_current_context_is_looked_at_where_nothing_is_named(cli: Cli, script: Script) -> None:
    ran = cli("status", "--check", "data-plane", "--now", "2026-11-20T12:00:00Z")
    lines = ran.out.splitlines()
    assert (ran.code, ran.err) == (0, "")
    assert "cluster east: " in ran.out
    assert "  istiod         istio-system  2/2    1.31.2 (default)" in lines
    assert lines[-1].startswith("pass: 0 errors, ")
    assert {asked.method for asked in script.asked} == {"GET"}


@pytest.mark.usefixtures("live")
def test_snapshot_of_a_live_cluster_reads_back(cli: Cli) -> None:
    assert cli("snapshot", "--context", "east", "-o", "saved.tar.gz").code == 0
    there, back = (
        json.loads(cli("status", *source, "-o", "json").out)
        for source in (("--context", "east"), ("--snapshot", "saved.tar.gz"))
    )
    for part in ("meshes", "counts", "not_checked", "taken_at"):
        assert back[part] == there[part]


@pytest.mark.usefixtures("live")
def test_unknown_context_is_one_sentence(cli: Cli) -> None:
    ran = cli("status", "--context", "aest")
    assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1)
    assert ran.err.startswith("service-mesh: ")
    assert "'aest'" in ran.err
    assert "east" in ran.err.partition("'aest'")[2]


def test_server_that_is_out_of_reach_is_one_sentence(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: Script
) -> None:
    with listening(script) as address:
        pass  # nobody listens there any more
    monkeypatch.setenv("KUBECONFIG", write_kubeconfig(tmp_path, address))
    ran = cli("status", "--context", "east")
    assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1)
    assert ran.err.startswith(f"service-mesh: context 'east': the API server {address} cannot be read: ")


@pytest.mark.usefixtures("live")
def test_user_who_may_list_nothing_is_told_the_permission_and_gets_exit_3(cli: Cli, script: Script) -> None:
    script.replies = {path: status(403) for path in KINDS}
    ran = cli("status", "--context", "east")
    assert ran.code == 3
    assert "403" in ran.out
    assert "no mesh was found" not in ran.out
    assert ran.out.splitlines()[-1].startswith("nothing could be checked: ")


@pytest.mark.usefixtures("live")
def test_kind_that_is_forbidden_makes_the_answer_partial(cli: Cli, script: Script) -> None:
    script.replies["/api/v1/secrets"] = status(403)
    ran = cli("status", "--context", "east", "--check", "data-plane", "--now", "2026-11-20T12:00:00Z")
    assert ran.code == 0
    assert ran.out.splitlines()[-1].startswith("incomplete: ")
    required = cli("status", "--check", "data-plane", "--now", "2026-11-20T12:00:00Z", "--require-complete")
    assert required.code == 3


@pytest.mark.usefixtures("live")
def test_expired_credentials_are_one_sentence(cli: Cli, script: Script) -> None:
    script.replies = {path: status(401) for path in ("/version", "/api", "/apis", *KINDS)}
    ran = cli("status", "--context", "east")
    assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1)
    assert "refuses its credentials (401)" in ran.err
