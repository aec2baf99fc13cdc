"""The health of meshes for people: text in a pipe and in a narrow terminal, and Markdown that nothing breaks out of."""

import os
import pty
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

import service_mesh
from service_mesh.cli.output.folding import Line, print_lines
from service_mesh.cli.output.status_markdown import render_markdown
from service_mesh.cli.output.status_text import print_status
from service_mesh.operations.result import Verdict
from service_mesh.operations.status_result import StatusResult
from service_mesh.status.health import DataPlane, NamespaceHealth
from service_mesh.status.linkerd_exports import CheckResult
from tests.support.health import CAUSE, HEALTH, PROBLEM, RESULT

_CHECK = CheckResult("linkerd-identity", "issuer cert is valid", "error", "it is over", "https://linkerd.io/2/checks/")


def _printed(capsys: pytest.CaptureFixture[str], result: StatusResult) -> list[str]:
    print_status(result, "never")
    return capsys.readouterr().out.splitlines()


def test_problems_come_first_and_the_verdict_last(capsys: pytest.CaptureFixture[str]) -> None:
    assert _printed(capsys, RESULT) == [
        "error ST101 no pod of 'istiod' is ready",
        "    in Deployment istio-system/istiod (dump/deployments.yaml:12)",
        "    read from /status/readyReplicas = 0",
        "    next: kubectl -n istio-system describe deployment/istiod",
        "",
        "cluster prod: 42 objects from kubectl, Kubernetes 1.34.2, read at 2026-11-20T12:00:00Z",
        "",
        "istio 1.31.2, sidecar",
        "",
        "  CONTROL PLANE  NAMESPACE     READY  VERSION",
        "  istiod         istio-system  0/2    1.31.2 (default)",
        "",
        "  NAMESPACE  ENROLLED  MESHED  OUTDATED  NOT READY",
        "  shop       sidecar   4/5     1         0",
        "",
        "  GATEWAY      KIND     PROGRAMMED  ADDRESS",
        "  shop/public  Gateway  yes         203.0.113.5",
        "",
        "  ENDS        DAYS  CHAIN  CERTIFICATE",
        "  2027-03-01  101   ok     istiod CA (Secret istio-system/cacerts)",
        "",
        "  configuration: 1 error, 2 warnings, 0 notes; `service-mesh validate` with the same --snapshot or --context"
        " lists them",
        "",
        "not checked: Secret objects: the snapshot holds none",
        "    kubectl get secrets -A -o yaml",
        "fail: 1 error, 0 warnings, 0 notes in 42 objects; 1 thing not checked",
    ]


def test_cause_of_a_symptom_comes_before_everything(capsys: pytest.CaptureFixture[str]) -> None:
    assert _printed(capsys, replace(RESULT, cause=CAUSE))[:6] == [
        "503 of shop/web: the service selects no pod",
        "    in Service shop/web",
        "    next: kubectl -n shop get endpointslices",
        "    it is something else if: the service has ready endpoints",
        "    looked for 2 causes, the likeliest first (-o json lists them), all without a remark",
        "",
    ]
    remarked = replace(CAUSE, looked_for=("endpoints", "subsets: found", "gateways (Gateway objects were not read)"))
    assert _printed(capsys, replace(RESULT, cause=remarked))[4:7] == [
        "    looked for 3 causes, the likeliest first (-o json lists them); to some there is a remark",
        "      subsets: found",
        "      gateways (Gateway objects were not read)",
    ]
    unknown = replace(CAUSE, cause="", resource=None, next_command="", disproof="", looked_for=())
    assert _printed(capsys, replace(RESULT, cause=unknown))[:2] == [
        "503 of shop/web: no cause was found among what can be seen from here",
        "",
    ]


def test_object_of_a_live_cluster_among_several_is_named_with_its_cluster(capsys: pytest.CaptureFixture[str]) -> None:
    assert PROBLEM.resource is not None
    live = replace(PROBLEM, file="", line=0, resource=replace(PROBLEM.resource, cluster="west"))
    result = replace(RESULT, problems=(live,), meshes=(replace(HEALTH, cluster="west"),))
    lines = _printed(capsys, result)
    assert lines[1] == "    in Deployment istio-system/istiod of cluster west"
    assert "istio 1.31.2, sidecar in cluster west" in lines


def test_saved_answer_of_linkerd_check_is_shown_with_its_page(capsys: pytest.CaptureFixture[str]) -> None:
    lines = _printed(capsys, replace(RESULT, reported=(_CHECK,)))
    at = lines.index("linkerd check, linkerd-identity: error: issuer cert is valid: it is over")
    assert lines[at + 1] == "    https://linkerd.io/2/checks/"


def test_support_of_the_release_stands_below_the_name_of_the_mesh(capsys: pytest.CaptureFixture[str]) -> None:
    lines = _printed(capsys, replace(RESULT, meshes=(replace(HEALTH, support="supported until 2027-02-01"),)))
    at = lines.index("istio 1.31.2, sidecar")
    assert lines[at + 1 : at + 3] == ["  supported until 2027-02-01", ""]


def test_rows_beyond_forty_are_counted(capsys: pytest.CaptureFixture[str]) -> None:
    spaces = tuple(NamespaceHealth(f"team-{number}", "sidecar", 1, 1, 0, 0) for number in range(43))
    lines = _printed(capsys, replace(RESULT, meshes=(replace(HEALTH, data_plane=DataPlane(spaces)),)))
    assert "  team-39    sidecar   1/1     0         0" in lines
    assert "  and 3 more: -o json lists all" in lines
    assert not any("team-40" in line for line in lines)


def test_nothing_read_is_no_verdict(capsys: pytest.CaptureFixture[str]) -> None:
    nothing = replace(RESULT, problems=(), meshes=(), clusters=(), verdict=Verdict.INCOMPLETE, nothing_checked=True)
    assert _printed(capsys, nothing)[-1].startswith("nothing could be checked: ")


def _folded(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], line: Line, width: int) -> list[str]:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    print_lines(iter([line]), Console(file=sys.stdout, width=width, highlight=False))
    return capsys.readouterr().out.splitlines()


@pytest.mark.parametrize(
    ("text", "hanging", "rows"),
    [
        ("one two three four five six seven", 4, ["one two three four five six", "    seven"]),
        ("one two three four five six", 4, ["one two three four five six"]),
        ("x" * 40, 4, ["x" * 40]),
        (f"a {'x' * 40} b", 4, ["a", f"    {'x' * 40}", "    b"]),
        ("next: kubectl get pods --all-namespaces", None, ["next: kubectl get pods --all-namespaces"]),
        ("名前 名前 名前 名前 名前 名前", 0, ["名前 名前 名前 名前 名前", "名前"]),
    ],
    ids=["words", "fits", "one long word", "long word between", "command", "wide characters"],
)
def test_lines_are_broken_between_words_where_a_terminal_is_narrow(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    text: str,
    hanging: int | None,
    rows: list[str],
) -> None:
    assert _folded(monkeypatch, capsys, Line(Text(text), hanging), 28) == rows


def test_styles_stay_where_lines_are_broken(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    text = Text.assemble(("error ", "bold red"), "a message that is longer than the row")
    print_lines(iter([Line(text)]), Console(file=sys.stdout, width=30, force_terminal=True, highlight=False))
    assert capsys.readouterr().out == "\x1b[1;31merror \x1b[0ma message that is longer\n    than the row\n"


def _on_a_terminal(*options: str) -> Iterator[str]:
    """Lines of the demo on a terminal of 80 columns."""
    root = Path(service_mesh.__file__).parents[2]
    ours, theirs = pty.openpty()
    environment = {**os.environ, "COLUMNS": "80", "TERM": "xterm", "PYTHONPATH": str(root / "server")}
    environment.pop("NO_COLOR", None)
    command = [sys.executable, "-m", "service_mesh", "status", "--demo", *options]
    with subprocess.Popen(command, cwd=root, env=environment, stdin=theirs, stdout=theirs, stderr=theirs) as running:
        os.close(theirs)
        shown = b""
        try:
            while piece := os.read(ours, 65_536):
                shown += piece
        except OSError:  # what Linux says when the other end is closed
            pass
        os.close(ours)
    assert running.returncode == 1
    yield from shown.decode("utf-8").replace("\r\n", "\n").splitlines()


def test_demo_fits_a_terminal_of_80_columns_apart_from_commands() -> None:
    lines = list(_on_a_terminal("--color", "never"))
    assert [line for line in lines if cell_len(line) > 80 and not line.startswith("    next: ")] == []
    assert "  2026-12-02  11    ok       signing certificate of istiod (Secret" in lines
    assert "                             istio-system/cacerts ca-cert.pem)" in lines
    assert lines[-1] == "fail: 3 errors, 2 warnings, 0 notes in 57 objects; 0 things not checked"


def test_terminal_gets_colour_by_itself() -> None:
    lines = list(_on_a_terminal())
    assert lines[0].startswith("\x1b[1;31merror \x1b[0m\x1b[1mST305 \x1b[0m")


_HOSTILE = "x\x1b[31m`|`[a](b)*<script>\\\n|"


def _hostile(value: Any) -> Any:
    """The same shape with every text replaced by one that tries to break out."""
    if isinstance(value, tuple):
        return tuple(map(_hostile, value))
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{field.name: _hostile(getattr(value, field.name)) for field in fields(value)})
    return _HOSTILE if type(value) is str and value else value


def test_no_field_from_a_cluster_brings_control_characters_to_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    result = replace(RESULT, cause=CAUSE, reported=(_CHECK,), meshes=(replace(HEALTH, support="supported"),))
    plain = _printed(capsys, result)
    shown = _printed(capsys, replace(_hostile(result), versions={}))
    assert len(shown) == len(plain)
    assert [line for line in shown if not line.isprintable()] == []


def test_no_field_from_a_cluster_breaks_out_of_its_cell_in_markdown() -> None:
    result = replace(RESULT, cause=CAUSE, reported=(_CHECK,), meshes=(replace(HEALTH, support="supported"),))
    plain, shown = (render_markdown(one) for one in (result, replace(_hostile(result), versions={})))
    rows = [line for line in shown.split("\n") if line.startswith("| ")]
    bars = [re.findall(r"\\.|\|", line).count("|") for line in rows]  # as cmark-gfm finds the ends of cells
    assert bars == [line.count("|") for line in plain.split("\n") if line.startswith("| ")]
    assert "<script" not in re.sub("(`+).*?[^`]\\1(?!`)", "", shown)


def test_markdown_holds_commands_as_they_are_apart_from_bars() -> None:
    command = r"kubectl get secret/a -o 'jsonpath={.data.a\.pem}' | base64 -d; echo `date`"
    result = replace(RESULT, problems=(replace(PROBLEM, next_command=command),))
    (row,) = [line for line in render_markdown(result).split("\n") if line.startswith("| error")]
    assert row == (
        "| error | ST101 | Deployment istio-system/istiod | no pod of 'istiod' is ready | `/status/readyReplicas = 0` |"
        r" `` kubectl get secret/a -o 'jsonpath={.data.a\.pem}' \| base64 -d; echo `date` `` |"
    )


def test_markdown_has_a_table_for_each_part_of_a_mesh() -> None:
    lines = render_markdown(RESULT).split("\n")
    assert lines[0] == "**fail: 1 error, 0 warnings, 0 notes in 42 objects; 1 thing not checked**"
    assert [line for line in lines if line.startswith(("## ", "| ")) and "---" not in line][2:] == [
        "## istio 1.31.2, sidecar",
        "| control plane | namespace | ready | version |",
        "| istiod | istio-system | 0/2 | 1.31.2 |",
        "| namespace | enrolled | meshed | outdated | not ready |",
        "| shop | sidecar | 4/5 | 1 | 0 |",
        "| gateway | kind | address | programmed |",
        "| shop/public | Gateway | 203.0.113.5 | yes |",
        "| certificate | ends | days left | chain |",
        "| istiod CA (Secret istio-system/cacerts) | 2027-03-01T00:00:00Z | 101 | ok |",
    ]
    assert lines[-2:] == [
        "- cluster prod: 42 objects from kubectl, Kubernetes 1.34.2, read at 2026-11-20T12:00:00Z",
        "- not checked: Secret objects: the snapshot holds none; kubectl get secrets -A -o yaml",
    ]
