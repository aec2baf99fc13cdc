"""What an intent becomes in one dialect, before it is text: steps with templates and values, and what has to hold."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from service_mesh.generate.cast import Actor
from service_mesh.generate.questions import Question
from service_mesh.model.kinds import Kind

__all__ = ["ISTIO_VALUES", "LINKERD_VALUES", "Command", "Form", "Gap", "Patch", "Plan", "Sheet", "Stage", "Step"]

ISTIO_VALUES = "istio-values.yaml"
"""The name of a file with values for istiod."""

LINKERD_VALUES = "linkerd-values.yaml"
"""The name of a file with values for Linkerd's control plane, or how it ends where there are several."""


@dataclass(frozen=True, slots=True)
class Gap:
    """What a dialect has no words for.

    Attributes:
        part: What cannot be said.
        closest: What comes closest there.
    """

    part: str
    closest: str


class Form(StrEnum):
    """What a file holds.

    manifest: objects, for `kubectl apply`. values: values of a chart, for `helm upgrade -f`. other: something that no
    cluster reads, such as a script or a policy of another language.
    """

    MANIFEST = "manifest"
    VALUES = "values"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Sheet:
    """One file.

    Attributes:
        name: Its name: `strict-mtls.yaml`.
        template: The template, under `templates`: `istio/strict-mtls.yaml.j2`.
        values: What the template reads, beside `site`.
        stage: The stage it belongs to; empty where there are none.
        form: What it holds.
        apply: The command that applies it, where that is not `kubectl apply -f`.
        undo: The command that takes it back, where that is not `kubectl delete -f`.
    """

    name: str
    template: str
    values: Mapping[str, object] = field(default_factory=dict)
    stage: str = ""
    form: Form = Form.MANIFEST
    apply: str = ""
    undo: str = ""


@dataclass(frozen=True, slots=True)
class Patch:
    """A part of an object that is there and belongs to somebody else: it is changed by a command, not by a file.

    `kubectl apply` of a part of an object takes away what the part does not name, if the object came from a file.
    (https://kubernetes.io/docs/tasks/manage-kubernetes-objects/declarative-config/#how-apply-calculates-differences)

    Attributes:
        kind: Kind of the object.
        namespace: Its namespace; empty for objects of the cluster.
        name: Its name.
        merge: What is laid over it.
        stage: As for `Sheet`.
    """

    kind: Kind
    namespace: str
    name: str
    merge: Mapping[str, object]
    stage: str = ""


@dataclass(frozen=True, slots=True)
class Command:
    """Something that is done between files, such as waiting; it changes no configuration.

    Attributes:
        text: The command.
        stage: As for `Sheet`.
        undo: The command that takes it back; empty where there is nothing to take back.
    """

    text: str
    stage: str = ""
    undo: str = ""


Step = Sheet | Patch | Command
"""Something that is done, in its order."""


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of a rollout; its files replace those of the same objects before it.

    Attributes:
        name: Its name: `10-percent`.
        does: What it does, in one sentence.
        before_next: What has to hold before the next, with the commands that show it.
    """

    name: str
    does: str
    before_next: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """An intent in one dialect.

    Attributes:
        steps: What is done, in its order.
        questions: What has to hold after it.
        cast: The workloads that the questions speak of; those that the surroundings lack are played in the simulation.
        props: Further objects that the questions need and whoever applies it has, such as a Secret that is named.
        stages: The steps of a rollout, in their order.
        prerequisites: What has to be there before.
        verify: Commands that show in a cluster that it works.
        notes: What whoever applies it has to know.
        gaps: Parts of the parameters that the dialect has no words for, and that are left out.
    """

    steps: tuple[Step, ...]
    questions: tuple[Question, ...] = ()
    cast: tuple[Actor, ...] = ()
    props: tuple[Mapping[str, object], ...] = ()
    stages: tuple[Stage, ...] = ()
    prerequisites: tuple[str, ...] = ()
    verify: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    gaps: tuple[Gap, ...] = ()
