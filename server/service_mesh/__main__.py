"""The entry point: the only place that knows both surfaces, and imports neither before it is needed."""

import sys
from collections.abc import Sequence

from service_mesh.cli.main import Hosts, run

__all__ = ["main"]


def main() -> int:
    """Run the command line with the arguments of the process."""
    return run(sys.argv[1:], Hosts(_serve, _demo))


def _serve(roots: Sequence[str]) -> int:
    from service_mesh.mcptools.server import serve

    serve(tuple(roots))
    return 0


def _demo(color: str) -> int:
    from service_mesh.cli.demo import DEMO_MESH, show
    from service_mesh.mcptools.client import demonstrate

    seen = demonstrate(DEMO_MESH)
    return show(seen.tools, seen.result, color)


if __name__ == "__main__":
    sys.exit(main())
