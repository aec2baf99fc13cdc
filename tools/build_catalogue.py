"""Turns CustomResourceDefinitions and Kubernetes' own schemas into the catalogue of facts that the package ships.

What is there already stays: adding a release is one call with the folder of that release.
"""

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import yaml

from service_mesh.catalog.archive import DATA
from service_mesh.catalog.builtin import facts_from_definitions
from service_mesh.catalog.convert import facts_from_crd
from service_mesh.catalog.lifecycle import retired_versions
from service_mesh.catalog.writer import Collection

HELP = """
CRD files are expected as FOLDER/PROJECT/RELEASE/**/*.yaml, for example istio/1.30.3/crd-all.gen.yaml; where a
release has the folders `standard` and `experimental`, each counts as a release of its own.

The kinds of Kubernetes come from a folder with one file `_definitions.json`, the `$defs` of its OpenAPI document.
The Python package kubernetes-validate holds one for every release:

    python -m venv SCRATCH && SCRATCH/bin/pip install kubernetes-validate
    ls SCRATCH/lib/python*/site-packages/kubernetes_validate/kubernetes-json-schema/

Give the newest `vX.Y.Z-local` folder as --kubernetes and X.Y as --kubernetes-release.
"""


_DEFINED_BY = {"gateway.networking.k8s.io": "gateway-api", "gateway.networking.x-k8s.io": "gateway-api"}
"""Groups that other projects ship copies of: the copies are passed over."""


def main(arguments: list[str] | None = None) -> int:
    """Read what the arguments name, merge it into the data folder, print what changed."""
    options = _parser().parse_args(arguments)
    collection = Collection() if options.fresh else Collection.read(options.out)
    collection.retired = retired_versions()
    try:
        added = _add_crds(collection, options.crds, options.only) if options.crds else 0
        if options.kubernetes:
            added += _add_kubernetes(collection, options.kubernetes, options.kubernetes_release)
    except (OSError, ValueError) as error:
        print(f"build_catalogue: {error}", file=sys.stderr)
        return 2
    if not added:
        print("build_catalogue: nothing to add; give --crds or --kubernetes, see --help", file=sys.stderr)
        return 2
    size = collection.write(options.out)
    print(f"{added} kinds read, {len(collection.kinds)} kinds held, {size:,} bytes")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=__doc__, epilog=HELP, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--crds", type=Path, metavar="FOLDER", help="CRD files, by project and release")
    parser.add_argument("--only", action="append", default=[], metavar="PROJECT/RELEASE", help="repeatable")
    parser.add_argument("--kubernetes", type=Path, metavar="FOLDER", help="schemas of Kubernetes' own kinds")
    parser.add_argument("--kubernetes-release", default="", metavar="X.Y", help="which release they are of")
    parser.add_argument("--out", type=Path, default=DATA, metavar="FOLDER", help="where the facts are kept")
    parser.add_argument("--fresh", action="store_true", help="forget what is there")
    return parser


def _add_crds(collection: Collection, folder: Path, only: list[str]) -> int:
    releases = [path for path in sorted(folder.glob("*/*")) if path.is_dir()]
    wanted = [path for path in releases if not only or f"{path.parent.name}/{path.name}" in only]
    missing = set(only) - {f"{path.parent.name}/{path.name}" for path in wanted}
    if missing or not wanted:
        raise ValueError(f"no folder {', '.join(sorted(missing)) or 'PROJECT/RELEASE'} below {folder}")
    added = 0
    for path in wanted:
        added += sum(_add_file(collection, path, file) for file in _files(path))
    return added


def _add_file(collection: Collection, folder: Path, file: Path) -> int:
    project, added = folder.parent.name, 0
    channel = next((part for part in ("standard", "experimental") if part in file.relative_to(folder).parts), "")
    try:
        for crd in _definitions(file):
            facts = facts_from_crd(crd)
            if _DEFINED_BY.get(facts.group, project) == project:
                collection.add(project, f"{folder.name}/{channel}" if channel else folder.name, facts)
                added += 1
    except ValueError as error:
        raise ValueError(f"{file}: {error}") from error
    return added


def _files(folder: Path) -> list[Path]:
    return sorted([*folder.rglob("*.yaml"), *folder.rglob("*.yml")])


def _definitions(file: Path) -> Iterator[dict[str, object]]:
    try:
        documents = list(yaml.load_all(file.read_text(encoding="utf-8"), yaml.CSafeLoader))
    except yaml.YAMLError as error:
        raise ValueError(" ".join(str(error).split())) from error
    for document in documents:
        if isinstance(document, dict) and document.get("kind") == "CustomResourceDefinition":
            yield document


def _add_kubernetes(collection: Collection, folder: Path, release: str) -> int:
    if not release:
        raise ValueError("--kubernetes needs --kubernetes-release, for example 1.37")
    stored = json.loads((folder / "_definitions.json").read_text(encoding="utf-8"))
    found = facts_from_definitions(cast(dict[str, dict[str, object]], stored["$defs"]))
    collection.named, collection.metadata = found.named, found.metadata
    for kind in found.kinds:
        collection.add("kubernetes", release, kind)
    return len(found.kinds)


if __name__ == "__main__":
    raise SystemExit(main())
