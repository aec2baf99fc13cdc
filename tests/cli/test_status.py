"""The subcommand `status`: options, contradictions, exit codes, and what a person reads about bad input."""

import json
import os
from pathlib import Path

import pytest

from tests.cli.clusters import NO_MESH, faulty, saved
from tests.cli.conftest import Cli
from tests.cluster.packing import as_tar, as_zip, tar_bytes
from tests.status.faults import healthy

_OUTDATED = ("docker.io/istio/proxyv2:1.29.6", "docker.io/istio/proxyv2:1.31.2")
_KINDS = {"Pod": "pods", "Deployment": "deployments"}


@pytest.fixture(autouse=True)
def no_kubeconfig(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No test looks at the cluster of the person who runs it."""
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "kubeconfig"))


def _only(kind: str) -> str:
    return "\n---\n".join(json.dumps(data) for data in healthy("istio-sidecar") if data["kind"] == kind)


@pytest.mark.parametrize("output", ["text", "json", "markdown"])
@pytest.mark.parametrize(
    ("content", "options", "code"),
    [
        ("healthy", [], 0),
        ("healthy", ["--require-complete"], 0),
        ("outdated", [], 0),
        ("outdated", ["--fail-on", "warning"], 1),
        ("outdated", ["--check", "certificates", "--fail-on", "warning"], 0),
        ("expiring", [], 1),
        ("pods", [], 0),
        ("pods", ["--require-complete"], 3),
        ("empty", [], 3),
        ("no objects", [], 3),
    ],
)
def test_exit_code_follows_the_contract_in_every_format(
    cli: Cli, tmp_path: Path, content: str, options: list[str], code: int, output: str
) -> None:
    if content == "healthy":
        saved("istio-sidecar", tmp_path)
    elif content == "outdated":
        faulty("istio-sidecar", tmp_path, *_OUTDATED)
    elif content == "expiring":
        saved("istio-sidecar", tmp_path)
        options = ["--now", "2036-08-20T00:00:00Z"]
    else:
        texts = {"pods": _only("Pod"), "empty": "", "no objects": "a: 1\n"}
        (tmp_path / "objects.yaml").write_text(texts[content], encoding="utf-8")
    assert cli("status", "--snapshot", ".", "-o", output, *options).code == code


def test_text_tells_problems_first_then_what_runs_and_the_verdict_last(cli: Cli, tmp_path: Path) -> None:
    name = faulty("istio-sidecar", tmp_path, *_OUTDATED)
    ran = cli("status", "--snapshot", name, "--check", "data-plane", "--check", "control-plane")
    lines = ran.out.splitlines()
    assert lines[0].startswith("warning ST203 ")
    assert lines[2] == "    read from /spec/containers/0/image = docker.io/istio/proxyv2:1.29.6"
    assert lines[3] == "    next: istioctl proxy-status"
    assert "istio 1.31.2, sidecar" in lines
    assert "  istiod         istio-system  2/2    1.31.2 (default)" in lines
    assert lines[-1].startswith("pass: 0 errors, ")
    assert lines[-1].endswith(" in 85 objects; 0 things not checked")
    assert ran.err == ""


def test_json_holds_the_fields_of_the_contract(cli: Cli, tmp_path: Path) -> None:
    name = faulty("istio-sidecar", tmp_path, *_OUTDATED)
    answer = json.loads(cli("status", "--snapshot", name, "-o", "json").out)
    assert {"meshes", "problems", "not_checked", "taken_at", "verdict", "counts"} <= set(answer)
    (mesh,) = answer["meshes"]
    assert set(mesh) == {
        "mesh",
        "cluster",
        "version",
        "mode",
        "control_plane",
        "data_plane",
        "gateways",
        "certificates",
        "config",
        "support",
    }
    first = answer["problems"][0]
    assert (first["code"], first["severity"], first["check"]) == ("ST203", "warning", "data-plane")
    assert first["evidence"] == {"pointer": "/spec/containers/0/image", "value": "docker.io/istio/proxyv2:1.29.6"}
    assert first["next_command"] == "istioctl proxy-status"


def test_certificates_are_judged_by_the_days_and_the_time_that_are_given(cli: Cli, tmp_path: Path) -> None:
    name = saved("istio-sidecar", tmp_path)
    look = ("status", "--snapshot", name, "--check", "certificates")
    assert cli(*look).code == 0
    late = cli(*look, "--now", "2036-08-20", "-o", "json")
    assert late.code == 1
    assert {problem["code"] for problem in json.loads(late.out)["problems"]} == {"CE103"}
    assert [held["days_left"] for held in json.loads(late.out)["meshes"][0]["certificates"]] == [12, 42, 3421]
    assert cli(*look, "--now", "2036-08-20", "--cert-days", "12").code == 0
    assert cli(*look, "--now", "2036-08-20", "--cert-days", "13").code == 1


def test_namespace_narrows_what_is_told_and_keeps_the_control_plane(cli: Cli, tmp_path: Path) -> None:
    name = faulty("istio-sidecar", tmp_path, *_OUTDATED)
    answer = json.loads(cli("status", "--snapshot", name, "-n", "shop", "-o", "json").out)
    (mesh,) = answer["meshes"]
    assert [held["name"] for held in mesh["data_plane"]["namespaces"]] == ["shop"]
    assert mesh["gateways"] == []
    assert [part["name"] for part in mesh["control_plane"]] == ["istiod"]
    assert {problem["resource"]["namespace"] for problem in answer["problems"]} == {"shop"}


@pytest.mark.parametrize(
    ("argv", "sentence"),
    [
        (["--snapshot", "absent.yaml"], "service-mesh: 'absent.yaml': no such file or folder; check the spelling"),
        (["--demo", "--snapshot", "x"], "service-mesh: --demo looks at the bundled snapshot, --snapshot at another"),
        (["--demo", "--context", "x"], "service-mesh: --demo looks at the bundled snapshot, --context at another"),
        (["--demo", "--check", "certs"], "service-mesh: --check has no part 'certs'; the parts are control-plane, "),
        (
            ["--demo", "--check", "dataplane"],
            "service-mesh: --check has no part 'dataplane'; did you mean 'data-plane'?",
        ),
        (["--demo", "--now", "noon"], "service-mesh: 'noon' is no time; write it like 2026-11-20T12:00:00Z"),
        (["--demo", "--cert-days", "-1"], "service-mesh status: argument --cert-days: "),
        (["--demo", "--cert-days", "soon"], "service-mesh status: argument --cert-days: 'soon' is no whole number"),
        (["--demo", "--symptom", "502"], "service-mesh status: argument --symptom: invalid choice: '502'"),
        (["--demo", "-o", "sarif"], "service-mesh status: argument -o/--output: invalid choice: 'sarif'"),
        (
            ["--demo", "--snapshots"],
            "service-mesh status: unrecognized arguments: --snapshots; did you mean '--snapshot'?",
        ),
        (
            ["--demo", "--symptom", "503"],
            "service-mesh: the symptom '503' is given without the workload that shows it; ",
        ),
        (["--demo", "--workload", "shop/web"], "service-mesh: "),
        (["--demo", "--symptom", "503", "--workload", "shop/wbe"], "service-mesh: no workload 'shop/wbe' was read; "),
        ([], "service-mesh: there is no kubeconfig at "),
        (["--context", "east"], "service-mesh: there is no kubeconfig at "),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_wrong_use_is_one_sentence_on_stderr_and_exit_2(cli: Cli, argv: list[str], sentence: str) -> None:
    ran = cli("status", *argv)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(sentence)
    assert ran.err.count("\n") == 1


def test_symptom_is_answered_with_a_cause_before_the_problems(cli: Cli) -> None:
    ran = cli("status", "--demo", "--symptom", "503", "--workload", "payments/ledger")
    lines = ran.out.splitlines()
    assert lines[0] == (
        "503 of Deployment payments/ledger: the cause is that subset 'v2' of host"
        " 'ledger.payments.svc.cluster.local' is defined by no DestinationRule"
    )
    assert lines[1:3] == [
        "    in VirtualService payments/ledger",
        "    next: kubectl -n payments get virtualservice.networking.istio.io/ledger -o yaml",
    ]
    assert ran.code == 1


def test_script_that_stands_for_the_subcommand_is_named_in_its_help(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SERVICE_MESH_CALLED_AS", "mesh-status.sh")
    shown = cli("status", "--help").out
    assert shown.startswith("usage: mesh-status.sh [-h]")
    assert "  mesh-status.sh --check certificates --cert-days 60" in shown
    assert cli("status", "--demoo").err.startswith(
        "mesh-status.sh: unrecognized arguments: --demoo; did you mean '--demo'?"
    )


def test_demo_is_named_by_a_short_path_below_the_working_folder(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    root = Path(__file__).parents[2]
    assert f"({root}/examples/demo-cluster/istio-ingress.yaml:" in cli("status", "--demo").out
    monkeypatch.chdir(root)
    assert "(examples/demo-cluster/istio-ingress.yaml:" in cli("status", "--demo").out


def test_cluster_without_a_mesh_is_told_in_a_sentence(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "plain.yaml").write_text(NO_MESH, encoding="utf-8")
    ran = cli("status", "--snapshot", "plain.yaml")
    lines = ran.out.splitlines()
    assert lines[0] == "cluster: 1 object from kubectl, read at 2026-11-20T12:00:00Z"
    assert "not checked: the health of a mesh: neither Istio nor Linkerd nor Cilium was found" in lines
    assert lines[-1].startswith("nothing could be checked: 0 errors")
    assert ran.code == 3


def test_cluster_without_a_mesh_can_be_asked_whether_it_carries_one(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "plain.yaml").write_text(NO_MESH, encoding="utf-8")
    ran = cli("status", "--snapshot", "plain.yaml", "--check", "pre-install")
    assert ran.code == 0
    assert "the health of a mesh" not in ran.out


def test_two_meshes_at_once_are_told_side_by_side(cli: Cli, tmp_path: Path) -> None:
    for name in ("istio-sidecar", "linkerd"):
        saved(name, tmp_path, into="both")
    answer = json.loads(cli("status", "--snapshot", "both", "-o", "json").out)
    assert [(mesh["mesh"], mesh["cluster"]) for mesh in answer["meshes"]] == [("istio", ""), ("linkerd", "")]


_YAML = NO_MESH.encode()


def test_archive_that_is_cut_off_tells_what_was_read_and_what_was_lost(cli: Cli, tmp_path: Path) -> None:
    noise = os.urandom(100_000).hex()
    whole = tar_bytes({"dump/a.yaml": _YAML, "dump/b.yaml": f"# {noise}\n".encode()})
    (tmp_path / "cut.tar.gz").write_bytes(whole[: len(whole) // 2])
    ran = cli("status", "--snapshot", "cut.tar.gz")
    lines = ran.out.splitlines()
    assert lines[0].startswith("cluster: 1 object from kubectl, ")
    assert "not checked: cut.tar.gz: the archive is cut off: what stands behind the last whole member is lost" in lines
    assert (ran.code, ran.err) == (3, "")
    assert lines[-1].startswith("nothing could be checked: ")


def test_archive_bomb_is_not_unpacked(cli: Cli, tmp_path: Path) -> None:
    as_zip(tmp_path, {"all.yaml": b" " * 150_000_000}, "bomb.zip")
    ran = cli("status", "--snapshot", "bomb.zip")
    assert ran.code == 3
    assert ran.out.splitlines()[0] == "not checked: bomb.zip!all.yaml: the member is larger than 100 MB"
    assert ran.out.splitlines()[-1].startswith("nothing could be checked: ")


def test_members_that_lead_out_of_the_archive_are_not_read(cli: Cli, tmp_path: Path) -> None:
    as_tar(tmp_path, {"../outside.yaml": _YAML, "dump/inside.yaml": _YAML})
    ran = cli("status", "--snapshot", "snapshot.tar.gz")
    assert "not checked: snapshot.tar.gz!../outside.yaml: the name of the member leads out of the archive" in ran.out
    assert "cluster: 1 object from kubectl" in ran.out
    assert not (tmp_path.parent / "outside.yaml").exists()


def test_file_that_is_no_archive_is_one_sentence(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "dump.tar.gz").write_bytes(b"hello world")
    ran = cli("status", "--snapshot", "dump.tar.gz")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == "service-mesh: 'dump.tar.gz' is no archive; take the snapshot again, or name the folder\n"


def test_kinds_that_a_snapshot_lacks_are_not_checked_and_never_fine(cli: Cli, tmp_path: Path) -> None:
    for kind, name in _KINDS.items():
        (tmp_path / f"{name}.yaml").write_text(_only(kind), encoding="utf-8")
    answer = json.loads(cli("status", "--snapshot", ".", "-o", "json").out)
    assert answer["verdict"] == "incomplete"
    (entry,) = answer["not_checked"]
    assert entry["what"].startswith("Namespace, Service, ConfigMap, Secret, Node, ")
    assert "the certificates of the meshes" in entry["why"]
    assert entry["how_to_settle"].startswith("add the output of: kubectl get namespaces,services,configmaps,secrets,")


def test_colour_is_used_only_where_it_is_wanted(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "\x1b[" not in cli("status", "--demo").out
    assert "\x1b[1;31merror " in cli("status", "--demo", "--color", "always").out
    assert "\x1b[" not in cli("status", "--demo", "--color", "never").out
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[31" not in cli("status", "--demo").out
