"""Agreement with other projects' own test cases: their inputs validated as a user would, our findings held to theirs.

The cases lie outside the repository, in a folder with one sub-folder for each suite and in it one for each case: its
input, and `expect.json` with what a correct validator reports; the README of that folder defines the format.
`python -m tools.conformance [--corpora FOLDER] [SUITE …]` prints every disagreement, then the agreement.
"""

import argparse
import json
import os
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import cast

from service_mesh.mesh.view import Complete
from service_mesh.model.finding import Finding
from service_mesh.model.grade import Category, Severity
from service_mesh.operations.request import Inputs, ValidateRequest
from service_mesh.operations.result import ValidateResult
from service_mesh.operations.validate import validate
from tools.posture_questions import answered, posture_agreement, posture_suites

__all__ = [
    "CORPORA",
    "EXPLAINED",
    "FORESEEN",
    "SUITES",
    "Asked",
    "Case",
    "Check",
    "agreement",
    "blamed",
    "judge",
    "read_cases",
    "run",
    "schema_errors",
    "shown",
]

CORPORA = "SERVICE_MESH_CORPORA"
"""Environment variable that names the folder."""

SUITES = ("istio_analyze", "istio_crd", "kiali", "gateway_api", "linkerd", "cilium", "valid_corpus")

EXPLAINED = {
    "istio_crd/istioctl-validate-invalidportnamingsvcwithappprotocol": (
        "only 'istioctl validate' refuses an appProtocol that Istio does not know; the API server takes it and "
        "istiod detects the protocol instead"
    ),
    "istio_analyze/externalcontrolplanevalidwebhooks-2": (
        "its webhook configurations have no 'sideEffects', without which the API server refuses them"
    ),
    "istio_crd/istioctl-validate-skippedservice": (
        "'istioctl validate' passes over an object without apiVersion; the API server refuses it"
    ),
}
"""Cases about the schema whose verdict we do not share -> why."""

FORESEEN = {
    "gateway_api/testbackendtrafficpolicyconfig-invalid-backendtrafficpolicyconfig-cookie-type-without-cook": (
        "the rule that wants 'cookie' comes with v1.7; the definition of v1.6, the newest of the catalogue, accepts "
        "this object, and a warning tells what the next one does"
    ),
}
"""Cases about the schema of a coming release, of which a warning tells and no error -> why."""


class Asked(StrEnum):
    """What a case asks, in the words of the summary."""

    FINDING = "expected findings hit"
    CLEAN = "clean cases clean"
    ACCEPT = "accepted inputs accepted"
    REJECT = "rejected inputs rejected"


@dataclass(frozen=True, slots=True)
class _Object:
    """How expectations name an object; no namespace, `default` and cluster scope are one."""

    kind: str
    namespace: str
    name: str

    @staticmethod
    def of(entry: Mapping[str, str]) -> "_Object":
        """From an entry of `expect.json`."""
        return _Object(entry["kind"], _bare(entry.get("namespace", "")), entry["name"])

    @staticmethod
    def titled(text: str) -> "_Object":
        """From `Kind namespace/name` or `Kind name`."""
        kind, _, place = text.partition(" ")
        namespace, slash, name = place.partition("/")
        return _Object(kind, _bare(namespace), name) if slash else _Object(kind, "", namespace)

    @staticmethod
    def found(finding: Finding) -> "_Object | None":
        """The object that a finding is about."""
        ref = finding.resource
        return None if ref is None else _Object(ref.kind, _bare(ref.namespace), ref.name)

    def __str__(self) -> str:
        return f"{self.kind} {self.namespace or 'default'}/{self.name}"


@dataclass(frozen=True, slots=True)
class Case:
    """One input and what is expected of it.

    Attributes:
        suite: Its suite.
        name: Name of its folder.
        files: The input.
        expected: Content of `expect.json`.
    """

    suite: str
    name: str
    files: tuple[str, ...]
    expected: Mapping[str, object]

    @property
    def tags(self) -> frozenset[str]:
        """Its tags."""
        return frozenset(cast(list[str], self.expected.get("tags", [])))

    @property
    def is_judged(self) -> bool:
        """False for input that is known to be outdated."""
        return "known-bad" not in self.tags


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that a case asks and whether we agree; `about` says what, for people."""

    asked: Asked
    agrees: bool
    about: str


def read_cases(corpora: Path, suite: str) -> Iterator[Case]:
    """Yield the cases of a suite, by name."""
    for path in sorted((corpora / suite).glob("*/expect.json")):
        files = tuple(str(file) for file in sorted(path.parent.iterdir()) if file != path)
        yield Case(suite, path.parent.name, files, json.loads(path.read_text(encoding="utf-8")))


def run(case: Case) -> ValidateResult:
    """Validate the input of a case; the format says that nothing is missing from it."""
    return validate(ValidateRequest(Inputs(paths=case.files), complete=Complete.YES))


def judge(case: Case, findings: Iterable[Finding]) -> Iterator[Check]:
    """Hold findings to what a case expects; nothing for cases that are not judged."""
    if not case.is_judged:
        return
    scene = {_Object.titled(text) for text in cast(list[str], case.expected.get("scene_only", []))}
    counted = [finding for finding in findings if _Object.found(finding) not in scene]
    if "verdict" in case.expected:
        yield _verdict(case, counted)
    elif case.expected["expect"]:
        for entry in cast(list[dict[str, str]], case.expected["expect"]):
            yield _hit(entry, counted)
    else:
        yield _clean(case, counted)


def agreement(suite: str, checks: Iterable[Check]) -> str:
    """One line: `istio_analyze: 23/41 expected findings hit, 12/12 clean cases clean`."""
    asked, agreed = Counter[Asked](), Counter[Asked]()
    for check in checks:
        asked[check.asked] += 1
        agreed[check.asked] += check.agrees
    parts = [f"{agreed[kind]}/{asked[kind]} {kind.value}" for kind in Asked if asked[kind]]
    return f"{suite}: {', '.join(parts) or 'no cases'}"


def schema_errors(findings: Iterable[Finding]) -> list[Finding]:
    """What stands against accepting an input."""
    return [f for f in findings if f.category is Category.SCHEMA and f.severity is Severity.ERROR]


def blamed(case: Case, findings: Iterable[Finding]) -> list[Finding]:
    """The findings on the object that a case is about; all where it names none."""
    target = _target(case)
    return [finding for finding in findings if target in (None, _Object.found(finding))]


def shown(findings: Iterable[Finding]) -> str:
    """Findings in the short form of a list of disagreements."""
    return "; ".join(f"{f.code} {Path(f.file).name}:{f.line} {f.message}" for f in findings)


def _verdict(case: Case, findings: list[Finding]) -> Check:
    if case.expected["verdict"] == "accept":
        refused = schema_errors(findings)
        return Check(Asked.ACCEPT, not refused, shown(refused))
    heavy = [finding for finding in blamed(case, findings) if _weighs(finding)]
    return Check(Asked.REJECT, bool(heavy), f"nothing on {_target(case) or 'any object'}")


def _target(case: Case) -> _Object | None:
    return _Object.of(cast(dict[str, str], case.expected["target"])) if "target" in case.expected else None


def _hit(entry: Mapping[str, str], findings: list[Finding]) -> Check:
    wanted = _Object.of(entry)
    hits = [f for f in findings if _Object.found(f) == wanted and (_weighs(f) or entry["level"] == "info")]
    return Check(Asked.FINDING, bool(hits), f"{entry['code']} ({entry['level']}) on {wanted}")


def _clean(case: Case, findings: list[Finding]) -> Check:
    named = {_Object.of(entry) for entry in cast(list[dict[str, str]], case.expected.get("clean", []))}
    noise = [f for f in findings if _weighs(f) and (not named or _Object.found(f) in named)]
    return Check(Asked.CLEAN, not noise, shown(noise))


def _weighs(finding: Finding) -> bool:
    return finding.severity.reaches(Severity.WARNING)


def _bare(namespace: str) -> str:
    return "" if namespace == "default" else namespace


def main() -> None:
    """Print disagreements and agreement."""
    parser = argparse.ArgumentParser(prog="python -m tools.conformance", description=__doc__)
    parser.add_argument("suites", nargs="*", metavar="SUITE", help=f"{', '.join(SUITES)}; all")
    parser.add_argument("--corpora", type=Path, default=os.environ.get(CORPORA), help=f"folder, or set {CORPORA}")
    arguments = parser.parse_args()
    if unknown := [suite for suite in arguments.suites if suite not in SUITES]:
        parser.error(f"there is no suite '{unknown[0]}': choose from {', '.join(SUITES)}")
    if arguments.corpora is None or not arguments.corpora.is_dir():
        parser.error(f"no folder of cases: name one with --corpora FOLDER or {CORPORA}")
    suites = arguments.suites or SUITES
    lines = [agreement(suite, _printed(read_cases(arguments.corpora, suite))) for suite in suites]
    if not arguments.suites:
        lines += [_posture(arguments.corpora, suite) for suite in posture_suites(arguments.corpora)]
    print("\n".join(lines))


def _posture(corpora: Path, suite: str) -> str:
    """The agreement with questions; wrong answers are printed on the way."""
    found = list(answered(corpora, suite))
    for one in found:
        if not one.agrees:
            print(f"posture/{suite}/{one.place}: {json.dumps(one.question)}: answered {one.answer}")
    return posture_agreement(suite, found)


def _printed(cases: Iterable[Case]) -> Iterator[Check]:
    """The checks of cases; disagreements are printed on the way, crashes too."""
    for case in cases:
        try:
            checks = list(judge(case, run(case).findings))
        except Exception as error:  # noqa: BLE001  # the list of disagreements goes on behind a crash
            print(f"{case.suite}/{case.name}: {type(error).__name__}: {error}", file=sys.stderr)
            continue
        for check in checks:
            if not check.agrees:
                why = EXPLAINED.get(f"{case.suite}/{case.name}")
                print(f"{case.suite}/{case.name}: {check.about}{f' ({why})' if why else ''}")
        yield from checks


if __name__ == "__main__":
    main()
