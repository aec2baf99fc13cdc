"""What several subcommands read alike: the configuration that is meant, and the releases it is judged by."""

import argparse
import sys
from collections.abc import Iterable

from service_mesh.errors import InputError, UsageError
from service_mesh.operations.request import Inputs

__all__ = ["STANDARD_INPUT", "inputs_of", "versions_of"]

STANDARD_INPUT = "-"
"""What stands for standard input among paths."""

_LARGEST_INPUT = 200 * 1024 * 1024


def inputs_of(arguments: argparse.Namespace) -> Inputs:
    """Files, folders, globs and standard input, above a snapshot or a context.

    Raises:
        UsageError: Nothing is named.
        InputError: Standard input is too large.
    """
    paths: list[str] = arguments.paths
    if not paths and not (arguments.snapshot or arguments.context):
        raise UsageError("no input", "name files, folders or globs, - for standard input, --snapshot or --context")
    files = tuple(path for path in paths if path != STANDARD_INPUT)
    if len(paths) == len(files):
        return Inputs(paths=files, snapshot=arguments.snapshot, kube_context=arguments.context)
    content = sys.stdin.buffer.read(_LARGEST_INPUT + 1)
    if len(content) > _LARGEST_INPUT:
        raise InputError(f"standard input is larger than {_LARGEST_INPUT >> 20} MB", "give it in parts")
    return Inputs(
        manifests=content,
        manifests_name="<stdin>",
        paths=files,
        snapshot=arguments.snapshot,
        kube_context=arguments.context,
    )


def versions_of(values: Iterable[str] | None) -> dict[str, str]:
    """Pairs such as `istio=1.26`, several in one value separated by commas; a later one replaces an earlier one.

    Raises:
        UsageError: A pair has another form.
    """
    versions: dict[str, str] = {}
    for pair in (part.strip() for value in values or () for part in value.split(",")):
        project, equals, version = (part.strip() for part in pair.partition("="))
        if pair and not (project and equals and version):
            raise UsageError(f"--versions takes PROJECT=VERSION, not '{pair[:40]}'", "write it like istio=1.26")
        if pair:
            versions[project.replace("-", "_")] = version
    return versions
