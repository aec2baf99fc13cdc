"""The subcommand `generate`."""

import argparse
from collections.abc import Iterable, Mapping
from pathlib import Path

from service_mesh.cli.inputs import inputs_of, versions_of
from service_mesh.cli.output.json import render_json, to_json
from service_mesh.errors import InputError, UsageError
from service_mesh.operations.generate import generate as run_generate
from service_mesh.operations.generate_form import merged, params_in, settings_of
from service_mesh.operations.generate_result import GenerateResult
from service_mesh.operations.intents import list_intents
from service_mesh.operations.request import GenerateRequest, Inputs
from service_mesh.rendering.generate import generation_lines, render_generation

__all__ = ["generate", "write_files"]

_NO_ANSWER = 3
_PLAIN, _SCRIPT = 0o644, 0o755


def generate(arguments: argparse.Namespace) -> int:
    """Write configuration for an intent to standard output or into a folder.

    Returns:
        The exit code of the contract: 0 answered, 3 where the mesh cannot express it or the proof failed.
    """
    if arguments.list:
        _print_list(arguments.output)
        return 0
    if not arguments.intent or not arguments.mesh:
        hint = "e.g. service-mesh generate strict-mtls --mesh istio-ambient --set namespace=shop; --list names them"
        raise UsageError("generate takes an intent and --mesh", hint)
    result = run_generate(_request(arguments))
    _print(result, arguments)
    return 0 if result.is_answered else _NO_ANSWER


def _request(arguments: argparse.Namespace) -> GenerateRequest:
    has_inputs = arguments.surroundings or arguments.snapshot or arguments.context
    arguments.paths = arguments.surroundings or []
    return GenerateRequest(
        intent=arguments.intent,
        mesh=arguments.mesh,
        params=_params(arguments),
        inputs=inputs_of(arguments) if has_inputs else Inputs(),
        versions=versions_of(arguments.versions),
    )


def _params(arguments: argparse.Namespace) -> Mapping[str, object] | None:
    """Parameters of a file with those of `--set` laid over; None where none are given at all."""
    if arguments.params is None and not arguments.set:
        return None
    held = params_in(arguments.params) if arguments.params is not None else {}
    return merged(held, settings_of(arguments.set or ()))


def _print(result: GenerateResult, arguments: argparse.Namespace) -> None:
    if arguments.directory and result.files:
        folder = Path(arguments.directory)
        write_files(folder, {file.name: file.text for file in result.files}, force=arguments.force)
        names = ", ".join(file.name for file in result.files)
        print("\n".join((*generation_lines(result), f"written to {folder}: {names}")))
    elif arguments.output == "json":
        print(render_json(result))
    elif result.parameters:
        print(to_json({"example": result.example, "parameters": result.parameters}))
    else:
        print(render_generation(result))


def write_files(folder: Path, files: Mapping[str, str], *, force: bool) -> None:
    """Write files into a folder, all of them or none.

    Raises:
        UsageError: One is there already and must not be replaced.
        InputError: The folder cannot be written.
    """
    held = [name for name in files if (folder / name).exists()]
    if held and not force:
        raise UsageError(f"{folder / held[0]} is there already", "--force replaces it; nothing was written")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        drafts = {name: folder / f".{name}.new" for name in files}
        for name, text in files.items():
            drafts[name].write_text(text, "utf-8")
            drafts[name].chmod(_SCRIPT if text.startswith("#!") else _PLAIN)
        for name, path in drafts.items():
            path.replace(folder / name)
    except OSError as error:
        raise InputError(
            f"cannot write into {folder}: {error.strerror or error}", "name a folder of your own"
        ) from None


def _print_list(output: str) -> None:
    rows = list_intents()
    if output == "json":
        print(to_json({"intents": [row.as_json() for row in rows]}))
        return
    width = max(len(row.name) for row in rows)
    print(f"{'INTENT':<{width}}  {'  '.join(rows[0].cells)}")
    for row in rows:
        print(f"{row.name:<{width}}  {'  '.join(_cells(row.cells))}".rstrip())


def _cells(cells: Mapping[str, bool]) -> Iterable[str]:
    return (f"{'yes' if is_written else 'no':<{len(mesh)}}" for mesh, is_written in cells.items())
