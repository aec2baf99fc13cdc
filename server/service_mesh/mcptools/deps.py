"""What the server works with, as a value: a test passes its own, and no module holds state."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from service_mesh.operations.access_matrix_result import AccessMatrixResult
from service_mesh.operations.access_result import AccessResult
from service_mesh.operations.generate_result import GenerateResult
from service_mesh.operations.mtls_result import MtlsResult
from service_mesh.operations.preview_result import PreviewResult
from service_mesh.operations.recommend_result import RecommendResult
from service_mesh.operations.request import (
    AccessMatrixRequest,
    AccessRequest,
    GenerateRequest,
    MtlsRequest,
    PreviewRequest,
    RecommendRequest,
    StatusRequest,
    ValidateRequest,
)
from service_mesh.operations.result import ValidateResult
from service_mesh.operations.status_result import StatusResult

__all__ = [
    "Access",
    "AccessMatrix",
    "Deps",
    "Explain",
    "Generate",
    "Mtls",
    "Preview",
    "Recommend",
    "Status",
    "Validate",
]

Validate = Callable[[ValidateRequest], ValidateResult]
Status = Callable[[StatusRequest], StatusResult]
Access = Callable[[AccessRequest], AccessResult]
AccessMatrix = Callable[[AccessMatrixRequest], AccessMatrixResult]
Mtls = Callable[[MtlsRequest], MtlsResult]
Preview = Callable[[PreviewRequest], PreviewResult]
Recommend = Callable[[RecommendRequest], RecommendResult]
Generate = Callable[[GenerateRequest], GenerateResult]
Explain = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Deps:
    """The operations and the limits of a server.

    Attributes:
        validate: The operation behind `validate_config`.
        status: The operation behind `mesh_status`.
        access: The operation behind `check_access`.
        matrix: The operation behind `check_access` for all pairs.
        mtls: The operation behind `validate_mtls`.
        preview: The operation behind `preview_change`.
        recommend: The operation behind `recommend_mesh`.
        generate: The operation behind `generate_policy`.
        explain: The page of a rule, by code or name; raises UsageError where there is none.
        explain_intent: The page of an intent; raises UsageError where there is none.
        skill: Finds the skill's folder, asked at each use; raises InputError where there is none.
        roots: Absolute folders that paths must lie in.
    """

    validate: Validate
    status: Status
    access: Access
    matrix: AccessMatrix
    mtls: Mtls
    preview: Preview
    recommend: Recommend
    generate: Generate
    explain: Explain
    explain_intent: Explain
    skill: Callable[[], Path]
    roots: tuple[str, ...]
