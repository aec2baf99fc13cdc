"""Parameters of enroll-namespace, and what has to hold of it in every mesh."""

from collections.abc import Iterator, Mapping
from typing import Annotated

from pydantic import Field, field_validator

from service_mesh.generate.cast import Actor
from service_mesh.generate.parameters.base import Parameters
from service_mesh.generate.parameters.names import LabelValue, Name
from service_mesh.generate.parameters.parties import Owner
from service_mesh.generate.plan import Patch, Stage
from service_mesh.generate.questions import CallQuestion
from service_mesh.generate.wording.surroundings import KUBELET

__all__ = ["MARK", "OUTSIDER", "RESTART", "EnrollNamespace", "cast", "left_out", "questions", "stages"]

MARK, RESTART = "label", "restart"

_KEPT_OUT = ("kube-system", "kube-public", "kube-node-lease")


class EnrollNamespace(Parameters):
    """Which namespace joins the mesh, and what of it stays outside."""

    namespace: Annotated[Name, Field(description="The namespace.")]
    revision: Annotated[
        LabelValue, Field(description="Revision or tag of Istio that injects; the default one without it.")
    ] = ""
    leave_out: Annotated[
        tuple[Owner, ...], Field(max_length=32, description="Workloads of it that stay outside of the mesh.")
    ] = ()

    @field_validator("namespace")
    @classmethod
    def _is_taken(cls, name: str) -> str:
        if name in _KEPT_OUT:
            raise ValueError(f"namespace {name} belongs to Kubernetes itself: no mesh takes it")
        return name


def left_out(asked: EnrollNamespace, metadata: Mapping[str, object], stage: str = "") -> Iterator[Patch]:
    """The mark that keeps workloads outside, before the namespace gets its own; it is one of their pods.

    Args:
        asked: The parameters.
        metadata: What the mesh reads at a pod.
        stage: The stage in which it is done.
    """
    for one in asked.leave_out:
        yield Patch(one.owner, asked.namespace, one.name, {"spec": {"template": {"metadata": metadata}}}, stage)


def stages(look: str) -> tuple[Stage, ...]:
    """Marking and restarting.

    Args:
        look: What shows that the proxy will be added.
    """
    return (
        Stage(MARK, "marks the namespace: pods that run stay as they are", (look,)),
        Stage(RESTART, "replaces the pods: each gets its proxy when it is made"),
    )


_NEW = "made-afterwards"
OUTSIDER = Actor("outside-the-mesh", "client", services={"client": 80}, is_meshed=False)
"""A workload of a namespace that is not in the mesh."""

_NEXT_DOOR = Actor("next-door", "web", services={"web": 80})


def cast(asked: EnrollNamespace) -> tuple[Actor, ...]:
    """Workloads that are made after it, in a namespace that was outside until then, and those around them."""
    new = Actor(asked.namespace, _NEW, services={_NEW: 80}, is_meshed=False, probe="/healthz")
    beside = Actor(asked.namespace, "beside", services={"beside": 80}, is_meshed=False)
    outside = (Actor(asked.namespace, one.name, kind=one.owner, is_meshed=False) for one in asked.leave_out)
    return (new, beside, *outside, _NEXT_DOOR, OUTSIDER)


def questions(asked: EnrollNamespace, *, is_alone: bool = False, is_open: bool | None = True) -> Iterator[CallQuestion]:
    """What calls between the namespace and others are afterwards.

    Args:
        asked: The parameters.
        is_alone: Whether calls to other namespaces of the mesh are left aside.
        is_open: Whether plaintext still gets in; None where that is not known.
    """
    new, beside = f"{asked.namespace}/{_NEW}", f"svc:{asked.namespace}/beside:80"
    service, next_door, outside = f"svc:{new}:80", f"svc:{_NEXT_DOOR.text}:80", f"svc:{OUTSIDER.text}:80"
    yield _asked("a call inside the namespace", new, beside, is_encrypted=True)
    if not is_alone:
        yield _asked("a call from another namespace of the mesh", _NEXT_DOOR.text, service, is_encrypted=True)
        yield _asked("a call to another namespace of the mesh", new, next_door, is_encrypted=True)
        yield _asked("a call to what is outside of the mesh", new, outside, is_encrypted=False)
    if is_open is not None and not is_alone:
        why = "a client outside of the mesh"
        yield _asked(why, OUTSIDER.text, service, is_encrypted=False if is_open else None, is_allowed=is_open)
    if is_open:
        yield _asked("a probe of the kubelet", KUBELET, f"{new}:8080", path="/healthz")
    for one in asked.leave_out:
        yield _asked("a call to what is left out", new, f"{asked.namespace}/{one.name}:8080", is_encrypted=False)


def _asked(
    why: str,
    source: str,
    destination: str,
    *,
    is_allowed: bool = True,
    is_encrypted: bool | None = None,
    path: str | None = None,
) -> CallQuestion:
    return CallQuestion(
        why=why,
        source=source,
        destination=destination,
        is_allowed=is_allowed,
        is_encrypted=is_encrypted,
        method="GET" if path else None,
        path=path,
    )
