"""SARIF 2.1.0: the parts that its specification requires, and places that a service can resolve."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from service_mesh.cli.output.json import render_json
from service_mesh.cli.output.sarif import render_sarif
from service_mesh.model.finding import Finding, RelatedView
from service_mesh.model.grade import Severity
from service_mesh.operations.request import Inputs, ValidateRequest
from service_mesh.operations.result import NotChecked, ValidateResult
from service_mesh.operations.skill_files import find_skill
from service_mesh.operations.validate import validate
from tests.cli.findings import FINDING, ROUTE, result_of

_LEVELS = {"none", "note", "warning", "error"}
_URI = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/%:")


def _run(result: ValidateResult) -> dict[str, Any]:
    log = json.loads(render_sarif(result))
    assert set(log) == {"$schema", "version", "runs"}
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    assert isinstance(run, dict)
    return run


def _result(finding: Finding) -> dict[str, Any]:
    (result,) = _run(result_of(finding))["results"]
    assert isinstance(result, dict)
    return result


def _check_rule(rule: dict[str, Any]) -> None:
    assert isinstance(rule["id"], str)
    assert rule["shortDescription"]["text"]
    assert rule["fullDescription"]["text"]
    assert rule["defaultConfiguration"]["level"] in _LEVELS


def _check_location(location: dict[str, Any]) -> None:
    assert set(location) <= {"physicalLocation", "logicalLocations", "message"}
    physical = location["physicalLocation"]
    assert set(physical["artifactLocation"]["uri"]) <= _URI
    assert set(physical["region"]) == {"startLine", "startColumn"}
    assert all(isinstance(number, int) and number >= 1 for number in physical["region"].values())


def _check_result(result: dict[str, Any], rules: list[dict[str, Any]]) -> None:
    assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
    assert result["level"] in _LEVELS
    assert result["message"]["text"]
    assert all(isinstance(value, str) for value in result["partialFingerprints"].values())
    for location in (*result["locations"], *result.get("relatedLocations", ())):
        _check_location(location)
    assert all(location["message"]["text"] for location in result.get("relatedLocations", ()))


def test_log_of_the_demo_mesh_has_the_structure_of_the_specification(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(find_skill())
    judged = validate(ValidateRequest(Inputs(paths=("examples/demo-mesh",))))
    run = _run(judged)
    driver = run["tool"]["driver"]
    assert (driver["name"], run["columnKind"]) == ("service-mesh", "unicodeCodePoints")
    assert [invocation["executionSuccessful"] for invocation in run["invocations"]] == [True]
    assert [rule["id"] for rule in driver["rules"]] == sorted({finding.code for finding in judged.findings})
    for rule in driver["rules"]:
        _check_rule(rule)
    for result in run["results"]:
        _check_result(result, driver["rules"])
    told = [(result["ruleId"], result["message"]["text"]) for result in run["results"]]
    assert told == [(finding.code, finding.message) for finding in judged.findings]


@pytest.mark.parametrize(
    ("severity", "level"), [(Severity.ERROR, "error"), (Severity.WARNING, "warning"), (Severity.INFO, "note")]
)
def test_severities_become_levels(severity: Severity, level: str) -> None:
    assert _result(replace(FINDING, severity=severity))["level"] == level


def test_place_object_and_related_place_are_told() -> None:
    result = _result(FINDING)
    assert result["locations"] == [
        {
            "physicalLocation": {
                "artifactLocation": {"uri": "mesh/shop.yaml"},
                "region": {"startLine": 7, "startColumn": 5},
            },
            "logicalLocations": [{"fullyQualifiedName": "VirtualService shop/web/spec/gateways/0", "kind": "resource"}],
        }
    ]
    assert result["relatedLocations"] == [
        {
            "physicalLocation": {
                "artifactLocation": {"uri": "mesh/gateway.yaml"},
                "region": {"startLine": 4, "startColumn": 1},
            },
            "message": {"text": "the nearest gateway"},
        }
    ]


def test_object_of_a_cluster_has_a_logical_place_alone() -> None:
    live = replace(FINDING, file="", line=0, column=0, related=(RelatedView(ROUTE, "", "", 0, "sets it too"),))
    result = _result(live)
    assert result["locations"] == [
        {"logicalLocations": [{"fullyQualifiedName": "VirtualService shop/web/spec/gateways/0", "kind": "resource"}]}
    ]
    assert result["relatedLocations"] == [{"message": {"text": "sets it too"}}]


def test_object_without_a_namespace_is_named_alone() -> None:
    wide = replace(FINDING, resource=replace(ROUTE, kind="Namespace", namespace="", name="shop"), pointer="")
    (location,) = _result(wide)["locations"]
    assert location["logicalLocations"][0]["fullyQualifiedName"] == "Namespace shop"


def test_finding_about_a_text_has_a_physical_place_alone() -> None:
    (location,) = _result(replace(FINDING, resource=None, related=()))["locations"]
    assert set(location) == {"physicalLocation"}
    assert "relatedLocations" not in _result(replace(FINDING, related=()))


def test_finding_about_a_whole_file_has_no_region() -> None:
    (location,) = _result(replace(FINDING, line=0, column=0, resource=None))["locations"]
    assert location == {"physicalLocation": {"artifactLocation": {"uri": "mesh/shop.yaml"}}}


@pytest.mark.parametrize(
    ("file", "uri"),
    [
        ("a b/c#d.yaml", "a%20b/c%23d.yaml"),
        ("mesh:1.yaml", "mesh%3A1.yaml"),
        ("<stdin>", "%3Cstdin%3E"),
        ("über.yaml", "%C3%BCber.yaml"),
        ("odd\udcff.yaml", "odd%FF.yaml"),
    ],
)
def test_names_of_files_become_relative_references(file: str, uri: str) -> None:
    (location,) = _result(replace(FINDING, file=file))["locations"]
    assert location["physicalLocation"]["artifactLocation"]["uri"] == uri


def test_absolute_path_becomes_an_address_of_a_file(tmp_path: Path) -> None:
    path = tmp_path / "a b.yaml"
    (location,) = _result(replace(FINDING, file=str(path)))["locations"]
    assert location["physicalLocation"]["artifactLocation"]["uri"] == path.as_uri()


def test_what_was_not_checked_is_a_notification() -> None:
    run = _run(replace(result_of(), not_checked=(NotChecked("1 object", "no schema", "ask a cluster"),)))
    assert run["invocations"][0]["toolExecutionNotifications"] == [
        {"level": "note", "message": {"text": "not checked: 1 object: no schema; ask a cluster"}}
    ]


@pytest.mark.parametrize("render", [render_json, render_sarif])
def test_name_that_is_no_text_keeps_the_answer_encodable(render: Any) -> None:
    text = render(result_of(replace(FINDING, message="odd\udcff", file="odd\udcff.yaml")))
    assert "odd\\udcff" in text
    assert json.loads(text.encode("utf-8"))
