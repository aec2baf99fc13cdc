"""Questions about generated files, put to the simulation."""

from service_mesh.errors import InternalError, UsageError
from service_mesh.generate.questions import CallQuestion, Question, RouteQuestion, SettingQuestion
from service_mesh.operations.access import answer_in
from service_mesh.operations.access_result import AccessDecision, AccessResult, Deciding
from service_mesh.operations.generate_result import Simulated
from service_mesh.operations.generate_routes import as_today, routed
from service_mesh.operations.generate_settings import settled
from service_mesh.operations.request import AccessRequest, Inputs
from service_mesh.operations.scene import Scene

__all__ = ["settled", "simulated"]

_NOTHING = Inputs()


def simulated(scene: Scene, question: Question, before: Scene) -> Simulated:
    """Ask one question.

    Args:
        scene: The mesh after the files were applied.
        question: The question.
        before: The mesh before any of them was.
    """
    if isinstance(question, CallQuestion):
        return _call(scene, question, before)
    if isinstance(question, RouteQuestion):
        return routed(scene, as_today(before, question))
    if isinstance(question, SettingQuestion):
        return settled(scene, question)
    raise InternalError(f"nothing answers a {type(question).__name__}")


def _call(scene: Scene, asked: CallQuestion, before: Scene) -> Simulated:
    request = AccessRequest(
        _NOTHING,
        asked.source,
        asked.destination,
        asked.method,
        asked.path,
        asked.host,
        asked.headers,
        asked.jwt_claims,
        asked.authorizers,
    )
    as_before = asked.is_allowed is None
    is_about_encryption = as_before or asked.is_encrypted is not None
    try:
        expected = _before(answer_in(before, request)) if as_before else _expected(asked)
        found = answer_in(scene, request)
    except UsageError as error:
        return Simulated(_text(asked), "as before" if as_before else _expected(asked), "unknown", error.message)
    answer = found.decision.value
    if is_about_encryption and found.decision is not AccessDecision.UNKNOWN:
        answer += _ENCRYPTED[found.encrypted]
    return Simulated(_text(asked), expected, answer, "" if answer == expected else _because(found))


_ENCRYPTED = {True: ", encrypted", False: ", in clear", None: ", perhaps encrypted"}


def _expected(asked: CallQuestion) -> str:
    expected = "allow" if asked.is_allowed else "deny"
    return expected if asked.is_encrypted is None else expected + _ENCRYPTED[asked.is_encrypted]


def _before(found: AccessResult) -> str:
    """What was decided before; what could not be told then is no answer to hold the new one to."""
    if found.decision is AccessDecision.UNKNOWN:
        return "as before"
    return found.decision.value + _ENCRYPTED[found.encrypted]


def _text(asked: CallQuestion) -> str:
    request = " ".join(part for part in (asked.method, asked.path) if part)
    host = f" at {asked.host}" if asked.host else ""
    headers = "".join(f", {name}: {value}" for name, value in asked.headers.items())
    token = f", token {dict(asked.jwt_claims)}" if asked.jwt_claims is not None else ""
    said = "".join(
        f", {name} {'allows' if is_passed else 'refuses'} it" for name, is_passed in asked.authorizers.items()
    )
    stage = f"after {asked.stage}: " if asked.stage else ""
    what = f" {request}{host}{headers}{token}{said}" if request or host or headers or token or said else ""
    return f"{stage}{asked.why}: {asked.source} -> {asked.destination}{what}"


def _because(found: AccessResult) -> str:
    return "; ".join(found.needs) if found.needs else _deciding(found.deciding)


def _deciding(found: Deciding | None) -> str:
    if found is None:
        return "no policy speaks of it"
    place = f" ({found.file}:{found.line}{found.pointer})" if found.file else ""
    return f"{found.layer}: {found.reason}{place}"
