"""`versions` and `crds` through a real server around the real operation."""

from pathlib import Path
from typing import Any

import pytest
from mcp import Client
from mcp.types import CallToolResult

from service_mesh.mcptools.server import build_default
from tests.mcptools.samples import text_of
from tests.support.releases import beyond, newest

pytestmark = pytest.mark.anyio

_RULE = """\
apiVersion: networking.istio.io/v1beta1
kind: DestinationRule
metadata: {name: cart, namespace: shop}
spec:
  host: cart
  trafficPolicy: {loadBalancer: {warmup: {duration: 30s}}}
"""
_WIDGETS = """\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.shop.example}
spec:
  group: shop.example
  scope: Namespaced
  names: {kind: Widget, plural: widgets}
  versions:
  - name: v1
    served: true
    storage: true
    schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object, properties: {size: {type: integer}}}}}}
"""
_WIDGET = "apiVersion: shop.example/v1\nkind: Widget\nmetadata: {name: a}\nspec: {size: big}\n"


async def _call(root: Path, **arguments: Any) -> CallToolResult:
    async with Client(build_default((str(root),))) as client:
        return await client.call_tool("validate_config", arguments)


async def test_release_that_is_named_judges(tmp_path: Path) -> None:
    result = await _call(tmp_path, manifests=_RULE, versions={"istio": "1.20"})
    assert result.structured_content is not None
    answer = result.structured_content
    assert (answer["verdict"], answer["versions"], answer["notes"]) == ("fail", {"istio": "1.20"}, [])
    assert answer["findings"] == [
        {
            "code": "SC120",
            "severity": "error",
            "resource": "DestinationRule shop/cart",
            "file": "manifests",
            "line": 6,
            "message": "'warmup' is not a field of 'spec.trafficPolicy.loadBalancer' in Istio 1.20 but from 1.24 on",
        }
    ]


async def test_release_that_is_not_known_is_noted(tmp_path: Path) -> None:
    later = beyond("istio", 3)
    result = await _call(tmp_path, manifests=_RULE, versions={"istio": later})
    assert result.structured_content is not None
    assert (result.structured_content["verdict"], result.structured_content["notes"]) == (
        "incomplete",
        [
            f"the definitions of Istio {later} are not known, those of {newest('istio')} are used instead: what they"
            " lack is a warning"
        ],
    )


async def test_what_is_no_version_is_refused_with_the_right_form(tmp_path: Path) -> None:
    result = await _call(tmp_path, manifests=_RULE, versions={"istio": "current"})
    assert result.is_error
    assert f"'current' is no version of Istio; write it like '{newest('istio')}'" in text_of(result)


async def test_definitions_below_the_roots_judge_their_kind(tmp_path: Path) -> None:
    crds = tmp_path / "crds.yaml"
    crds.write_text(_WIDGETS, encoding="utf-8")
    result = await _call(tmp_path, manifests=_WIDGET, crds=[str(crds)])
    assert result.structured_content is not None
    (finding,) = result.structured_content["findings"]
    assert (finding["code"], finding["line"]) == ("SC121", 4)


async def test_definitions_outside_of_the_roots_are_refused(tmp_path: Path) -> None:
    (tmp_path / "crds.yaml").write_text(_WIDGETS, encoding="utf-8")
    (tmp_path / "mesh").mkdir()
    result = await _call(tmp_path / "mesh", manifests=_WIDGET, crds=[str(tmp_path / "crds.yaml")])
    assert result.is_error
    assert "lies outside the allowed roots" in text_of(result)
