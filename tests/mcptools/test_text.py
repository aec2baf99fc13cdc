"""The text of an answer where parts of it are absent, and the bounded forms of a finding without them."""

from dataclasses import replace

from service_mesh.mcptools.answer import ConciseFinding, FixedFile, ValidateAnswer, concise, full, label
from service_mesh.mcptools.text import render
from service_mesh.model.finding import Finding
from service_mesh.operations.result import Counts, ResourceCounts, Verdict
from tests.mcptools.samples import FINDING, GATEWAY


def _answer(*findings: ConciseFinding | Finding, fixed: tuple[FixedFile, ...] = ()) -> ValidateAnswer:
    return ValidateAnswer(Verdict.PASS, Counts(), ResourceCounts(1, 1), 0, findings, (), (), fixed, {}, (), None)


def _lines(*findings: ConciseFinding | Finding, fixed: tuple[FixedFile, ...] = ()) -> list[str]:
    return render(_answer(*findings, fixed=fixed)).splitlines()


def test_answer_without_findings_namespaces_and_versions_is_one_line() -> None:
    assert _lines() == ["pass: 0 errors, 0 warnings, 0 info; 1 document (1 valid)"]


def test_full_finding_is_shown_with_snippet_related_place_fix_and_page() -> None:
    assert _lines(full(FINDING))[1:] == [
        "mesh/shop.yaml:7:5 error IS104 route-gateway-missing VirtualService web/shop: gateway 'publik' does not exist",
        "  > - publik",
        "  see mesh/gateway.yaml:4 the nearest gateway",
        "  fix (safe): rename to 'public'",
        "  page: references/rules/istio/IS104.md",
    ]


def test_full_finding_without_object_snippet_fix_and_page_is_one_line() -> None:
    bare = replace(FINDING, resource=None, snippet="", related=(), fix=None, doc="")
    assert _lines(full(bare))[1:] == [
        "mesh/shop.yaml:7:5 error IS104 route-gateway-missing: gateway 'publik' does not exist"
    ]


def test_concise_finding_without_an_object_names_none() -> None:
    assert _lines(concise(replace(FINDING, resource=None)))[1:] == [
        "mesh/shop.yaml:7 error IS104: gateway 'publik' does not exist"
    ]


def test_fixed_file_is_shown_as_its_diff_and_left_out_where_that_did_not_fit() -> None:
    shown = FixedFile("a.yaml", "--- a/a.yaml\n+++ b/a.yaml\n@@ -1 +1 @@\n-a\n+b\n", None)
    left_out = FixedFile("b.yaml", None, None)
    assert _lines(fixed=(shown, left_out))[1:] == [
        "fixed a.yaml:",
        "--- a/a.yaml",
        "+++ b/a.yaml",
        "@@ -1 +1 @@",
        "-a",
        "+b",
    ]


def test_object_is_labelled_with_its_namespace_and_cluster_where_it_has_them() -> None:
    assert label(GATEWAY) == "VirtualService web/shop"
    assert label(replace(GATEWAY, namespace="")) == "VirtualService shop"
    assert label(replace(GATEWAY, cluster="east")) == "VirtualService web/shop in cluster east"
    assert label(None) is None
