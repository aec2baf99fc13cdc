"""Parses the command line and turns every failure into one sentence and an exit code."""

import argparse
import importlib
import os
import sys
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from service_mesh import __version__
from service_mesh.cli.arguments import build_parser
from service_mesh.errors import ServiceMeshError

__all__ = ["WRONG_USE", "Hosts", "run"]

WRONG_USE = 2
_CALLED_AS = "SERVICE_MESH_CALLED_AS"
"""Where `scripts/mesh-status.sh` says how it was called, for its page of help."""
_INTERRUPTED = 130
_UNREAD = 141


@dataclass(frozen=True, slots=True)
class Hosts:
    """What the command line starts but must not import: both need the MCP SDK.

    Attributes:
        serve: Serves MCP over stdio until the client leaves; takes the roots.
        demo: Runs the demonstration; takes whether colour is wanted.
    """

    serve: Callable[[Sequence[str]], int]
    demo: Callable[[str], int]


def run(argv: Sequence[str], hosts: Hosts) -> int:
    """Run one command.

    Returns:
        The exit code of the contract: 0, 1, 2 (wrong use or unreadable input) or 3 (nothing could be checked); as
        programs do that a signal ends, 130 when interrupted and 141 when the reader of the output went away.
    """
    try:
        arguments = build_parser(__version__, os.environ.get(_CALLED_AS, "")).parse_args(argv)
    except SystemExit:  # the version or a page of help was shown, or the use was wrong
        if _is_read():
            raise
        return _UNREAD
    try:
        code = _dispatch(arguments, hosts)
        return code if _is_read() else _UNREAD
    except ServiceMeshError as error:
        return _report(arguments, str(error))
    except BrokenPipeError:
        _turn_off_output()
        return _UNREAD
    except KeyboardInterrupt:
        return _INTERRUPTED
    except Exception as error:  # noqa: BLE001  # top of the surface: a person gets a sentence, not a traceback
        reason = f"internal error: {type(error).__name__}: {error}"
        return _report(arguments, f"{reason}; this is a defect, please report it (--debug shows where)")


def _is_read() -> bool:
    """Whether somebody takes the output; one who went away is noticed here and not by the interpreter's last flush."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        _turn_off_output()
        return False
    return True


def _turn_off_output() -> None:
    """`| head` is no error, but no verdict either; the interpreter must not flush again."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _dispatch(arguments: argparse.Namespace, hosts: Hosts) -> int:
    if arguments.command == "serve":
        return hosts.serve(arguments.root or ["."])
    if arguments.command == "demo":
        return _tour(arguments, hosts) if arguments.tour else hosts.demo(arguments.color)
    module = importlib.import_module(f"service_mesh.cli.{arguments.command}")  # one subcommand loads one of them
    run_command: Callable[[argparse.Namespace], int] = getattr(module, arguments.command)
    return run_command(arguments)


def _tour(arguments: argparse.Namespace, hosts: Hosts) -> int:
    from service_mesh.cli.tour import TOURS, take
    from service_mesh.operations.skill_files import find_skill

    return take(TOURS[arguments.tour], lambda words: run(words, hosts), find_skill(), arguments.color)


def _report(arguments: argparse.Namespace, sentence: str) -> int:
    if arguments.debug:
        traceback.print_exc()
    print(f"service-mesh: {sentence}", file=sys.stderr)
    return WRONG_USE
