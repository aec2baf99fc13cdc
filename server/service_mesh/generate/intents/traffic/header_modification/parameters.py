"""Parameters of header-modification."""

from collections import Counter
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from service_mesh.generate.parameters.acted import ActedRequests
from service_mesh.generate.parameters.base import Parameters
from service_mesh.generate.parameters.names import HeaderName
from service_mesh.generate.routing.actions import Actions, HeaderEdits

__all__ = ["Edits", "HeaderModification"]

_MOST = 16
_OF_CONNECTIONS = frozenset(
    ("connection", "content-length", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade")
)


def _changeable(name: str) -> str:
    if name.lower() == "host":
        raise ValueError("the host is no plain header: rewrite-redirect changes it")
    if name.lower() in _OF_CONNECTIONS:
        raise ValueError(f"{name} belongs to the connection: proxies make it themselves")
    return name


Changeable = Annotated[HeaderName, AfterValidator(_changeable)]
Value = Annotated[str, StringConstraints(pattern=r"^[!-$&-~]([ -$&-~]{0,1022}[!-$&-~])?$")]
"""The value of a header; no `%`, which starts a variable for Envoy and not for other proxies."""


class Edits(Parameters):
    """Changes of headers; letter case of names does not count."""

    set: dict[Changeable, Value] = Field(
        default_factory=dict, max_length=_MOST, description="Headers that get this value, whatever they had."
    )
    add: dict[Changeable, Value] = Field(
        default_factory=dict, max_length=_MOST, description="Headers that get this value beside those they have."
    )
    remove: Annotated[tuple[Changeable, ...], Field(max_length=_MOST, description="Headers that are taken away.")] = ()

    @model_validator(mode="after")
    def _fit(self) -> "Edits":
        names = [name.lower() for name in (*self.set, *self.add, *self.remove)]
        if not names:
            raise ValueError("give set, add or remove")
        if twice := next((name for name, count in Counter(names).items() if count > 1), ""):
            raise ValueError(f"{twice} is named twice: proxies differ in what they do first")
        return self

    @property
    def edits(self) -> HeaderEdits:
        """The changes."""
        return HeaderEdits(self.set, self.add, self.remove)


class HeaderModification(ActedRequests):
    """Headers of requests and of answers that are changed on their way."""

    request: Annotated[Edits | None, Field(description="Changes of what the destination gets.")] = None
    response: Annotated[Edits | None, Field(description="Changes of what the caller gets.")] = None

    @model_validator(mode="after")
    def _fit(self) -> "HeaderModification":
        if self.request is None and self.response is None:
            raise ValueError("give request, response or both")
        if self.response is not None and "set-cookie" in {name.lower() for name in self.response.set}:
            raise ValueError("setting Set-Cookie takes away the cookies of the application: add it instead")
        return self

    @property
    def actions(self) -> Actions:
        """What is done with the requests."""
        request = self.request.edits if self.request is not None else None
        response = self.response.edits if self.response is not None else None
        return Actions(request=request, response=response)
