"""Questions about access, modes and transport with known answers, asked of the operations behind the tools.

They lie in `posture/SUITE/SET` of the folder of cases: `manifests.yaml`, and `questions.json` with what is expected.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from service_mesh.mesh.view import Complete
from service_mesh.operations.access import answer_in
from service_mesh.operations.mtls import mtls_in
from service_mesh.operations.request import AccessRequest, Inputs, MtlsRequest
from service_mesh.operations.scene import Scene, scene_of

__all__ = ["Answered", "answered", "posture_agreement", "posture_suites"]

_RELEASES = {"istio": "1.31"}
"""The release that the questions are asked of."""

_SAID = {"hbone": "mtls", "app_tls": "tls", "broken": "fail"}
"""What the questions call a transport, where they have another word for it."""


@dataclass(frozen=True, slots=True)
class Answered:
    """One question with its answer.

    Attributes:
        place: The set that it is of.
        question: The question as it is written.
        answer: What was answered.
    """

    place: str
    question: Mapping[str, object]
    answer: str

    @property
    def agrees(self) -> bool:
        """Whether it is one of the answers that are right."""
        return self.answer in (self.question["expect"], *cast("list[str]", self.question.get("accept", [])))

    @property
    def is_dangerous(self) -> bool:
        """Whether something that is denied was called allowed."""
        return self.question["expect"] == "deny" and self.answer == "allow"

    @property
    def is_given_up(self) -> bool:
        """Whether it is not known here though it is there."""
        return self.answer == "unknown" and not self.agrees


def posture_suites(corpora: Path) -> list[str]:
    """Names of the suites."""
    folder = corpora / "posture"
    return sorted(path.name for path in folder.iterdir() if path.is_dir()) if folder.is_dir() else []


def answered(corpora: Path, suite: str) -> Iterator[Answered]:
    """Ask every question of a suite."""
    for folder in sorted((corpora / "posture" / suite).iterdir()):
        scene = scene_of(Inputs(paths=(str(folder / "manifests.yaml"),)), Complete.YES, _RELEASES)
        for question in json.loads((folder / "questions.json").read_text(encoding="utf-8"))["questions"]:
            yield Answered(folder.name, question, _answer(scene, question))


def posture_agreement(suite: str, found: Sequence[Answered]) -> str:
    """One line on a suite: how much agrees, what is not known, and that nothing that is denied was called allowed."""
    right, unknown = sum(one.agrees for one in found), sum(one.is_given_up for one in found)
    share = f"{right}/{len(found)} ({100 * right / len(found):.1f} %)"
    dangerous = sum(one.is_dangerous for one in found)
    return f"posture/{suite}: {share} agree, {unknown} not known here, {dangerous} denied but answered allow"


def _answer(scene: Scene, question: Mapping[str, object]) -> str:
    if question["ask"] == "mode":
        carried = mtls_in(scene, MtlsRequest(Inputs(), workload=str(question["workload"])))
        return next((one.mode for one in carried.modes if one.port == question["port"]), "plaintext")
    headers, claims = question.get("headers", {}), question.get("jwt_claims")
    found = answer_in(
        scene,
        AccessRequest(
            Inputs(),
            source=str(question["source"]),
            destination=str(question["destination"]),
            method=cast("str | None", question.get("method")),
            path=cast("str | None", question.get("path")),
            host=cast("str | None", question.get("host")),
            headers=cast("dict[str, str]", headers),
            jwt_claims=cast("dict[str, object] | None", claims),
        ),
    )
    return _SAID.get(found.transport, found.transport) if question["ask"] == "transport" else found.decision.value
