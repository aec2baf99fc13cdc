"""Queries in the blocks of a guide: judged, counted and allowed like its commands."""

from pathlib import Path

from service_mesh.operations.request import Inputs, ValidateRequest
from service_mesh.operations.validate import validate

_ALLOWED = "# service-mesh: allow[CM120] a label of our own\n"
_QUERY = 'request_total{classification="success"}\n'


def _told(tmp_path: Path, text: str) -> list[tuple[int, int, str]]:
    path = tmp_path / "guide.md"
    path.write_text(text, encoding="utf-8")
    found = validate(ValidateRequest(Inputs(paths=(str(path),)))).findings
    return [(finding.line, finding.column, finding.code) for finding in found]


def test_query_of_a_block_is_judged_where_it_stands(tmp_path: Path) -> None:
    assert _told(tmp_path, f"# Metrics\n\n- shares\n\n  ```promql\n  # all\n  {_QUERY}  ```\n") == [(7, 3, "CM120")]


def test_query_of_an_alert_without_an_object_is_judged(tmp_path: Path) -> None:
    assert _told(tmp_path, f"```yaml\n- alert: A\n  expr: {_QUERY}```\n") == [(3, 9, "CM120")]


def test_query_of_an_object_is_judged_once(tmp_path: Path) -> None:
    text = (
        "```yaml\napiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata: {name: a, namespace: b}\n"
        f"spec:\n  groups:\n  - name: a\n    rules:\n    - record: a\n      expr: {_QUERY}```\n"
    )
    assert _told(tmp_path, text) == [(10, 13, "LD192")]


def test_query_is_allowed_by_a_comment_above_it(tmp_path: Path) -> None:
    assert _told(tmp_path, f"```promql\n{_ALLOWED}{_QUERY}```\n") == []
