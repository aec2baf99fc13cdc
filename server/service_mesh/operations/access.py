"""The verb `access`: whether one workload can call another, which object decides it, and what every layer says."""

from collections.abc import Iterator
from dataclasses import replace

from service_mesh.errors import UsageError
from service_mesh.operations.access_result import DECISIONS, AccessResult, Deciding, LayerView, Understood
from service_mesh.operations.parties import Destination, Source, destination_of, source_of
from service_mesh.operations.request import AccessRequest
from service_mesh.operations.scene import Scene, scene_of
from service_mesh.posture.access.calls import Call
from service_mesh.posture.access.engine import Answer
from service_mesh.posture.access.layers import Layer, LayerAnswer
from service_mesh.posture.access.routed import Answers, Asked, answers
from service_mesh.posture.access.targets import Target
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
    questions = (replace(one, authorizers=request.authorizers) for one in _questions(source, destination, asked))
    found = [answers(scene.view, one) for one in questions]
    if not any(one.calls for one in found):
        raise UsageError(f"no workload behind {destination.text} was read", "give the manifests of the workloads too")
    return _result(scene, source, destination, found)


def _questions(source: Source, destination: Destination, asked: HttpRequest) -> Iterator[Asked]:
    if len(source.ends) * len(destination.targets) > _MOST_PAIRS:
        raise UsageError("the question stands for too many pairs of workloads", "name one workload on one side")
    clients = _others(source.ends, destination.targets)
    for client in clients:
        yield Asked(client, destination.targets, destination.protocol, asked, destination.is_tls, destination.addressed)


def _others(clients: tuple[End, ...], targets: tuple[Target, ...]) -> tuple[End, ...]:
    """The clients but those that would call themselves alone, unless there are no others."""
    ends = {target.end for target in targets}
    others = tuple(one for one in clients if one.workload is None or ends != {one})
    return others or clients


def _result(scene: Scene, source: Source, destination: Destination, found: list[Answers]) -> AccessResult:
    answered = [one for part in found for one in part.calls]
    verdicts = {one.verdict for _, one in answered}
    verdict = next(iter(verdicts)) if len(verdicts) == 1 else Verdict.UNKNOWN
    call, shown = _shown(answered, verdict)
    return AccessResult(
        decision=DECISIONS[verdict],
        transport=_transport(answered),
        encrypted=shown.edge.is_encrypted,
        authenticated=shown.edge.is_authenticated,
        deciding=_deciding(scene, shown.deciding),
        layers=tuple(_layer(scene, one) for one in shown.layers),
        needs=_needs(found, verdicts, call, shown),
        understood_as=Understood(source.text, destination.text),
        not_checked=scene.unread,
        versions=dict(scene.versions),
        notes=(*_about_others(answered, call), *scene.notes),
    )


def _needs(found: list[Answers], verdicts: set[Verdict], call: Call, shown: Answer) -> tuple[str, ...]:
    """What would settle the answer: where answers differ, what routes leave open comes before which pair is meant."""
    routes = tuple(text for one in found if len({each.verdict for _, each in one.calls}) > 1 for text in one.missing)
    differs = len(verdicts) > 1
    if differs and Verdict.UNKNOWN not in verdicts:
        return tuple(dict.fromkeys(routes)) or (_which(call),)
    return tuple(dict.fromkeys((*routes, *shown.missing)))


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
