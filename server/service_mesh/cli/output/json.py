"""JSON for machines: the whole result, field names as in the contract."""

import json
from dataclasses import asdict

from service_mesh.operations.access_result import AccessResult
from service_mesh.operations.access_tests import AccessTestsResult
from service_mesh.operations.result import ValidateResult
from service_mesh.operations.status_result import StatusResult

__all__ = ["render_json"]


def render_json(result: ValidateResult | StatusResult | AccessResult | AccessTestsResult) -> str:
    """Render a result as one JSON object, indented, keys in the order of the contract."""
    text = json.dumps(asdict(result), indent=2, ensure_ascii=False)
    return text.encode("utf-8", "backslashreplace").decode("utf-8")  # bytes of a file's name that are no UTF-8
