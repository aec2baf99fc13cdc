"""The one place where failures become words for a model: what a better call avoids is said, internals are not."""

import logging
from collections.abc import Awaitable, Callable

from mcp.types import CallToolResult, TextContent

from service_mesh.errors import InternalError, ServiceMeshError
from service_mesh.mcptools.quoting import one_line

__all__ = ["answer_or_refusal", "refusal"]

_LOG = logging.getLogger(__name__)
_MAX_SENTENCE = 2_000


def refusal(sentence: str) -> CallToolResult:
    """A tool result that tells the model, in one line, what to do differently."""
    return CallToolResult(content=[TextContent(type="text", text=one_line(sentence, _MAX_SENTENCE))], is_error=True)


async def answer_or_refusal(call: Callable[[], Awaitable[CallToolResult]]) -> CallToolResult:
    """The result of `call`, or its failure as a refusal.

    Errors of the project's own tree are shown. Anything else is a defect: the model learns that much, the log on
    standard error gets the traceback. Cancellation passes through.
    """
    try:
        return await call()
    except InternalError as error:
        _LOG.exception("internal error")
        return refusal(str(error))
    except ServiceMeshError as error:
        return refusal(str(error))
    except Exception:  # noqa: BLE001 - the border of the program: whatever is left must not reach the wire as it is
        _LOG.exception("internal error")
        return refusal("internal error; the same call will fail again, please report it with the server's log")
