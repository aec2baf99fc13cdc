"""The verb `access`: whether one workload can call another, which object decides it, and what every layer says."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import product

from service_mesh.errors import UsageError
from service_mesh.operations.access_result import DECISIONS, AccessResult, Deciding, LayerView, Understood
from service_mesh.operations.parties import Destination, Source, Target, destination_of, source_of
from service_mesh.operations.request import AccessRequest
from service_mesh.operations.scene import Scene, scene_of
from service_mesh.posture.access.calls import Call
from service_mesh.posture.access.engine import Answer, answer
from service_mesh.posture.access.layers import Layer, LayerAnswer
from service_mesh.posture.decisions import Verdict
from service_mesh.posture.kubernetes.ends import End
from service_mesh.posture.requests import HttpRequest

__all__ = ["access", "answer_in"]

_MOST_PAIRS = 400
_SHOWN_OBJECTS = 8


def access(request: AccessRequest) -> AccessResult:
    """Tell whether a call passes every layer on its way.

    Where an end of the question stands for several workloads, the answer is theirs if they agree, and unknown if not.

    Raises:
        UsageError: An end has no known form, or names nothing that was read.
        InputError: Something given cannot be read.
    """
    return answer_in(scene_of(request.inputs, request.complete, request.versions), request)


def answer_in(scene: Scene, request: AccessRequest) -> AccessResult:
    """The same about a mesh that is read already; the inputs, completeness and versions of the request do not count.

    Raises:
        UsageError: An end has no known form, or names nothing that was read.
    """
    source = source_of(scene.view, request.source)
    destination = destination_of(scene.view, request.destination, source.ends[0].namespace)
    asked = HttpRequest(request.method, request.path, request.host, request.headers, request.jwt_claims)
    answers = [(call, answer(scene.view, call)) for call in _calls(source, destination, asked)]
    return _result(scene, source, destination, answers)


def _calls(source: Source, destination: Destination, asked: HttpRequest) -> Iterator[Call]:
    if len(source.ends) * len(destination.targets) > _MOST_PAIRS:
        raise UsageError("the question stands for too many pairs of workloads", "name one workload on one side")
    pairs = list(product(source.ends, destination.targets))
    others = [(client, target) for client, target in pairs if client.workload is None or client != target.end]
    for client, target in others or pairs:
        yield _call(client, target, destination, asked)


def _call(client: End, target: Target, destination: Destination, asked: HttpRequest) -> Call:
    called = Call(client, target.end, target.port, destination.protocol, target.service, asked)
    return replace(called, is_tls=destination.is_tls)


def _result(scene: Scene, source: Source, destination: Destination, answers: list[tuple[Call, Answer]]) -> AccessResult:
    verdicts = {found.verdict for _, found in answers}
    verdict = next(iter(verdicts)) if len(verdicts) == 1 else Verdict.UNKNOWN
    call, shown = _shown(answers, verdict)
    differs = verdict is Verdict.UNKNOWN and Verdict.UNKNOWN not in verdicts
    needs = (_which(call),) if differs else shown.missing
    return AccessResult(
        decision=DECISIONS[verdict],
        transport=_transport(answers),
        encrypted=shown.edge.is_encrypted,
        authenticated=shown.edge.is_authenticated,
        deciding=_deciding(scene, shown.deciding),
        layers=tuple(_layer(scene, one) for one in shown.layers),
        needs=needs,
        understood_as=Understood(source.text, destination.text),
        not_checked=scene.unread,
        versions=dict(scene.versions),
        notes=(*_about_others(answers, call), *scene.notes),
    )


def _shown(answers: list[tuple[Call, Answer]], verdict: Verdict) -> tuple[Call, Answer]:
    """The answer whose layers are shown: one that is not known where none is, else one that is stopped."""
    for wanted in (verdict, Verdict.DENIED):
        for call, found in answers:
            if found.verdict is wanted:
                return call, found
    return answers[0]


def _which(call: Call) -> str:
    return f"which workloads call each other: from {call.client.text} to {call.server.text} it is told here"


def _about_others(answers: list[tuple[Call, Answer]], call: Call) -> Iterator[str]:
    if len(answers) > 1:
        yield f"the layers are those from {call.client.text} to {call.server.text}, one of {len(answers)} pairs"


def _transport(answers: list[tuple[Call, Answer]]) -> str:
    found = dict.fromkeys(one.edge.transport.value for _, one in answers)
    return next(iter(found)) if len(found) == 1 else "either"


def _deciding(scene: Scene, found: LayerAnswer | None) -> Deciding | None:
    if found is None:
        return None
    # What a connection carries follows from who is in the mesh first and from the server's or client's settings last.
    last = found.decision.chain[-1] if found.decision.chain else None
    note = last if found.layer is Layer.TRANSPORT else found.decision.deciding
    places = scene.shown((note,) if note is not None else ())
    if not places:
        return Deciding(found.layer.value, found.decision.reason)
    place = places[0]
    return Deciding(found.layer.value, found.decision.reason, place.resource, place.pointer, place.file, place.line)


def _layer(scene: Scene, found: LayerAnswer) -> LayerView:
    decision = found.decision
    objects = scene.shown(decision.chain[:_SHOWN_OBJECTS])
    return LayerView(found.layer.value, DECISIONS[decision.verdict], decision.reason, objects, found.hop)
