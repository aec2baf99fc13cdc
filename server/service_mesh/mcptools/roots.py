"""Folders that paths must lie in: those of `--root`, and those that a client of the older protocol declares."""

import logging
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

from mcp import MCPError
from mcp.server import ServerRequestContext
from mcp.types import ListRootsRequest, ListRootsResult

__all__ = ["folders_of", "roots_of_call"]

_LOG = logging.getLogger(__name__)
_PATIENCE_SECONDS = 5.0


async def roots_of_call(context: ServerRequestContext[Any], configured: tuple[str, ...]) -> tuple[str, ...]:
    """The configured folders and those that the client declares now.

    Only the handshake era can be asked (`roots/list`); later protocol revisions have no requests from server to
    client. A client that does not answer adds nothing.
    """
    session = context.session
    capabilities = session.client_capabilities
    if not session.can_send_request or capabilities is None or capabilities.roots is None:
        return configured
    try:
        # The typed request, not session.list_roots(): that one warns of its deprecation on every call.
        declared = await session.send_request(
            ListRootsRequest(), ListRootsResult, request_read_timeout_seconds=_PATIENCE_SECONDS
        )
    except (MCPError, ValueError) as error:
        _LOG.warning("the client's roots are unknown: %s", type(error).__name__)
        return configured
    return tuple(dict.fromkeys((*configured, *folders_of(str(root.uri) for root in declared.roots))))


def folders_of(uris: Iterable[str]) -> Iterator[str]:
    """Existing local folders among `file:` URIs, symbolic links resolved; everything else is passed over."""
    for uri in uris:
        parts = urlsplit(uri)
        if parts.scheme == "file" and parts.netloc in ("", "localhost"):
            folder = Path(url2pathname(parts.path))
            if folder.is_absolute() and folder.is_dir():
                yield str(folder.resolve())
