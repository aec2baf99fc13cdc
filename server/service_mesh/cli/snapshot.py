"""The subcommand `snapshot`."""

import argparse

from service_mesh.cli.progress import shown_progress
from service_mesh.operations.request import Inputs
from service_mesh.operations.snapshot import SnapshotRequest, save_snapshot
from service_mesh.rendering.words import clean, number

__all__ = ["snapshot"]


def snapshot(arguments: argparse.Namespace) -> int:
    """Read a cluster and write what it tells, without secrets; 3 where it told nothing."""
    context = arguments.context or (None if arguments.snapshot else "current")
    with shown_progress(is_live=context is not None) as progress:
        saved = save_snapshot(
            SnapshotRequest(
                inputs=Inputs(snapshot=arguments.snapshot, kube_context=context),
                path=arguments.output,
                namespace=arguments.namespace or "",
                deadline=arguments.timeout,
                progress=progress,
            )
        )
    for entry in saved.not_checked:
        print(clean(f"not read: {entry.what}: {entry.why}; {entry.how_to_settle}"))
    unread = number(len(saved.not_checked), "thing")
    if not saved.objects:
        print(f"nothing was read, so {clean(arguments.output)} was not written; {unread} not read")
        return 3
    print(f"{number(saved.objects, 'object')} written to {clean(arguments.output)}; {unread} not read")
    return 0
