"""What the server works with, as a value: a test passes its own, and no module holds state."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from service_mesh.operations.access_result import AccessResult
from service_mesh.operations.mtls_result import MtlsResult
from service_mesh.operations.request import AccessRequest, MtlsRequest, StatusRequest, ValidateRequest
from service_mesh.operations.result import ValidateResult
from service_mesh.operations.status_result import StatusResult

__all__ = ["Access", "Deps", "Explain", "Mtls", "Status", "Validate"]

Validate = Callable[[ValidateRequest], ValidateResult]
Status = Callable[[StatusRequest], StatusResult]
Access = Callable[[AccessRequest], AccessResult]
Mtls = Callable[[MtlsRequest], MtlsResult]
Explain = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Deps:
    """The operations and the limits of a server.

    Attributes:
        validate: The operation behind `validate_config`.
        status: The operation behind `mesh_status`.
        access: The operation behind `check_access`.
        mtls: The operation behind `validate_mtls`.
        explain: The page of a rule, by code or name; raises UsageError where there is none.
        skill: Finds the skill's folder, asked at each use; raises InputError where there is none.
        roots: Absolute folders that paths must lie in.
    """

    validate: Validate
    status: Status
    access: Access
    mtls: Mtls
    explain: Explain
    skill: Callable[[], Path]
    roots: tuple[str, ...]
