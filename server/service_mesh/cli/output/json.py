"""JSON for machines: the whole result, field names as in the contract."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from service_mesh.operations.access_result import AccessResult
from service_mesh.operations.access_tests import AccessTestsResult
from service_mesh.operations.generate_result import GenerateResult
from service_mesh.operations.mtls_result import MtlsResult
from service_mesh.operations.preview_result import PreviewResult
from service_mesh.operations.recommend_result import RecommendResult
from service_mesh.operations.result import ValidateResult
from service_mesh.operations.status_result import StatusResult

__all__ = ["render_json", "to_json"]


_Result = (
    ValidateResult
    | StatusResult
    | AccessResult
    | AccessTestsResult
    | MtlsResult
    | PreviewResult
    | RecommendResult
    | GenerateResult
)


def render_json(result: _Result) -> str:
    """Render a result as one JSON object, indented, keys in the order of the contract."""
    return to_json(asdict(result, dict_factory=_named))


def to_json(data: Mapping[str, Any]) -> str:
    """Render data as one JSON object, indented."""
    text = json.dumps(data, indent=2, ensure_ascii=False)
    return text.encode("utf-8", "backslashreplace").decode("utf-8")  # bytes of a file's name that are no UTF-8


def _named(fields: list[tuple[str, Any]]) -> dict[str, Any]:
    """Fields by their published names: `from_` is `from`, which is a word of Python's."""
    return {name.removesuffix("_"): value for name, value in fields}
