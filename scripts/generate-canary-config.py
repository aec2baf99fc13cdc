#!/usr/bin/env python3
"""Writes the stages of a canary as numbered files, with a script that rolls them out and goes back by itself.

    python3 scripts/generate-canary-config.py shop/cart --mesh istio-sidecar -o canary/
    python3 scripts/generate-canary-config.py shop/cart --mesh linkerd --weights 5,25,100 --dry-run

`service-mesh generate canary` with its usual parameters does the same; this is the short way. Exit codes: 0 written, 2
wrong use, 3 the mesh cannot express it, or the proof failed.
"""

import argparse
import json
import os
import sys
from pathlib import Path

_MESHES = ("istio-sidecar", "istio-ambient", "linkerd", "cilium", "gateway-api")
_PROGRAM = Path(__file__).resolve().parent / "service-mesh"


def main() -> None:
    """Hand the words over to `service-mesh generate canary`; it needs packages that this file must not import."""
    arguments = _parser().parse_args()
    words = ["generate", "canary", "--mesh", arguments.mesh, "--params", json.dumps(_params(arguments))]
    if not arguments.dry_run:
        words += ["-o", arguments.output, *(["--force"] if arguments.force else [])]
    for path in arguments.surroundings or ():
        words += ["--surroundings", path]
    if arguments.versions:
        words += ["--versions", arguments.versions]
    sys.stdout.flush()
    os.execv("/usr/bin/env", ["env", "bash", str(_PROGRAM), *words])


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description="Writes the stages of a canary as numbered files, with a script that rolls them out."
    )
    parser.add_argument("service", type=_service, metavar="NAMESPACE/SERVICE", help="the Service that is called")
    parser.add_argument("--mesh", required=True, choices=_MESHES, help="what it is written for")
    parser.add_argument("-o", "--output", default="canary", metavar="DIR", help="folder of the files (canary)")
    parser.add_argument("--dry-run", action="store_true", help="print the files and write nothing")
    parser.add_argument("--force", action="store_true", help="replace files that are there already")
    parser.add_argument("--port", type=int, help="port of the Service (80)")
    parser.add_argument("--target-port", type=int, help="container port behind it (8080)")
    parser.add_argument("--stable", metavar="VERSION", help="label `version` of the pods in use (v1)")
    parser.add_argument("--canary", metavar="VERSION", help="label `version` of the new pods (v2)")
    parser.add_argument("--selector", metavar="LABEL=VALUE", help="what the Service selects by (app=SERVICE)")
    parser.add_argument("--weights", type=_weights, metavar="N,N,…", help="percent by stage (5,10,25,50,100)")
    parser.add_argument("--test-header", type=_pair, metavar="NAME=VALUE", help="requests that get it first")
    parser.add_argument("--max-failing-percent", type=float, metavar="N", help="go back above this (1)")
    parser.add_argument("--max-latency-ms", type=int, metavar="N", help="go back when 99 %% take longer (500)")
    parser.add_argument("--surroundings", action="append", metavar="PATH", help="what is there already, to fit into")
    parser.add_argument("--versions", metavar="PROJECT=VERSION", help="releases to write for, e.g. istio=1.29")
    return parser


def _params(arguments: argparse.Namespace) -> dict[str, object]:
    namespace, name = arguments.service
    service = {"namespace": namespace, "name": name}
    found: dict[str, object] = {"service": {**service, "port": arguments.port} if arguments.port else service}
    header, selector = arguments.test_header, arguments.selector and _pair(arguments.selector)
    given = {
        "target_port": arguments.target_port,
        "selector": dict([selector]) if selector else None,
        "stable": {"name": arguments.stable} if arguments.stable else None,
        "canary": {"name": arguments.canary} if arguments.canary else None,
        "weights": arguments.weights,
        "test_header": {"name": header[0], "value": header[1]} if header else None,
        "max_failing_percent": arguments.max_failing_percent,
        "max_latency_ms": arguments.max_latency_ms,
    }
    return found | {field: value for field, value in given.items() if value is not None}


def _service(text: str) -> tuple[str, str]:
    namespace, slash, name = text.partition("/")
    if not (namespace and slash and name):
        raise argparse.ArgumentTypeError(f"'{text}' is not NAMESPACE/SERVICE")
    return namespace, name


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not (name and equals):
        raise argparse.ArgumentTypeError(f"'{text}' is not NAME=VALUE")
    return name, value


def _weights(text: str) -> list[int]:
    try:
        return [int(part) for part in text.split(",")]
    except ValueError:
        raise argparse.ArgumentTypeError(f"'{text}' is not a list of percents such as 5,25,100") from None


if __name__ == "__main__":
    main()
