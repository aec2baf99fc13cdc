"""Two verdicts on one object, ours and the server's, and whether they agree."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from http.client import NOT_FOUND

from service_mesh.model.finding import Finding
from service_mesh.model.grade import Category, Severity
from service_mesh.model.resource import Resource
from service_mesh.operations.request import Inputs, ValidateRequest
from service_mesh.operations.validate import validate
from tests.kube.client import JSON, YAML, Answer, Client, as_json

__all__ = ["Disagreement", "Side", "Subject", "compare", "judged", "ours", "read_otherwise"]


class Side(StrEnum):
    """Who stands against an object; or that we do not judge it though the server does."""

    SERVER = "server refuses"
    OURS = "we refuse"
    UNCHECKED = "we do not check"
    DECODING = "the text is read otherwise"
    CRASHED = "we crash"


@dataclass(frozen=True, slots=True)
class Subject:
    """An object to be judged.

    Attributes:
        name: What disagreements call it.
        data: The object.
        text: The YAML it was written as, empty for made objects and items of Lists.
        versions: Project -> release that it is judged by, empty for the newest.
    """

    name: str
    data: Mapping[str, object]
    text: str = ""
    versions: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Disagreement:
    """One object that we and the server see in different ways."""

    name: str
    side: Side
    message: str

    def __str__(self) -> str:
        return f"{self.name}: {self.side.value}: {self.message}"


@dataclass(frozen=True, slots=True)
class Ours:
    """Our verdict: why we refuse it, that we do not know, or that there is none because we crashed."""

    refusals: tuple[str, ...]
    warnings: tuple[str, ...] = ()
    unchecked: str = ""
    crash: str = ""


def ours(subject: Subject) -> Ours:
    """Judge an object, from its own text where it has one, as `validate` does for a user."""
    text = subject.text or json.dumps(subject.data, ensure_ascii=False)
    request = ValidateRequest(Inputs(manifests=text), select=("SC",), versions=dict(subject.versions))
    try:
        result = validate(request)
    except Exception as error:  # noqa: BLE001  # the comparison goes on behind a crash and reports it
        return Ours((), crash=f"{type(error).__name__}: {error}")
    found = {severity: _texts(result.findings, severity) for severity in (Severity.ERROR, Severity.WARNING)}
    refusals = found[Severity.ERROR]
    counts = result.resources
    unchecked = "" if counts.valid or counts.invalid or refusals else "; ".join(n.why for n in result.not_checked)
    return Ours(refusals, found[Severity.WARNING], unchecked)


def judged(client: Client, subject: Subject) -> Answer | None:
    """What the server says to an object, as YAML if it was written so; None if it knows nothing of its group."""
    resource = Resource(subject.data)
    if client.kind(resource.api_version, resource.kind.name) is not None:
        body = (subject.text.encode("utf-8"), YAML) if subject.text else (as_json(subject.data), JSON)
        return _sent(client, resource, *body)
    if not client.is_group(resource.api_version):
        return None
    return Answer(NOT_FOUND, "NotFound", f"no matches for '{resource.kind.name}' in version '{resource.api_version}'")


def compare(client: Client, subject: Subject, answer: Answer) -> Disagreement | None:
    """Hold our verdict on an object to the server's, and what we read in its text to what the server reads.

    Args:
        client: The server's.
        subject: The object.
        answer: What the server said to it.
    """
    verdict = ours(subject)
    if verdict.crash:
        return Disagreement(subject.name, Side.CRASHED, verdict.crash)
    if answer.accepted and verdict.refusals:
        return Disagreement(subject.name, Side.OURS, "; ".join(verdict.refusals))
    if verdict.unchecked:
        return Disagreement(subject.name, Side.UNCHECKED, verdict.unchecked)
    if not answer.accepted and not verdict.refusals:
        warned = f" (we warn: {'; '.join(verdict.warnings)})" if verdict.warnings else ""
        return Disagreement(subject.name, Side.SERVER, f"{answer.reason}: {answer.message}{warned}")
    return read_otherwise(client, subject, answer) if answer.accepted and subject.text else None


def read_otherwise(client: Client, subject: Subject, written: Answer) -> Disagreement | None:
    """Send the data that we read in a text: stored must be the same as of the text itself.

    Args:
        client: The server's.
        subject: An object with a text.
        written: What the server said to the text; it was accepted.
    """
    resource = Resource(subject.data)
    read = _sent(client, resource, as_json(subject.data), JSON)
    if not read.accepted:
        return Disagreement(subject.name, Side.DECODING, f"what we read is refused: {read.message}")
    as_written, as_read = (json.dumps(answer.content, sort_keys=True) for answer in (written, read))
    if as_written == as_read or resource.kind.name == "Service":  # a Service is given an address by chance
        return None
    return Disagreement(subject.name, Side.DECODING, f"{as_written} became {as_read}")


def _texts(findings: Iterable[Finding], severity: Severity) -> tuple[str, ...]:
    return tuple(f"{f.code} {f.message}" for f in findings if f.category is Category.SCHEMA and f.severity is severity)


def _sent(client: Client, resource: Resource, body: bytes, content_type: str) -> Answer:
    namespace = resource.metadata.get("namespace")
    where = namespace if isinstance(namespace, str) and namespace else "default"
    return client.dry_run(resource.api_version, resource.kind.name, where, body, content_type)
