"""`mtls -o html`: what the page holds, that nothing of it runs or loads but its own, and exit codes."""

import base64
import hashlib
import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest

from service_mesh.cli.output.report import page as report_page
from service_mesh.operations.access_result import AccessDecision
from service_mesh.operations.report import report
from service_mesh.operations.request import Inputs, MtlsRequest
from tests.cli.conftest import Cli
from tests.cli.test_mtls import STRICT, written
from tests.operations.test_mtls import OTHERS, PODS, SIDECARS, service
from tests.support.scene import deployment

HOSTILE = "</script><img src=x onerror=alert(1)><!--&lt;\u2028\u2029\u202e'\""
FOLDER = Path(report_page.__file__).parent
SCRIPT = re.compile(r'<script type="application/json" id="data">(.*?)</script>', re.DOTALL)


def data_of(page: str) -> dict[str, Any]:
    found = SCRIPT.search(page)
    assert found is not None
    return dict(json.loads(found[1]))


def rows_of(data: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """Lines of a table, with texts and sets of members in place of their numbers."""
    texts, sets = data["texts"], [members(data, runs) for runs in data["sets"]]
    lines = [dict(zip(data[name]["fields"], row, strict=True)) for row in data[name]["rows"]]
    for line in lines:
        for field in line.keys() & {"carries", "decision", "reason", "mode", "mesh", "who", "needs", "layer"}:
            line[field] = texts[line[field]]
        for field in line.keys() & {"callers", "called"} if line.get("callers", -1) >= 0 else ():
            line[field] = sets[line[field]]
    return lines


def members(data: dict[str, Any], runs: list[int]) -> list[str]:
    numbers = {first + step for first, count in zip(runs[::2], runs[1::2], strict=True) for step in range(count)}
    held = data["workloads"]
    return [title for title, number in zip(held["titles"], held["classes"], strict=True) if number in numbers]


def test_the_page_holds_edges_answers_ports_and_what_would_break(cli: Cli, tmp_path: Path) -> None:
    data = data_of(cli("mtls", written(tmp_path, SIDECARS, service("NodePort")), "-o", "html").out)
    assert (data["verdict"], data["ready"]) == ("permissive", False)
    assert data["namespaces"] == ["legacy", "shop"]
    edges = [(one["carries"], one["callers"], one["called"], one["port"]) for one in rows_of(data, "edges")]
    assert edges == [
        ("plaintext", ["Deployment legacy/report"], ["Deployment shop/cart"], 8080),
        ("mtls", ["Deployment shop/web", "Deployment shop/cart"], ["Deployment shop/cart"], 8080),
    ]
    answers = [(one["decision"], one["carries"], one["callers"]) for one in rows_of(data, "answers")]
    assert sorted(answers) == [
        ("allow", "mtls", ["Deployment shop/web", "Deployment shop/cart"]),
        ("allow", "plaintext", ["Deployment legacy/report"]),
    ]
    ports = [(data["workloads"]["titles"][one["workload"]], one["mode"]) for one in rows_of(data, "ports")]
    assert ports == [("Deployment shop/cart", "permissive")]
    breaking = [(one["who"] or one["callers"], one["port"], one["certain"]) for one in rows_of(data, "breaks")]
    assert sorted(breaking, key=str) == [
        ("clients outside the mesh", 8080, 1),
        (["Deployment legacy/report"], 8080, 1),
    ]


def test_objects_come_with_their_files_and_lines(cli: Cli, tmp_path: Path) -> None:
    data = data_of(cli("mtls", written(tmp_path, *STRICT), "-o", "html").out)
    texts = data["texts"]
    places = {(texts[title], texts[file], line) for title, file, _, _, line in data["places"]}
    assert ("PeerAuthentication shop/mode", "mesh.yaml", 52) in places


def test_totals_of_the_page_are_those_of_the_answers() -> None:
    found = report(MtlsRequest(Inputs(manifests="---\n".join((OTHERS, *PODS, SIDECARS, service())))))
    data = data_of(report_page.render_report(found))
    counted = dict.fromkeys(("allow", "deny", "unknown"), 0)
    for one in rows_of(data, "answers"):
        counted[one["decision"]] += len(one["callers"]) * len(one["called"])
    totals = found.matrix.totals
    assert counted == {"allow": totals.allow, "deny": totals.deny, "unknown": totals.unknown}


def test_a_set_of_classes_is_written_as_runs_of_namespaces() -> None:
    pods = [deployment(f"{space}/{name}") for name in ("a", "b") for space in ("one", "two", "three")]
    spaces = [
        f"apiVersion: v1\nkind: Namespace\nmetadata: {{name: {name}, labels: {{team: {name}}}}}\n"
        for name in ("one", "two", "three")
    ]
    data = data_of(report_page.render_report(report(MtlsRequest(Inputs(manifests="---\n".join((*spaces, *pods)))))))
    homes = [data["namespaces"][home] for home in data["workloads"]["homes"]]
    ordered = sorted(zip(data["workloads"]["classes"], homes, strict=True))
    assert [home for _, home in ordered] == ["one", "one", "three", "three", "two", "two"]


@pytest.mark.parametrize("name", [HOSTILE, "\udcff", "\x1b[31m", "</SCRIPT >", "]]>", "<!--<script>"])
def test_names_from_files_are_data_and_nothing_else(name: str) -> None:
    manifest = json.dumps(
        {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": name, "namespace": name},
            "spec": {"containers": [{"name": "c", "ports": [{"containerPort": 80}]}]},
        }
    )
    result = report(MtlsRequest(Inputs(manifests=manifest)))
    page = report_page.render_report(result)
    plain = report_page.render_report(report(MtlsRequest(Inputs(manifests=manifest.replace(json.dumps(name), '"x"')))))
    shown = "".join(one if one.isprintable() else "\ufffd" for one in name)
    assert data_of(page)["workloads"]["titles"] == [f"Pod {shown}/{shown}"]
    assert page.isascii()
    assert [page.count(mark) for mark in "<>&"] == [plain.count(mark) for mark in "<>&"]


def test_the_page_names_no_address_to_load_anything_from(cli: Cli, tmp_path: Path) -> None:
    page = cli("mtls", written(tmp_path, *STRICT), "-o", "html").out
    assert re.findall(r"[a-z]+://[^\s\"'`]+", page) == ["http://www.w3.org/2000/svg"]
    assert re.findall(r"<(?:link|img|iframe|object|embed|base)\b|\bsrc=|@import|url\(|\bfetch\(", page) == []


def test_only_the_style_and_the_program_of_the_page_may_run(cli: Cli, tmp_path: Path) -> None:
    page = cli("mtls", written(tmp_path, *STRICT), "-o", "html").out
    parts = [re.search(rf"<{tag}>(.*?)</{tag}>", page, re.DOTALL) for tag in ("style", "script")]
    style, program = (
        base64.b64encode(hashlib.sha256(part[1].encode()).digest()).decode() for part in parts if part is not None
    )
    policy = (
        f"default-src 'none'; style-src 'sha256-{style}'; script-src 'sha256-{program}'; base-uri 'none';"
        " form-action 'none'"
    )
    assert f'<meta http-equiv="Content-Security-Policy" content="{policy}">' in page


def test_the_programs_of_the_page_turn_no_text_into_markup() -> None:
    programs = "\n".join(path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("*.js")))
    assert re.findall(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function", programs) == []


def test_no_program_of_the_page_is_left_out() -> None:
    page = report_page.render_report(report(MtlsRequest(Inputs(manifests="---\n".join(PODS)))))
    left = [path.name for path in FOLDER.glob("*.js") if path.read_text(encoding="utf-8") not in page]
    assert left == []


@pytest.mark.parametrize(("more", "code"), [((), 0), (("--fail-on", "warning"), 1)])
def test_exit_codes_are_those_of_other_formats(cli: Cli, tmp_path: Path, more: tuple[str, ...], code: int) -> None:
    mesh = written(tmp_path, SIDECARS, service())
    assert cli("mtls", mesh, "--workload", "shop/cart", *more, "-o", "html").code == code


def test_an_input_without_workloads_gives_an_empty_page(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "mesh.yaml").write_text(SIDECARS, encoding="utf-8")
    ran = cli("mtls", "mesh.yaml", "-o", "html")
    assert (ran.code, data_of(ran.out)["workloads"]["titles"]) == (3, [])


def test_a_terminal_is_refused_before_anything_is_read(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    ran = cli("mtls", "none.yaml", "-o", "html")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == (
        "service-mesh: a page of HTML is for a browser, not for a terminal; write it to a file: -o html > mesh.html\n"
    )


def test_every_decision_and_transport_has_a_word_and_a_sign() -> None:
    words = (FOLDER / "words.js").read_text(encoding="utf-8")
    from service_mesh.operations.mtls_result import MtlsVerdict
    from service_mesh.posture.edges import Transport

    known = set(re.findall(r"^  (\w+): [{[]", words, re.MULTILINE))
    assert {*Transport, *MtlsVerdict, *AccessDecision} <= known


COLOURS = re.compile(r"--(\w+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)")


@pytest.mark.parametrize("theme", [0, 1])
def test_texts_and_signs_stand_out_from_what_is_behind_them(theme: int) -> None:
    style = (FOLDER / "style.css").read_text(encoding="utf-8")
    colours = {name: both[theme] for name, *both in COLOURS.findall(style)}
    grounds = [colours.pop("ground"), colours.pop("panel")]
    colours.pop("border")  # decoration
    faint = {name: min(_contrast(colour, ground) for ground in grounds) for name, colour in colours.items()}
    assert {name: round(ratio, 2) for name, ratio in faint.items() if ratio < 4.5} == {}


def _contrast(one: str, other: str) -> float:
    """Contrast of two colours (https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio)."""
    lighter, darker = sorted(map(_luminance, (one, other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    shares = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
