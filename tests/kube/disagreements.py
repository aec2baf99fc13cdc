"""Prints every disagreement with the API server: `python -m tests.kube.disagreements [CHECK …]`.

The folders are those of the tests: SERVICE_MESH_CRDS and SERVICE_MESH_CORPORA.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from tests.kube.binaries import UnavailableError, provide
from tests.kube.checks import Outcome, check_documents, check_releases, check_scalars, check_variants, read_bases
from tests.kube.client import Client
from tests.kube.cluster import Cluster
from tests.kube.releases import CRDS, named
from tests.kube.server import ApiServer
from tools.conformance import CORPORA

__all__ = ["running"]


@contextmanager
def running(crds: Path, folder: Path) -> Iterator[Cluster]:
    """A server that knows the newest definitions of a folder.

    Args:
        crds: The definitions.
        folder: An empty folder, for the server's files.

    Raises:
        UnavailableError: There are no programs to be had.
    """
    with ApiServer(provide(), folder) as server, closing(Client(server.port, server.context)) as client:
        yield Cluster.of(client, crds)


def main() -> int:
    """Run checks; 1 if one of them has a fault."""
    checks = _checks()
    parser = argparse.ArgumentParser(prog="python -m tests.kube.disagreements", description=__doc__)
    parser.add_argument("checks", nargs="*", metavar="CHECK", help=f"{', '.join(checks)}; all")
    chosen = parser.parse_args().checks or list(checks)
    if unknown := [name for name in chosen if name not in checks]:
        parser.error(f"there is no check '{unknown[0]}': choose from {', '.join(checks)}")
    crds, corpora = named(), os.environ.get(CORPORA)
    if crds is None or corpora is None:
        parser.error(f"name the folders of definitions and of cases: {CRDS}, {CORPORA}")
    status = 0
    try:
        with tempfile.TemporaryDirectory() as folder, running(crds, Path(folder)) as cluster:
            for name in chosen:
                begin = time.monotonic()
                outcome = checks[name](cluster, crds, Path(corpora))
                lines = [*outcome.faults, f"{outcome} in {time.monotonic() - begin:.0f} s"]
                sys.stdout.write("\n".join(lines) + "\n")
                status |= bool(outcome.faults)
    except UnavailableError as error:
        parser.error(str(error))
    return status


def _checks() -> dict[str, Callable[[Cluster, Path, Path], Outcome]]:
    return {
        "scalars": lambda cluster, _crds, _corpora: check_scalars(cluster),
        "documents": lambda cluster, _crds, corpora: check_documents(cluster, corpora),
        "variants": lambda cluster, _crds, corpora: check_variants(cluster, read_bases(cluster, corpora)),
        "releases": lambda cluster, crds, corpora: check_releases(cluster, crds, read_bases(cluster, corpora)),
    }


if __name__ == "__main__":
    raise SystemExit(main())
