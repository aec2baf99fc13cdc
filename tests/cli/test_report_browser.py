"""The page of `-o html` in a browser: a headless Chromium draws it, and small scripts in a copy choose and look.

Where no Chromium is installed the tests are skipped and say so.
"""

import base64
import hashlib
import json
import re
import shutil
import subprocess
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from service_mesh.cli.output.report.page import render_report
from service_mesh.operations.report import report
from service_mesh.operations.report_result import ReportResult
from service_mesh.operations.request import Inputs, MtlsRequest
from tests.cli.test_report import HOSTILE
from tests.operations.test_mtls import OTHERS, PLAIN, PODS, SIDECARS, mode, service
from tests.support.large_mesh import Size, write_large_mesh
from tests.support.scene import deployment

EXAMPLES = Path(__file__).parents[2] / "examples"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--enable-logging=stderr",
    "--virtual-time-budget=2000",
)
_SAID = re.compile(r"^.*:CONSOLE.*$", re.MULTILINE)
_TOLD = re.compile(r'<meta name="told" content="([^"]*)">')


@dataclass(frozen=True)
class Browser:
    """A Chromium that draws pages from disk.

    Attributes:
        program: Its path.
        folder: Where pages and its profile lie.
    """

    program: str
    folder: Path

    def drawn(self, page: str, chosen: str = "", width: int = 1400) -> str:
        """The elements of a page after its program ran; it must not have complained."""
        file, profile = self.folder / "page.html", self.folder / "profile"
        file.write_text(page, encoding="utf-8")
        more = f"--user-data-dir={profile}", f"--window-size={width},1000"
        command = [self.program, *FLAGS, *more, "--dump-dom", f"{file.as_uri()}#{chosen}"]
        ran = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=120, check=True)
        assert _SAID.findall(ran.stderr) == []
        return ran.stdout

    def told(self, page: str, script: str, chosen: str = "", width: int = 1400) -> Any:
        """What a script returns that runs after the page's own; its policy is told of that script."""
        body = (
            "(async () => {const rest = () => new Promise((done) => setTimeout(done, 400));\n"
            "const all = (what) => [...document.querySelectorAll(what)];\n"
            "const shown = (what) => all(what).map((one) => one.textContent.replace(/\\s+/g, ' ').trim());\n"
            f"const told = await (async () => {{{script}}})();\n"
            'const meta = document.createElement("meta"); meta.name = "told"; meta.content = JSON.stringify(told);'
            "document.head.append(meta);})()"
        )
        digest = base64.b64encode(hashlib.sha256(body.encode()).digest()).decode()
        copy = page.replace("script-src '", f"script-src 'sha256-{digest}' '", 1)
        found = _TOLD.search(self.drawn(copy.replace("</body>", f"<script>{body}</script></body>"), chosen, width))
        assert found is not None
        return json.loads(unescape(found[1]))


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Browser:
    program = next(filter(None, map(shutil.which, NAMES)), None)
    if program is None:
        pytest.skip(f"no page was opened: none of {', '.join(NAMES)} is installed")
    return Browser(program, tmp_path_factory.mktemp("browser"))


def page_of(*documents: str) -> str:
    return render_report(report(MtlsRequest(Inputs(manifests="---\n".join(documents)))))


@pytest.fixture(scope="module")
def permissive() -> str:
    return page_of(OTHERS, *PODS, SIDECARS, service())


@pytest.fixture(scope="module")
def found() -> ReportResult:
    return report(MtlsRequest(Inputs(paths=(str(EXAMPLES),))))


@pytest.fixture(scope="module")
def examples(found: ReportResult) -> str:
    return render_report(found)


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("mesh")
    write_large_mesh(folder, Size(2000, 150))
    return render_report(report(MtlsRequest(Inputs(paths=(str(folder),)))))


COUNTS = """return {
  verdict: shown("#verdict strong")[0],
  edges: shown("#edges tbody tr td:first-child"),
  lines: all("#drawing .edge").length,
  theme: document.documentElement.dataset.theme,
  scope: byId("scope").hidden ? "" : byId("scope").textContent,
  numbers: shown("#tiles .number"),
};"""


def test_a_page_from_disk_shows_verdict_edges_and_totals(browser: Browser, permissive: str) -> None:
    assert browser.told(permissive, COUNTS) == {
        "verdict": "Permissive",
        "edges": ["plaintext", "mtls"],
        "lines": 3,
        "theme": "light",
        "scope": "",
        "numbers": ["3", "1", "3", "0"],
    }


def test_the_page_as_it_is_written_draws_itself(browser: Browser, permissive: str) -> None:
    """Without a script of the test, so under the policy that readers get."""
    dom = browser.drawn(permissive)
    assert re.findall(r'<html[^>]* data-drawn="\d+"', dom) != []
    assert dom.count('role="button" aria-label="plaintext: ') == 1


def test_a_script_that_is_not_the_pages_own_does_not_run(browser: Browser, permissive: str) -> None:
    foreign = '<script>document.documentElement.dataset.foreign = "yes"</script></body>'
    with pytest.raises(AssertionError, match="Executing inline script violates"):
        browser.drawn(permissive.replace("</body>", foreign))


@pytest.mark.parametrize(
    ("chosen", "edges", "numbers"),
    [
        ("namespace=legacy", ["plaintext"], ["1", "0", "1", "0"]),
        ("namespace=shop", ["plaintext", "mtls"], ["2", "1", "3", "0"]),
        ("namespace=none", [], ["0", "0", "0", "0"]),
        ("text=report", ["plaintext"], ["3", "1", "3", "0"]),
        ("text=automatic", ["mtls"], ["3", "1", "3", "0"]),
        ("carries=mtls", ["mtls"], ["3", "1", "3", "0"]),
        ("carries=", [], ["3", "1", "3", "0"]),
    ],
)
def test_filters_of_the_address_leave_what_they_name(
    browser: Browser, permissive: str, chosen: str, edges: list[str], numbers: list[str]
) -> None:
    told = browser.told(permissive, COUNTS, chosen)
    assert (told["edges"], told["numbers"]) == (edges, numbers)


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_the_theme_of_the_address_holds(browser: Browser, permissive: str, theme: str) -> None:
    script = "return [document.documentElement.dataset.theme, getComputedStyle(document.body).backgroundColor]"
    grounds = {"dark": "rgb(16, 21, 27)", "light": "rgb(255, 255, 255)"}
    assert browser.told(permissive, script, f"theme={theme}") == [theme, grounds[theme]]


def test_choices_stand_in_the_address_and_can_be_undone(browser: Browser, permissive: str) -> None:
    script = """
      const seen = [];
      byId("namespace").value = "legacy";
      byId("namespace").dispatchEvent(new Event("change"));
      seen.push(location.hash, shown("#edges tbody tr").length);
      byId("theme").click();
      byId("text").value = "nothing like it";
      byId("text").dispatchEvent(new Event("input"));
      await rest();
      seen.push(location.hash, byId("edges").textContent);
      byId("clear").click();
      seen.push(location.hash, shown("#edges tbody tr").length, byId("text").value);
      location.hash = "#carries=plaintext";
      await rest();
      seen.push(...shown("#edges tbody td:first-child"));
      return seen;"""
    assert browser.told(permissive, script) == [
        "#namespace=legacy",
        1,
        "#namespace=legacy&text=nothing+like+it&theme=dark",
        "No edge is left by the filters.",
        "#theme=dark",
        2,
        "",
        "plaintext",
    ]


def test_the_legend_explains_every_word_and_hides_its_edges(browser: Browser, permissive: str) -> None:
    script = """
      const words = all("#legend label").map((one) => [one.querySelector("b").textContent,
        one.querySelector(".pairs").textContent, one.querySelector(".says").textContent.length > 20]);
      document.querySelector('[data-word="plaintext"]').focus();
      document.activeElement.click();
      return [words.filter(([, pairs]) => pairs !== "0 pairs"), words.length, words.every((one) => one[2]),
        all("#drawing .edge").length, document.activeElement.dataset.word, location.hash.includes("plaintext")];"""
    told = browser.told(permissive, script)
    assert told[0] == [["plaintext", "1 pair", True], ["mtls", "2 pairs", True]]
    assert told[1:] == [11, True, 2, "plaintext", False]


def test_a_line_that_is_chosen_tells_why_and_who_decides(browser: Browser) -> None:
    script = """
      const line = document.querySelector(".edge.lock-broken");
      line.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter" }));
      return [line.getAttribute("aria-label"), byId("edge-detail").querySelector("li p").textContent,
        ...shown("#edge-detail dd")];"""
    assert browser.told(page_of(OTHERS, *PODS, SIDECARS, service(), mode("STRICT")), script) == [
        "broken: legacy/report to shop/cart, port 8080, 1 pair, policies: deny",
        "Port 8080: the client is not in the mesh, and the server accepts only mTLS",
        "Deployment legacy/report",
        "Deployment shop/cart",
        "PeerAuthentication shop/modemanifests:52Namespace shopmanifests:42 its namespace asks for sidecars",
    ]


def test_locks_differ_by_shape_and_not_by_colour_alone(browser: Browser, permissive: str) -> None:
    script = """return Object.keys(LOCKS).map((lock) => [...sign(lock).children]
      .map((one) => one.outerHTML.replace(/ xmlns="[^"]*"/, "")).join(""));"""
    shapes = browser.told(permissive, script)
    assert len(set(shapes)) == len(shapes) == 7


def test_cells_of_the_matrix_are_walked_with_arrows_and_tell_who_decides(browser: Browser) -> None:
    policy = (
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: closed, namespace: shop}\n"
        "spec: {podSelector: {matchLabels: {app: cart}}, policyTypes: [Ingress],"
        " ingress: [{from: [{podSelector: {matchLabels: {app: web}}}]}]}\n"
    )
    script = """
      const cells = all("td.cell").map((one) => [one.getAttribute("aria-label"), one.textContent, one.tabIndex]);
      all("td.cell")[0].focus();
      document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowDown", bubbles: true }));
      return [cells, document.activeElement.getAttribute("aria-label"), all("td.cell").map((one) => one.tabIndex),
        byId("cell-detail").querySelector("h3").textContent, ...shown("#cell-detail li p, #cell-detail dd")];"""
    told = browser.told(page_of(PLAIN, deployment("shop/cart"), deployment("shop/web", ports=""), policy), script)
    assert told == [
        [
            ["shop/cart calls shop/cart: deny", "\u2715", 0],
            ["shop/web calls shop/cart: allow", "\u2713", -1],
        ],
        "shop/web calls shop/cart: allow",
        [-1, 0],
        "shop/web \u2192 shop/cart",
        "Port 8080 at the pod: \u2713 allow, carried as plaintext",
        "network-ingress: NetworkPolicy shop/closed allows it",
        "NetworkPolicy shop/closedmanifests:26",
    ]


def test_names_from_files_become_text(browser: Browser) -> None:
    manifest = json.dumps(
        {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": HOSTILE, "namespace": HOSTILE},
            "spec": {"containers": [{"name": "c", "ports": [{"containerPort": 80}]}]},
        }
    )
    told = browser.told(page_of(manifest), 'return [all("img, main script").length, shown("#ports .who")[0]];')
    shown = "".join(one if one.isprintable() else "\ufffd" for one in HOSTILE)
    assert told == [0, f"Pod {shown}/{shown}"]


def test_examples_are_drawn_whole(browser: Browser, examples: str) -> None:
    told = browser.told(examples, COUNTS)
    assert told["verdict"] == "Broken"
    assert 0 < told["lines"] <= 60


def test_totals_of_the_page_are_those_of_both_verbs(browser: Browser, examples: str, found: ReportResult) -> None:
    script = """
      const pairs = all("#legend label").map((one) => [one.querySelector("b").textContent,
        parseInt(one.querySelector(".pairs").textContent, 10)]);
      const calls = all(".tile")[2].querySelectorAll("li");
      return [Object.fromEntries(pairs.filter(([, count]) => count)),
        Object.fromEntries([...calls].map((one) => one.textContent.split(" ").slice(1, 3).reverse()))];"""
    carried, calls = browser.told(examples, script)
    totals = found.matrix.totals
    assert carried == found.mtls.totals
    assert calls == {"allow": str(totals.allow), "deny": str(totals.deny), "unknown": str(totals.unknown)}


def test_nothing_of_a_narrow_page_lies_beside_its_window(browser: Browser, examples: str) -> None:
    """In the narrowest window of the browser, for which the page is laid out as for a telephone."""
    script = """all("details").forEach((one) => { one.open = true; });
      document.querySelector(".edge").dispatchEvent(new Event("click"));
      const root = document.documentElement;
      return [innerWidth <= 500, root.scrollWidth - root.clientWidth, getComputedStyle(all("tbody td")[0]).display];"""
    assert browser.told(examples, script, width=390) == [True, 0, "block"]


BOUNDS = """return {
  lines: all("#drawing .edge").length,
  drawn: byId("drawn").textContent,
  rows: all("#edges tbody tr, #answers tbody tr, #ports tbody tr, #breaks tbody tr").length,
  cells: all("td.cell").length,
  elements: all("*").length < 12000,
  options: all("#namespace option").length,
  numbers: shown("#tiles .number").slice(0, 1),
};"""


def test_two_thousand_workloads_are_drawn_within_bounds(browser: Browser, large: str) -> None:
    told = browser.told(large, BOUNDS)
    drawn = told.pop("drawn")
    assert re.fullmatch(r"The 60 gravest of [\d,]+ lines are drawn; [\d,]+ are not, and the table .*", drawn)
    assert told.pop("rows") <= 25 * 3 + 8
    assert told == {"lines": 60, "cells": 1600, "elements": True, "options": 41, "numbers": ["2,000"]}


def test_tables_of_two_thousand_workloads_grow_on_demand(browser: Browser, large: str) -> None:
    script = """
      const rows = () => all("#ports tbody tr").length;
      const before = rows();
      document.querySelector("#ports .more").click();
      return [before, rows(), document.querySelector("#ports .count").textContent.startsWith("185 of ")];"""
    assert browser.told(large, script) == [25, 185, True]


def test_the_matrix_of_two_thousand_workloads_is_moved_in_steps(browser: Browser, large: str) -> None:
    script = """
      const first = () => [document.querySelector(".grid tbody th").title, shown(".pager")[0]];
      const before = first();
      byId("row-after").click();
      const after = first();
      return [before[0] === after[0], after[1].includes("Calling: 41\\u201380 of"), document.activeElement.id,
        byId("row-before").disabled];"""
    assert browser.told(large, script) == [False, True, "row-after", False]


def test_a_namespace_of_two_thousand_workloads_can_be_looked_at_alone(browser: Browser, large: str) -> None:
    script = """
      const homes = all("#ports .who").map((one) => one.textContent.split(" ")[1].split("/")[0]);
      byId("way").value = "within";
      byId("way").dispatchEvent(new Event("change"));
      const cells = all(".grid th[title]").map((one) => one.title.split(" ")[1].split("/")[0]);
      const drawn = all("#drawing .edge").length;
      return [shown("#tiles .number")[0], [...new Set(homes)], [...new Set(cells)], drawn <= 60];"""
    assert browser.told(large, script, "namespace=ns-3") == ["50", ["ns-3"], ["ns-3"], True]
