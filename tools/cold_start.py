"""Cold start of the stdio server against a minimal server of the same SDK: spawn to the first answer of tools/list.

Both run with byte code compiled beforehand, in alternation, so that the machine's mood hits both alike. Usage:
`python tools/cold_start.py [STARTS]`; the benchmark imports `measure`.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["ColdStart", "first_answer_seconds", "measure"]

_MINIMAL = '''
from mcp.server import MCPServer

server = MCPServer("minimal")


@server.tool()
def add(a: int, b: int) -> int:
    """Add two numbers."""
    return a + b


server.run()
'''

_SERVE = (sys.executable, "-m", "service_mesh", "serve")


@dataclass(frozen=True, slots=True)
class ColdStart:
    """Seconds of every start, in the order they were made."""

    server: tuple[float, ...]
    minimal: tuple[float, ...]

    @property
    def ratio(self) -> float:
        """Median of the server over median of the minimal one."""
        return statistics.median(self.server) / statistics.median(self.minimal)


def measure(starts: int = 20, server: Sequence[str] = _SERVE) -> ColdStart:
    """Start both servers in turn.

    Args:
        starts: Starts of each.
        server: Command of the server to judge.
    """
    with tempfile.TemporaryDirectory() as cache:
        environment = {**os.environ, "PYTHONPYCACHEPREFIX": cache}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        minimal = (sys.executable, "-c", _MINIMAL)
        first_answer_seconds(server, environment)  # these two write the byte code
        first_answer_seconds(minimal, environment)
        pairs = [
            (first_answer_seconds(server, environment), first_answer_seconds(minimal, environment))
            for _ in range(starts)
        ]
    return ColdStart(tuple(pair[0] for pair in pairs), tuple(pair[1] for pair in pairs))


def first_answer_seconds(command: Sequence[str], environment: dict[str, str]) -> float:
    """Seconds from spawning a server to its answer to tools/list, handshake included."""
    started = time.perf_counter()
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, text=True, encoding="utf-8"
    ) as process:
        if process.stdin is None or process.stdout is None:
            raise RuntimeError("the pipes of the server are missing")
        process.stdin.write("".join(json.dumps(message) + "\n" for message in _HANDSHAKE))
        process.stdin.flush()
        while '"id":2' not in process.stdout.readline().replace(" ", ""):
            if process.poll() is not None:
                raise RuntimeError(f"{command[0]} ended before it answered")
        seconds = time.perf_counter() - started
        process.stdin.close()
    return seconds


_HANDSHAKE = (
    {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "initialize",
        "params": {
            "protocolVersion": "2025-11-25",
            "capabilities": {},
            "clientInfo": {"name": "cold-start", "version": "1"},
        },
    },
    {"jsonrpc": "2.0", "method": "notifications/initialized"},
    {"jsonrpc": "2.0", "id": 2, "method": "tools/list"},
)


def main() -> None:
    """Print both medians and their ratio."""
    result = measure(int(sys.argv[1]) if len(sys.argv) > 1 else 20)
    for name, seconds in (("server", result.server), ("minimal", result.minimal)):
        print(f"{name:8} median {statistics.median(seconds) * 1000:.0f} ms, best {min(seconds) * 1000:.0f} ms")
    print(f"ratio    {result.ratio:.3f} (at most 1.15)")


if __name__ == "__main__":
    main()
