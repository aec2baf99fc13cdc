"""SARIF 2.1.0 for code-scanning services (OASIS Static Analysis Results Interchange Format)."""

import json
import os
from pathlib import PurePath
from urllib.parse import quote

from service_mesh import __version__
from service_mesh.model.finding import Finding
from service_mesh.model.grade import Severity
from service_mesh.operations.result import ValidateResult
from service_mesh.rules.registry import load_rules
from service_mesh.rules.rule import Rule

__all__ = ["render_sarif"]

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def render_sarif(result: ValidateResult) -> str:
    """Render a result as one SARIF log; what was not checked becomes a notification of the tool."""
    used = sorted({finding.code for finding in result.findings})
    registry = load_rules()
    rules = [_rule(registry.get(code)) for code in used]
    notifications = [
        {"level": "note", "message": {"text": f"not checked: {entry.what}: {entry.why}; {entry.how_to_settle}"}}
        for entry in result.not_checked
    ]
    run = {
        "tool": {"driver": {"name": "service-mesh", "semanticVersion": __version__, "rules": rules}},
        "columnKind": "unicodeCodePoints",
        "invocations": [{"executionSuccessful": True, "toolExecutionNotifications": notifications}],
        "results": [_result(finding, used.index(finding.code)) for finding in result.findings],
    }
    text = json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2, ensure_ascii=False)
    return text.encode("utf-8", "backslashreplace").decode("utf-8")  # bytes of a file's name that are no UTF-8


def _rule(rule: Rule) -> dict[str, object]:
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.page.strip()},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {"category": rule.category.value, "upstream": list(rule.upstream)},
    }


def _result(finding: Finding, index: int) -> dict[str, object]:
    result: dict[str, object] = {
        "ruleId": finding.code,
        "ruleIndex": index,
        "level": _LEVELS[finding.severity],
        "message": {"text": finding.message},
        "locations": [_location(finding.file, finding.line, finding.column, _logical(finding))],
        "partialFingerprints": {"serviceMesh/v1": finding.id},
    }
    if finding.related:
        result["relatedLocations"] = [
            {**_location(related.file, related.line, 1, None), "message": {"text": related.note}}
            for related in finding.related
        ]
    return result


def _location(file: str, line: int, column: int, logical: str | None) -> dict[str, object]:
    location: dict[str, object] = {}
    if file:
        path = PurePath(file)
        uri = path.as_uri() if path.is_absolute() else quote(os.fsencode(path.as_posix()))
        physical: dict[str, object] = {"artifactLocation": {"uri": uri}}
        if line > 0:
            physical["region"] = {"startLine": line, "startColumn": max(column, 1)}
        location["physicalLocation"] = physical
    if logical is not None:
        location["logicalLocations"] = [{"fullyQualifiedName": logical, "kind": "resource"}]
    return location


def _logical(finding: Finding) -> str | None:
    ref = finding.resource
    if ref is None:
        return None
    name = f"{ref.namespace}/{ref.name}" if ref.namespace else ref.name
    return f"{ref.kind} {name}{finding.pointer}"
