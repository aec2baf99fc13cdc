"""What the command line accepts; unknown or contradictory words are refused with the nearest right one."""

import argparse
import sys
from collections.abc import Sequence
from typing import NoReturn, TypeAlias

from service_mesh.cli.examples import (
    ACCESS_EXAMPLES,
    EXAMPLES,
    EXIT_CODES,
    GENERATE_EXAMPLES,
    MTLS_EXAMPLES,
    PREVIEW_EXAMPLES,
    RECOMMEND_EXAMPLES,
    STATUS_EXAMPLES,
)
from service_mesh.cli.tour import TOURS
from service_mesh.generate.dialects import Dialect
from service_mesh.model.names import nearest
from service_mesh.operations.request import Check, Symptom

__all__ = ["build_parser"]

_SEVERITIES = ("error", "warning", "info")
_CHECKS = tuple(check.value for check in Check)
_SYMPTOMS = tuple(symptom.value for symptom in Symptom)
_SOURCE_HELP = "who calls: shop/web, deploy/shop/web, sa:shop/account, ns:shop, ip:10.0.0.7 or external"
_DESTINATION_HELP = "what is called: shop/cart:8080, svc:shop/cart:80, host:NAME:443 or ip:10.0.0.7:443; /udp behind"


class _Parser(argparse.ArgumentParser):
    """argparse, with one sentence and the nearest name instead of the whole usage text."""

    def error(self, message: str) -> NoReturn:
        print(f"{self.prog}: {message}{self._hint(message)}; see {self.prog} --help", file=sys.stderr)
        self.exit(2)

    def parse_known_args(  # type: ignore[override]  # the two overloads of the base class are one function
        self, args: Sequence[str] | None = None, namespace: argparse.Namespace | None = None
    ) -> tuple[argparse.Namespace, list[str]]:
        """Refuse unknown words where they stand: a subcommand knows its own options best."""
        known, unknown = super().parse_known_args(args, namespace)
        if unknown:
            self.error(f"unrecognized arguments: {' '.join(unknown)}")
        return known, unknown

    def _hint(self, message: str) -> str:
        """Name the nearest of our own words for the first word that was not understood."""
        if "unrecognized arguments: " in message:
            wrong = message.partition("unrecognized arguments: ")[2].split()[0].partition("=")[0]
            known = [option for action in self._actions for option in action.option_strings]
        elif "invalid choice: '" in message:
            wrong = message.partition("invalid choice: '")[2].partition("'")[0]
            known = [str(c) for action in self._actions if action.choices for c in action.choices]
        else:
            return ""
        near = nearest(wrong, known)
        return f"; did you mean '{near}'?" if near else ""


_Commands: TypeAlias = "argparse._SubParsersAction[_Parser]"  # argparse names no public type for it


def build_parser(version: str, called_as: str = "") -> argparse.ArgumentParser:
    """The whole command line.

    Args:
        version: What `--version` says.
        called_as: Name of the script that stands for the subcommand `status` or `mtls`; empty where none does.
    """
    shared = _Parser(add_help=False)
    shared.add_argument("--debug", action="store_true", help="show where an error came from")
    shared.add_argument(
        "--color", choices=("auto", "always", "never"), default="auto", help="colour in text output (NO_COLOR counts)"
    )
    parser = _Parser(
        prog="service-mesh",
        description="Finds what is refused, wrong or without effect in service-mesh configuration, without a cluster.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"service-mesh {version}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True, parser_class=_Parser)
    _add_validate(commands, shared)
    _add_status(commands, shared, called_as)
    _add_access(commands, shared)
    _add_mtls(commands, shared, called_as)
    _add_preview(commands, shared)
    _add_recommend(commands, shared)
    _add_generate(commands, shared)
    _add_snapshot(commands, shared)
    _add_explain(commands, shared)
    serve = commands.add_parser("serve", parents=[shared], help="serve the tools over MCP (stdio)")
    serve.add_argument(
        "--root",
        action="append",
        metavar="DIR",
        help="folder that `paths` may name, repeatable; default: the working folder",
    )
    demo = commands.add_parser("demo", parents=[shared], help="start the server, connect to it, check the demo mesh")
    demo.add_argument("--tour", choices=tuple(TOURS), help="a guided tour instead: mtls goes from permissive to STRICT")
    return parser


def _add_validate(commands: _Commands, shared: _Parser) -> None:
    validate = commands.add_parser(
        "validate",
        parents=[shared],
        help="check manifests and Markdown",
        description="Checks YAML, JSON and the code blocks of Markdown: fields, types, versions, references, conflicts,"
        " effects, commands.",
        epilog=EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    _add_judging(validate)
    validate.add_argument("-o", "--output", choices=("text", "json", "sarif"), default="text", help="format")
    validate.add_argument("-n", "--namespace", help="report only on objects of this namespace")
    validate.add_argument(
        "--crds", action="append", metavar="PATH", help="CRDs to use instead of the bundled ones of their kinds"
    )
    validate.add_argument("--min-severity", choices=_SEVERITIES, default="info", help="leave milder findings out")
    validate.add_argument("--fail-on", choices=_SEVERITIES, default="error", help="mildest finding that exits 1")
    validate.add_argument("--require-complete", action="store_true", help="exit 3 when anything was not checked")
    validate.add_argument("--select", action="append", metavar="CODES", help="only these rules, e.g. IS103,SC")
    validate.add_argument("--ignore", action="append", metavar="CODES", help="leave these rules out")
    validate.add_argument("--fix", choices=("none", "safe", "all"), default="none", help="show what fixes change")
    validate.add_argument("--write", action="store_true", help="write the fixed files (with --fix)")


def _add_access(commands: _Commands, shared: _Parser) -> None:
    access = commands.add_parser(
        "access",
        parents=[shared],
        help="tell whether one workload can call another",
        description="Tells whether a call passes network policies, the transport of the mesh and its authorization,"
        " which object decides, and what every layer says. Exit codes: 0 allow, 1 deny, 2 wrong use, 3 unknown.",
        epilog=ACCESS_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    _add_judging(access)
    access.add_argument("--from", dest="source", metavar="SOURCE", help=_SOURCE_HELP)
    access.add_argument("--to", dest="destination", metavar="DESTINATION", help=_DESTINATION_HELP)
    access.add_argument("--method", help="method of the request, e.g. GET")
    access.add_argument("--path", help="path of the request, e.g. /orders/7")
    access.add_argument("--host", help="host of the request, e.g. shop.example.com")
    access.add_argument("--header", action="append", metavar="NAME=VALUE", help="header of the request, repeatable")
    access.add_argument("--claims", metavar="JSON", help="claims of a valid token; default: no token")
    access.add_argument("--expect", choices=("allow", "deny"), help="exit 0 for this answer, 1 for the other")
    access.add_argument("--tests", metavar="FILE", help="expected calls, instead of --from and --to")
    access.add_argument(
        "--matrix", metavar="NAMESPACE", help="all pairs of workloads of a namespace ('*': of all), instead of one call"
    )
    access.add_argument(
        "-o",
        "--output",
        choices=("text", "json", "markdown", "junit", "html"),
        default="text",
        help="format; junit for --tests, markdown for one call or --matrix, html for --matrix",
    )


def _add_mtls(commands: _Commands, shared: _Parser, called_as: str) -> None:
    name = called_as or "service-mesh mtls"
    mtls = commands.add_parser(
        "mtls",
        prog=name,
        parents=[shared],
        help="tell which edges are really mTLS, and who decides it",
        description="Tells what every port takes, what connections between workloads carry and which object decides"
        " it, and what would break if every port took mTLS alone.",
        epilog=MTLS_EXAMPLES.replace("service-mesh mtls", name) + EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    _add_judging(mtls)
    mtls.add_argument("-n", "--namespace", help="only workloads of this namespace as servers")
    mtls.add_argument("--workload", metavar="NAMESPACE/NAME", help="only this workload as a server")
    mtls.add_argument("--fail-on", choices=_SEVERITIES, default="error", help="mildest verdict that exits 1")
    mtls.add_argument("--require-complete", action="store_true", help="exit 3 when anything is not known")
    mtls.add_argument(
        "-o",
        "--output",
        choices=("text", "json", "markdown", "html"),
        default="text",
        help="format; html is one page for a browser, to be written to a file",
    )


def _add_preview(commands: _Commands, shared: _Parser) -> None:
    preview = commands.add_parser(
        "preview",
        parents=[shared],
        help="tell what a change would open, close, encrypt or break",
        description="Holds what there is against what there would be once a change is applied: calls gained and lost,"
        " encryption, authentication, findings. Nothing is applied.",
        epilog=PREVIEW_EXAMPLES + EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    _add_judging(preview)
    preview.add_argument(
        "--after", action="append", metavar="PATH", help="file, folder or glob that would be applied, repeatable"
    )
    preview.add_argument(
        "--delete", action="append", metavar="OBJECT", help="object that would be deleted: 'Kind namespace/name'"
    )
    preview.add_argument("--fail-on", choices=_SEVERITIES, default="error", help="mildest effect that exits 1")
    preview.add_argument("--require-complete", action="store_true", help="exit 3 when anything is not known")
    preview.add_argument("-o", "--output", choices=("text", "json", "markdown"), default="text", help="format")


def _add_recommend(commands: _Commands, shared: _Parser) -> None:
    recommend = commands.add_parser(
        "recommend",
        parents=[shared],
        help="recommend a mesh, or none, for what you need",
        description="Weighs Istio in ambient mode and with sidecars, Linkerd, Cilium and no mesh at all against what is"
        " needed and given, on dated evidence, and tells what would change the answer.",
        epilog=RECOMMEND_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    _add_sources(recommend)
    recommend.add_argument("--requirements", metavar="FILE", help="what is needed, as YAML or JSON")
    recommend.add_argument("--today", metavar="DATE", help="judge the age of evidence by this day; default: today")
    recommend.add_argument("-o", "--output", choices=("text", "json", "markdown", "adr"), default="text", help="format")


def _add_generate(commands: _Commands, shared: _Parser) -> None:
    generate = commands.add_parser(
        "generate",
        parents=[shared],
        help="write configuration for what you want, proved before it is shown",
        description="Writes configuration from an intent for any mesh, validates it and asks in a simulation whether it"
        " does what it is for. Without parameters: their form, and an example that works. Exit codes: 0 answered, 2"
        " wrong use, 3 the mesh cannot express it, or the proof failed.",
        epilog=GENERATE_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    generate.add_argument("intent", nargs="?", metavar="INTENT", help="what is wanted, e.g. strict-mtls")
    generate.add_argument("--mesh", metavar="MESH", help=f"what it is written for: {', '.join(Dialect)}")
    generate.add_argument("--set", action="append", metavar="NAME=VALUE", help="a parameter, repeatable: to.name=cart")
    generate.add_argument("--params", metavar="FILE", help="parameters as YAML or JSON: a file, or {...} itself")
    generate.add_argument("--list", action="store_true", help="list every intent with the meshes that can express it")
    generate.add_argument(
        "--surroundings", action="append", metavar="PATH", help="what is there already, to fit into; - standard input"
    )
    _add_sources(generate)
    _add_versions(generate)
    generate.add_argument("-o", dest="directory", metavar="DIR", help="write the files into this folder")
    generate.add_argument("--force", action="store_true", help="replace files that are there already")
    generate.add_argument("--output", choices=("text", "json"), default="text", help="format")


def _add_status(commands: _Commands, shared: _Parser, called_as: str) -> None:
    name = called_as or "service-mesh status"
    status = commands.add_parser(
        "status",
        prog=name,
        parents=[shared],
        help="tell the health of meshes, live or from a snapshot",
        description="Tells the health of Istio, Linkerd and Cilium: problems first, each with the field it was read"
        " from and the next command; then what runs, is meshed, is outdated, and expires. Nothing is changed.",
        epilog=STATUS_EXAMPLES.replace("service-mesh status", name) + EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    _add_cluster(status)
    status.add_argument("--demo", action="store_true", help="look at the bundled snapshot of a small cluster")
    status.add_argument("-o", "--output", choices=("text", "json", "markdown"), default="text", help="format")
    status.add_argument(
        "--check",
        action="append",
        metavar="PART",
        help=f"only these parts, repeatable: {', '.join(_CHECKS)}; default: all of an installed mesh",
    )
    status.add_argument("--symptom", choices=_SYMPTOMS, metavar="SYMPTOM", help=f"what is seen: {', '.join(_SYMPTOMS)}")
    status.add_argument("--workload", metavar="NAMESPACE/NAME", help="the workload that shows the symptom")
    status.add_argument(
        "--cert-days", type=_whole, metavar="DAYS", help="certificates with fewer days left are errors; default: 30"
    )
    status.add_argument("--now", metavar="TIME", help="judge at this time; default: when the cluster was read")
    status.add_argument("--fail-on", choices=_SEVERITIES, default="error", help="mildest problem that exits 1")
    status.add_argument("--require-complete", action="store_true", help="exit 3 when anything was not checked")


def _add_snapshot(commands: _Commands, shared: _Parser) -> None:
    snapshot = commands.add_parser(
        "snapshot",
        parents=[shared],
        help="save what a cluster tells of its meshes, without secrets",
        description="Reads a cluster, or what somebody saved of one, and writes it without secrets: Secrets keep their"
        " type, the names of their keys and what their certificates say of themselves.",
    )
    _add_cluster(snapshot)
    snapshot.add_argument("-o", "--output", required=True, metavar="FILE", help="a .tar.gz, .zip or .yaml file")


def _add_cluster(parser: argparse.ArgumentParser) -> None:
    _add_sources(parser)
    parser.add_argument("-n", "--namespace", help="report only on this namespace")
    parser.add_argument("--timeout", type=_whole, default=30, metavar="SECONDS", help="most time for a cluster (30)")


def _add_judging(parser: argparse.ArgumentParser) -> None:
    """What is looked at, and what it is judged by."""
    parser.add_argument("paths", nargs="*", metavar="PATH", help="file, folder or glob; - reads standard input")
    _add_sources(parser)
    parser.add_argument(
        "--complete",
        choices=("auto", "yes", "no"),
        default="auto",
        help="whether what the input lacks can be taken not to exist; auto: per namespace that holds its Namespace"
        " object, or a Service and a workload",
    )
    _add_versions(parser)


def _add_versions(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--versions",
        action="append",
        metavar="PROJECT=VERSION",
        help="judge by these releases, repeatable: istio=1.26,linkerd=2.20,cilium=1.18,gateway_api=1.2,kubernetes=1.33;"
        " default: the newest known",
    )


def _add_sources(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--context", metavar="NAME", help="a kubeconfig context to read, `current` for the current one")
    parser.add_argument(
        "--snapshot", metavar="PATH", help="output of kubectl get, must-gather, istioctl bug-report, cilium sysdump"
    )


def _whole(text: str) -> int:
    """A whole number from 0 on."""
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"'{text[:40]}' is no whole number")
    return int(text)


def _add_explain(commands: _Commands, shared: _Parser) -> None:
    explain = commands.add_parser("explain", parents=[shared], help="tell what a rule or an intent is about")
    explain.add_argument(
        "code", nargs="?", metavar="CODE", help="code or name of a rule, e.g. IS103, or an intent, e.g. strict-mtls"
    )
    explain.add_argument("--list", action="store_true", help="list every rule")
    explain.add_argument("-o", "--output", choices=("text", "json"), default="text", help="format")
