"""Guides: their queries are judged, counted and allowed like commands, and nothing is proven absent in them."""

from pathlib import Path

import pytest

from service_mesh.mesh.view import Complete
from service_mesh.model.grade import Severity
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


_SHOP = """\
apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
apiVersion: v1
kind: Service
metadata: {name: cart, namespace: shop}
spec:
  ports:
  - {name: http, port: 80}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: cart, namespace: shop}
spec:
  hosts: [cart]
  http:
  - route:
    - destination: {host: basket}
"""


@pytest.mark.parametrize(
    ("name", "complete", "severity"),
    [
        ("shop.yaml", Complete.AUTO, Severity.ERROR),
        ("guide.md", Complete.AUTO, Severity.INFO),
        ("guide.md", Complete.YES, Severity.ERROR),
    ],
)
def test_guide_proves_nothing_absent_unless_somebody_says_that_it_is_all(
    name: str, complete: Complete, severity: Severity
) -> None:
    text = f"```yaml\n{_SHOP}```\n" if name.endswith(".md") else _SHOP
    result = validate(ValidateRequest(Inputs(manifests=text, manifests_name=name), complete=complete))
    assert [finding.severity for finding in result.findings if finding.code == "IS118"] == [severity]
