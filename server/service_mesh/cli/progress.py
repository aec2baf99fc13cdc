"""Shows in a terminal how far a cluster is read; nothing elsewhere, so that logs stay clean."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from service_mesh.operations.request import Progress

__all__ = ["shown_progress"]


@contextmanager
def shown_progress(*, is_live: bool) -> Iterator[Progress | None]:
    """A bar on standard error while a cluster is read, gone when it is done; None where nobody sees it.

    Args:
        is_live: Whether an API server is asked; a file is read before a bar could be seen.
    """
    if not is_live or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress as Bar

    with Bar(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("reading the cluster", total=None)

        def told(done: int, total: int, what: str) -> None:
            bar.update(task, completed=done, total=total, description=f"reading {what}")

        yield told
