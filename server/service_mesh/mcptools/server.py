"""The way in: builds the server and serves it; the SDK, half a second of import, comes in at the last moment.

`service-mesh --version` and friends must not pay for it, and it is cheaper while the garbage collector rests.
"""

import gc
import logging
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from service_mesh.errors import UsageError
from service_mesh.mcptools.deps import Deps
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
from service_mesh.operations.skill_files import find_skill
from service_mesh.operations.status_result import StatusResult

if TYPE_CHECKING:
    from mcp.server import Server

__all__ = ["Deps", "build", "build_default", "configured_roots", "serve"]


def build(deps: Deps) -> "Server[Any]":
    """The server, ready for any transport and for clients of both protocol eras."""
    from service_mesh.mcptools.handlers import server_of

    return server_of(deps)


def build_default(roots: tuple[str, ...]) -> "Server[Any]":
    """The server around the real operations, confined to `roots` or, if empty, to the working folder.

    Raises:
        UsageError: A root is no folder.
    """
    return build(
        Deps(
            validate=_validate,
            status=_status,
            access=_access,
            matrix=_matrix,
            mtls=_mtls,
            preview=_preview,
            recommend=_recommend,
            generate=_generate,
            explain=_explain,
            explain_intent=_explain_intent,
            skill=find_skill,
            roots=configured_roots(roots),
        )
    )


def serve(roots: tuple[str, ...]) -> None:
    """Serve over standard input and output until the client hangs up.

    Args:
        roots: Folders of `--root`; empty for the working folder.

    Raises:
        UsageError: A root is no folder.
    """
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="service-mesh: %(levelname)s: %(message)s")
    gc.disable()  # what an import makes stays; looking for garbage in it is a twentieth of the start
    try:
        from service_mesh.mcptools.handlers import run_stdio

        server = build_default(roots)
        gc.freeze()
    finally:
        gc.enable()
    run_stdio(server)


def configured_roots(given: tuple[str, ...]) -> tuple[str, ...]:
    """The folders of `--root` as absolute paths, symbolic links resolved; the working folder where none is given.

    Raises:
        UsageError: One of them is no folder.
    """
    folders = [Path(root).expanduser() for root in given] or [Path()]
    for folder in folders:
        if not folder.is_dir():
            raise UsageError(f"--root '{folder}' is not a folder", "name an existing folder")
    return tuple(dict.fromkeys(str(folder.resolve()) for folder in folders))


def _explain(code: str) -> str:
    from service_mesh.operations.explain import explain

    return explain(code).markdown


def _explain_intent(intent: str) -> str:
    from service_mesh.rendering.intent_page import render_intent_page

    return render_intent_page(intent)


def _validate(request: ValidateRequest) -> ValidateResult:
    # Imported by the first call: rules, catalogue and YAML must not delay the list of tools.
    from service_mesh.operations.validate import validate

    return validate(request)


def _access(request: AccessRequest) -> AccessResult:
    from service_mesh.operations.access import access

    return access(request)


def _matrix(request: AccessMatrixRequest) -> AccessMatrixResult:
    from service_mesh.operations.access_matrix import access_matrix

    return access_matrix(request)


def _mtls(request: MtlsRequest) -> MtlsResult:
    from service_mesh.operations.mtls import mtls

    return mtls(request)


def _preview(request: PreviewRequest) -> PreviewResult:
    from service_mesh.operations.preview import preview

    return preview(request)


def _recommend(request: RecommendRequest) -> RecommendResult:
    from service_mesh.operations.recommend import recommend

    return recommend(request)


def _generate(request: GenerateRequest) -> GenerateResult:
    from service_mesh.operations.generate import generate

    return generate(request)


def _status(request: StatusRequest) -> StatusResult:
    from service_mesh.operations.status import status

    return status(request)
