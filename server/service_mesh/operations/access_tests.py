"""Tests of policies: a small file of expected calls, each answered as `access` does and held to what it expects."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from service_mesh.errors import InputError, UsageError
from service_mesh.mesh.view import Complete
from service_mesh.model.names import nearest
from service_mesh.model.node import Node
from service_mesh.model.origin import SourceText
from service_mesh.operations.access import answer_in
from service_mesh.operations.access_result import AccessDecision, AccessResult
from service_mesh.operations.request import AccessRequest, Inputs
from service_mesh.operations.result import NotChecked
from service_mesh.operations.scene import Scene, scene_of
from service_mesh.source.files import read_text
from service_mesh.source.settings import place_of, read_settings

__all__ = ["AccessTestsResult", "Outcome", "TestedCall", "run_access_tests"]

_FIELDS = ("name", "from", "to", "method", "path", "host", "headers", "jwt_claims", "expect")
_NEEDED = ("from", "to", "expect")
_MOST = 5_000


class Outcome(StrEnum):
    """What became of a test: unknown is no pass."""

    PASSED = "passed"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class TestedCall:
    """One expected call and its answer.

    Attributes:
        name: Its name, or what is asked where it has none.
        file: The file of tests.
        line: Where it stands there.
        expected: What it expects.
        outcome: What became of it.
        answer: The answer; None where an end names nothing that was read.
        reason: Why it did not pass, empty if it did.
    """

    name: str
    file: str
    line: int
    expected: AccessDecision
    outcome: Outcome
    answer: AccessResult | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class AccessTestsResult:
    """The answer to a file of tests.

    Attributes:
        calls: The tests in their order.
        not_checked: What was given and not read.
        notes: What follows from the versions.
    """

    calls: tuple[TestedCall, ...]
    not_checked: tuple[NotChecked, ...] = ()
    notes: tuple[str, ...] = ()

    def count(self, outcome: Outcome) -> int:
        """How many tests had an outcome."""
        return sum(call.outcome is outcome for call in self.calls)


def run_access_tests(
    path: str, inputs: Inputs, complete: Complete = Complete.AUTO, versions: Mapping[str, str] | None = None
) -> AccessTestsResult:
    """Answer every call of a file of tests.

    Args:
        path: The file: a map with `tests`, a list of maps with `from`, `to`, `expect` and the parts of a request.
        inputs: The configuration.
        complete: Whether what is missing can be taken not to exist.
        versions: As for `validate`.

    Raises:
        InputError: The file or the configuration cannot be read, or a test has another form.
        UsageError: No configuration is given.
    """
    tests = tuple(_read(path))
    scene = scene_of(inputs, complete, versions or {})
    calls = tuple(_tested(scene, node, request) for node, request in tests)
    return AccessTestsResult(calls, scene.unread, scene.notes)


def _read(path: str) -> Iterator[tuple[Node, AccessRequest]]:
    settings = read_settings(SourceText(path, read_text(path)))
    for name in settings.data:
        if name != "tests":
            raise InputError(f"{path}: unknown part '{str(name)[:40]}'", "the file has one part, 'tests'")
    found = settings.get("tests")
    if found is None or not isinstance(found.value, list) or not found.value:
        raise InputError(f"{path}: no tests", "list them under 'tests'")
    if len(found.value) > _MOST:
        raise InputError(f"{path}: {len(found.value)} tests are more than {_MOST}", "split the file")
    for node in settings.each("tests[]"):
        yield node, _request(node)


def _request(node: Node) -> AccessRequest:
    if not isinstance(node.value, dict):
        raise InputError(f"{place_of(node)}: a test is a map", "write it with 'from', 'to' and 'expect'")
    for name in node.value:
        if name not in _FIELDS:
            near = nearest(str(name), _FIELDS)
            hint = f"did you mean '{near}'?" if near else f"a test has {', '.join(_FIELDS)}"
            raise InputError(f"{place_of(node)}: unknown field '{str(name)[:40]}'", hint)
    for name in _NEEDED:
        if not node.text_at(name):
            raise InputError(f"{place_of(node)}: the test has no '{name}'", "write it as text")
    expected = node.text_at("expect")
    if expected not in (AccessDecision.ALLOW, AccessDecision.DENY):
        raise InputError(f"{place_of(node)}: '{expected[:40]}' cannot be expected", "write allow or deny")
    return AccessRequest(
        inputs=Inputs(),
        source=node.text_at("from"),
        destination=node.text_at("to"),
        method=node.text_at("method") or None,
        path=node.text_at("path") or None,
        host=node.text_at("host") or None,
        headers=_texts(node, "headers"),
        jwt_claims=_map(node, "jwt_claims"),
    )


def _map(node: Node, name: str) -> Mapping[str, object] | None:
    held = node.get(name)
    if held is None or held.value is None:
        return None
    if not isinstance(held.value, dict):
        raise InputError(f"{place_of(held)}: '{name}' is a map", "write names and values")
    return {str(key): value for key, value in held.value.items()}


def _texts(node: Node, name: str) -> Mapping[str, str]:
    found = _map(node, name) or {}
    if not all(isinstance(value, str) for value in found.values()):
        raise InputError(f"{place_of(node)}: a value of '{name}' is no text", "quote it")
    return {key: str(value) for key, value in found.items()}


def _tested(scene: Scene, node: Node, request: AccessRequest) -> TestedCall:
    expected = AccessDecision(node.text_at("expect"))
    file, _, line = place_of(node).rpartition(":")
    name = node.text_at("name") or f"{request.source} to {request.destination}: {expected.value}"
    asked = TestedCall(name, file, int(line), expected, Outcome.UNKNOWN, None)
    try:
        answer = answer_in(scene, request)
    except UsageError as error:
        return replace(asked, outcome=Outcome.FAILED, reason=str(error))
    if answer.decision is expected:
        return replace(asked, outcome=Outcome.PASSED, answer=answer)
    is_open = answer.decision is AccessDecision.UNKNOWN
    outcome = Outcome.UNKNOWN if is_open else Outcome.FAILED
    return replace(asked, outcome=outcome, answer=answer, reason=_reason(answer))


def _reason(answer: AccessResult) -> str:
    if answer.decision is AccessDecision.UNKNOWN:
        return f"unknown for want of {', '.join(answer.needs)}" if answer.needs else "unknown"
    found = answer.deciding
    if found is None:
        return f"{answer.decision.value}: no policy speaks of it"
    place = f" ({found.file}:{found.line})" if found.file else ""
    return f"{answer.decision.value} by {found.layer}: {found.reason}{place}"
