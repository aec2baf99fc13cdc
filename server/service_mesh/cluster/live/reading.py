"""A cluster as it is now, read through its API server within one deadline and without its secrets.

Threads: each call has a client, a pool of connections and threads of its own, so calls may run side by side. Lists are
fetched by `_THREADS` threads; one that is still waiting for an answer at the deadline is left behind, ends with its
request, and what it reads then is dropped. `progress` is called in the thread of the caller alone.

Memory: a page is turned into objects without secrets before the next one is asked for, so that besides the objects
there are at most as many pages as threads. 5,000 pods of 12 KB as the server sends them, with 1,600 other objects, take
290 MB in all.
"""

import os
import threading
import time
from collections.abc import Callable
from contextlib import closing, suppress
from datetime import UTC, datetime
from queue import Empty, SimpleQueue

from service_mesh.cluster.bounds import shown
from service_mesh.cluster.layouts import Layout
from service_mesh.cluster.live.client import connected
from service_mesh.cluster.live.credentials import static_user
from service_mesh.cluster.live.discovery import Discovery, RefusedCredentialsError, discovered
from service_mesh.cluster.live.getter import JSON, Getter, UnansweredError, is_path_part
from service_mesh.cluster.live.kubeconfig import CURRENT, Access, chosen
from service_mesh.cluster.live.listing import Listing, Trouble
from service_mesh.cluster.live.notes import notes
from service_mesh.cluster.live.replies import parsed, text_of
from service_mesh.cluster.live.wanted import known_kinds
from service_mesh.cluster.snapshot import ClusterSnapshot, Snapshot
from service_mesh.errors import InputError, UsageError
from service_mesh.model.kinds import Kind
from service_mesh.model.kubectl import command
from service_mesh.source.collector import uncollected

__all__ = ["Progress", "read_cluster", "read_context"]

Progress = Callable[[int, int, str], None]
"""Is told how many kinds are read, of how many, and the resource that was read last."""

_THREADS = 6
_UNAUTHORIZED = 401
_LATE = Trouble("it was not done within the deadline", "allow more time, or name a namespace")


def read_context(
    context: str = CURRENT,
    *,
    kubeconfig: str | None = None,
    namespace: str = "",
    deadline_seconds: float = 20.0,
    progress: Progress | None = None,
) -> Snapshot:
    """Read the cluster of a kubeconfig context; only GET requests are sent.

    Args:
        context: Name of the context, `current` for the current one.
        kubeconfig: A file instead of those that kubectl would read. A kubeconfig can name commands that give
            credentials, and they are run: it has to be a file that the user chose, never one that came with a question.
        namespace: What is read of kinds that the user may not list in all namespaces; empty for nothing.
        deadline_seconds: For everything together; what is not here then is told in `unread`.
        progress: Told about each kind that is read.

    Returns:
        One cluster under the name of the context, its objects without origin in the layer of contexts. Kinds that are
        forbidden, silent, or late are told in `unread`, and `listed` does not have them; a user who may list nothing
        is answered with no objects.

    Raises:
        UsageError: There is no such context.
        InputError: No kubeconfig, a server that cannot be reached or trusted, credentials that are refused.
    """
    if namespace and not is_path_part(namespace):
        raise UsageError(
            f"'{shown(namespace)}' is no name of a namespace", "use lower-case letters, digits and hyphens"
        )
    deadline = time.monotonic() + deadline_seconds
    access = chosen(context, kubeconfig, os.environ)
    user = static_user(access, deadline - time.monotonic())
    with closing(connected(access, user)) as connection:
        return read_cluster(connection, access, deadline, namespace=namespace, progress=progress)


def read_cluster(
    getter: Getter, access: Access, deadline: float, *, namespace: str = "", progress: Progress | None = None
) -> Snapshot:
    """Read a cluster through an opened connection; see `read_context`.

    Args:
        getter: The connection.
        access: The context, for names and messages.
        deadline: When to stop, on the clock of `time.monotonic`.
        namespace: What is read of kinds that may not be listed in all namespaces.
        progress: Told about each kind that is read.

    Raises:
        InputError: See `read_context`.
    """
    try:
        version, date = _greeted(getter, deadline)
        discovery = discovered(getter, deadline)
    except UnansweredError as error:
        raise _unreachable(access, error) from None
    except RefusedCredentialsError:
        raise _unauthorized(access) from None
    listings = [Listing(served, namespace) for served in discovery.served.values()]
    with uncollected():
        _run(listings, getter, deadline, progress)
    frozen = [_frozen(listing) for listing in listings]
    if frozen and all(one.trouble is not None and one.trouble.status == _UNAUTHORIZED for one in frozen):
        raise _unauthorized(access)
    dates = [one.date for one in frozen if one.date is not None]
    cluster = ClusterSnapshot(
        name=access.context,
        resources=tuple(resource for one in frozen for resource in one.resources),
        taken_at=max(dates, default=date or datetime.now(UTC)),
        layout=Layout.LIVE,
        listed=_listed(discovery, frozen),
        server_version=version,
    )
    return Snapshot((cluster,), notes(access.context, discovery, frozen))


def _greeted(getter: Getter, deadline: float) -> tuple[str, datetime | None]:
    """The version of the server, empty where it does not tell, and its clock."""
    answer = getter.get("/version", {}, accept=JSON, deadline=deadline)
    if answer.status == _UNAUTHORIZED:
        raise RefusedCredentialsError
    if 300 <= answer.status < 400:
        raise UnansweredError(
            f"it redirects ({answer.status}), which is not followed", "name the address it redirects to"
        )
    document = parsed(answer.body) if answer.status == 200 else {}
    if document is None:
        raise UnansweredError("it does not answer as an API server does", "check the address in the kubeconfig")
    return shown(text_of(document, "gitVersion").removeprefix("v")), answer.date


def _run(listings: list[Listing], getter: Getter, deadline: float, progress: Progress | None) -> None:
    """Have threads read the kinds, until all are read or the deadline is over."""
    waiting: SimpleQueue[Listing] = SimpleQueue()
    finished: SimpleQueue[Listing] = SimpleQueue()
    for listing in listings:
        waiting.put(listing)

    def work() -> None:
        while time.monotonic() < deadline:
            try:
                listing = waiting.get_nowait()
            except Empty:
                return
            listing.read(getter, deadline)
            finished.put(listing)

    for _ in range(min(_THREADS, len(listings))):
        threading.Thread(target=work, name="cluster-reader", daemon=True).start()
    try:
        _tell(progress, 0, len(listings), "")
        for done in range(1, len(listings) + 1):
            listing = finished.get(timeout=max(0.0, deadline - time.monotonic()))
            _tell(progress, done, len(listings), listing.served.resource)
    except Empty:
        return  # the deadline
    finally:
        _drop(waiting)


def _drop(waiting: SimpleQueue[Listing]) -> None:
    """Leave nothing for threads to begin with, should the caller have given up."""
    with suppress(Empty):
        while True:
            waiting.get_nowait()


def _tell(progress: Progress | None, done: int, total: int, what: str) -> None:
    if progress is not None:
        progress(done, total, what)


def _frozen(listing: Listing) -> Listing:
    """What a thread has read of a kind so far, apart from what it may still read."""
    is_done, trouble = listing.is_done, listing.trouble
    return Listing(
        served=listing.served,
        namespace=listing.namespace,
        resources=list(listing.resources),
        trouble=trouble if is_done else _LATE,
        is_within=listing.is_within,
        is_done=is_done,
        date=listing.date,
    )


def _listed(discovery: Discovery, listings: list[Listing]) -> frozenset[Kind]:
    """Kinds of which every object is here: those that were read, and those that the cluster does not have."""
    absent = {kind for kind in known_kinds() if discovery.is_absent(kind)}
    return frozenset(absent | {one.served.kind for one in listings if one.trouble is None and not one.is_within})


def _unreachable(access: Access, error: UnansweredError) -> InputError:
    return InputError(
        f"context '{shown(access.context)}': the API server {access.server} cannot be read: {error.reason}",
        error.remedy,
    )


def _unauthorized(access: Access) -> InputError:
    return InputError(
        f"context '{shown(access.context)}': the API server {access.server} refuses its credentials (401): they are "
        "expired or of another cluster",
        f"log in again, then try: {command('kubectl', '--context', access.context, 'get', 'namespaces')}",
    )
