"""The page of HTML that `mtls` and `access --matrix` print: both tell of the same reading."""

from service_mesh.cli.output.report.page import refuse_terminal, render_report
from service_mesh.operations.mtls_result import MtlsResult
from service_mesh.operations.report import report
from service_mesh.operations.request import MtlsRequest

__all__ = ["print_report"]


def print_report(request: MtlsRequest) -> MtlsResult:
    """Print the page; what it tells of edges is returned.

    Raises:
        UsageError: Standard output is a terminal; and as `report`.
        InputError: As `report`.
    """
    refuse_terminal()
    result = report(request)
    print(render_report(result))
    return result.mtls
