"""The subcommand `snapshot`."""

import argparse

from service_mesh.cli.progress import shown_progress
from service_mesh.operations.request import Inputs
from service_mesh.operations.snapshot import SnapshotRequest, save_snapshot

__all__ = ["snapshot"]


def snapshot(arguments: argparse.Namespace) -> int:
    """Read a cluster and write what it tells, without secrets; 3 where it told nothing."""
    context = arguments.context or (None if arguments.snapshot else "current")
    with shown_progress() as progress:
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
        print(f"not read: {entry.what}: {entry.why}; {entry.how_to_settle}")
    print(f"{saved.objects} objects written to {arguments.output}; {len(saved.not_checked)} things not read")
    return 0 if saved.objects else 3
