"""The subcommand `snapshot`: each form reads back to the same health; nothing is written where nothing was read."""

import json
from pathlib import Path

import pytest

from tests.cli.clusters import faulty, saved
from tests.cli.conftest import Cli

_OUTDATED = ("docker.io/istio/proxyv2:1.29.6", "docker.io/istio/proxyv2:1.31.2")


@pytest.fixture(autouse=True)
def no_kubeconfig(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "kubeconfig"))


def _health(cli: Cli, snapshot: str) -> tuple[object, ...]:
    """The answer without what names the file: its place and who collected it."""
    answer = json.loads(cli("status", "--snapshot", snapshot, "-o", "json").out)
    problems = [{key: one[key] for key in one if key not in ("file", "line")} for one in answer["problems"]]
    assert problems
    return answer["verdict"], answer["meshes"], problems, answer["not_checked"], answer["taken_at"], answer["versions"]


@pytest.mark.parametrize("name", ["saved.tar.gz", "saved.tgz", "saved.zip", "saved.yaml", "saved.yml"])
def test_snapshot_reads_back_to_the_same_health(cli: Cli, tmp_path: Path, name: str) -> None:
    source = faulty("istio-sidecar", tmp_path, *_OUTDATED)
    ran = cli("snapshot", "--snapshot", source, "-o", name)
    assert (ran.code, ran.out, ran.err) == (0, f"85 objects written to {name}; 0 things not read\n", "")
    assert _health(cli, name) == _health(cli, source)
    assert (tmp_path / name).stat().st_mode & 0o777 == 0o600


def test_snapshot_of_several_clusters_reads_back_side_by_side(cli: Cli, tmp_path: Path) -> None:
    for name, cluster in (("istio-sidecar", "east"), ("linkerd", "west")):
        saved(name, tmp_path, into=f"both/{cluster}")
    assert cli("snapshot", "--snapshot", "both", "-o", "both.tar.gz").code == 0
    answer = json.loads(cli("status", "--snapshot", "both.tar.gz", "-o", "json").out)
    assert [(mesh["cluster"], mesh["mesh"]) for mesh in answer["meshes"]] == [("east", "istio"), ("west", "linkerd")]


def test_what_could_not_be_read_is_told_and_goes_into_the_snapshot(cli: Cli, tmp_path: Path) -> None:
    saved("istio-sidecar", tmp_path, into="dump")
    (tmp_path / "dump/broken.yaml").write_text("apiVersion: v1\nkind: [", encoding="utf-8")
    ran = cli("snapshot", "--snapshot", "dump", "-o", "saved.yaml")
    assert ran.code == 0
    lines = ran.out.splitlines()
    assert lines[0].startswith("not read: dump/broken.yaml line ")
    assert lines[-1] == "85 objects written to saved.yaml; 1 thing not read"
    answer = json.loads(cli("status", "--snapshot", "saved.yaml", "-o", "json").out)
    assert [entry["what"].partition(" ")[0] for entry in answer["not_checked"]] == ["dump/broken.yaml"]


def test_nothing_is_written_where_nothing_was_read(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "empty.yaml").write_text("", encoding="utf-8")
    ran = cli("snapshot", "--snapshot", "empty.yaml", "-o", "saved.zip")
    assert ran.code == 3
    assert ran.out.splitlines()[-1] == "nothing was read, so saved.zip was not written; 1 thing not read"
    assert not (tmp_path / "saved.zip").exists()


@pytest.mark.parametrize(
    ("argv", "sentence"),
    [
        (
            ["-o", "saved.rar"],
            "service-mesh: 'saved.rar' does not tell the form of a snapshot; let it end in one of .tar.gz,",
        ),
        (["-o", "absent/saved.zip"], "service-mesh: 'absent/saved.zip' was not written: no such file or directory;"),
        ([], "service-mesh snapshot: the following arguments are required: -o/--output"),
        (["-o", "saved.zip", "--formt", "x"], "service-mesh snapshot: unrecognized arguments: --formt x"),
    ],
    ids=["form", "folder", "no file", "option"],
)
def test_wrong_use_is_one_sentence_and_nothing_is_written(
    cli: Cli, tmp_path: Path, argv: list[str], sentence: str
) -> None:
    source = saved("istio-sidecar", tmp_path)
    ran = cli("snapshot", "--snapshot", source, *argv)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(sentence)
    assert ran.err.count("\n") == 1
    assert [path.name for path in tmp_path.iterdir()] == [source]


def test_without_a_kubeconfig_it_says_what_to_give(cli: Cli) -> None:
    ran = cli("snapshot", "-o", "saved.zip")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("service-mesh: there is no kubeconfig at ")
