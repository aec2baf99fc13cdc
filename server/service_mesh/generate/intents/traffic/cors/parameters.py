"""Parameters of cors."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, field_validator, model_validator

from service_mesh.generate.parameters.acted import ActedPath
from service_mesh.generate.parameters.base import Parameters
from service_mesh.generate.parameters.names import HeaderName
from service_mesh.generate.routing.actions import Actions, Cors, Origin
from service_mesh.model.re2 import regex_fault
from service_mesh.posture.expressions import matches_whole

__all__ = ["AllowedOrigin", "CrossOrigin"]

_HOST = r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?(\.[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)*"
_MOST = 16
_DAY = 86_400
_STRANGERS = ("https://attacker.example", "http://attacker.example", "null")

Whole = Annotated[str, StringConstraints(pattern=rf"^https?://{_HOST}(:[0-9]{{1,5}})?$", max_length=253)]
"""Scheme, host and port, as browsers send them: in small letters, without a path and without a slash at the end."""

Method = Literal["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


class AllowedOrigin(Parameters):
    """Where pages are from that may call."""

    exact: Annotated[Whole | None, Field(description="This origin: https://shop.example.com.")] = None
    below: Annotated[
        Whole | None, Field(description="All hosts below this one, without itself: https://example.com.")
    ] = None
    prefix: Annotated[
        Annotated[str, StringConstraints(pattern=rf"^https?://{_HOST}:$", max_length=253)] | None,
        Field(description="All ports of this host, with the colon: http://localhost:."),
    ] = None
    regex: Annotated[
        Annotated[str, StringConstraints(min_length=1, max_length=200)] | None,
        Field(description="An expression of RE2 that takes the whole origin."),
    ] = None

    @field_validator("regex")
    @classmethod
    def _readable(cls, regex: str | None) -> str | None:
        if regex is not None and (fault := regex_fault(regex)):
            raise ValueError(f"regex is none that RE2 reads: {fault}")
        return regex

    @model_validator(mode="after")
    def _one(self) -> "AllowedOrigin":
        if len([one for one in (self.exact, self.below, self.prefix, self.regex) if one is not None]) != 1:
            raise ValueError("give one of exact, below, prefix and regex")
        return self

    @property
    def origin(self) -> Origin:
        """The origin."""
        forms = {"exact": self.exact, "below": self.below, "prefix": self.prefix, "regex": self.regex}
        return next(Origin(form, text) for form, text in forms.items() if text is not None)


class CrossOrigin(ActedPath):
    """What pages of other origins may do with a Service."""

    origins: Annotated[
        tuple[AllowedOrigin, ...], Field(max_length=_MOST, description="Where pages are from that may call.")
    ] = ()
    any_origin: Annotated[bool, Field(description="Whether pages from anywhere may call.")] = False
    methods: Annotated[
        tuple[Method, ...], Field(min_length=1, max_length=7, description="The methods that they may use.")
    ] = ("GET", "HEAD", "POST")
    headers: Annotated[
        tuple[HeaderName, ...], Field(max_length=_MOST, description="Headers that they may send, beside plain ones.")
    ] = ()
    expose: Annotated[
        tuple[HeaderName, ...], Field(max_length=_MOST, description="Headers of answers that they may read.")
    ] = ()
    credentials: Annotated[bool, Field(description="Whether they may call with cookies.")] = False
    max_age: Annotated[
        int, Field(ge=1, le=_DAY, description="For how many seconds browsers may remember the answer.")
    ] = 600

    @field_validator("methods", "headers", "expose")
    @classmethod
    def _differ(cls, listed: tuple[str, ...]) -> tuple[str, ...]:
        if "*" in listed:
            raise ValueError("name what is allowed: a star means nothing where cookies are sent")
        return tuple(dict.fromkeys(listed))

    @model_validator(mode="after")
    def _fit(self) -> "CrossOrigin":
        if self.any_origin == bool(self.origins):
            raise ValueError("give either origins or any_origin")
        if self.credentials and self.any_origin:
            raise ValueError(
                "any page could act with the cookies of its reader: name origins where credentials are true"
            )
        if self.credentials:
            for one in self.origins:
                if one.regex is not None and any(matches_whole(one.regex, text) is not False for text in _STRANGERS):
                    raise ValueError(f"regex {one.regex} takes any page, or may: with credentials it has to name hosts")
        return self

    @property
    def actions(self) -> Actions:
        """What is done with the requests."""
        origins = tuple(one.origin for one in self.origins) or (Origin("any"),)
        cors = Cors(origins, self.methods, self.headers, self.expose, self.credentials, self.max_age)
        return Actions(cors=cors)
