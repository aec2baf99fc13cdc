"""Requests that are told apart: by method, path, host, header, or method of a gRPC service."""

from typing import Annotated

from pydantic import Field, StringConstraints, model_validator

from service_mesh.generate.parameters.base import Parameters
from service_mesh.generate.parameters.names import HeaderName, Method, Path, WildcardHost

__all__ = ["Call", "HeaderMatch", "PathMatch"]

_GRPC = r"^[A-Za-z_][A-Za-z0-9_.]{0,253}/([A-Za-z_][A-Za-z0-9_]{0,127}|\*)$"


class PathMatch(Parameters):
    """A path: exactly, or everything below it."""

    exact: Annotated[Path | None, Field(description="This path alone.")] = None
    prefix: Annotated[Path | None, Field(description="This path and everything below it.")] = None

    @model_validator(mode="after")
    def _one(self) -> "PathMatch":
        if (self.exact is None) == (self.prefix is None):
            raise ValueError("give either exact or prefix")
        return self

    @property
    def sample(self) -> str:
        """A path that it takes."""
        return self.exact or self.prefix or "/"


class HeaderMatch(Parameters):
    """A header with exactly this value."""

    name: Annotated[HeaderName, Field(description="Name of the header.")]
    value: Annotated[str, StringConstraints(min_length=1, max_length=1024), Field(description="Its value.")]


class Call(Parameters):
    """What is requested; what is not given is not asked for, and everything given has to hold at once."""

    methods: Annotated[tuple[Method, ...], Field(max_length=16, description="Any of these methods.")] = ()
    paths: Annotated[tuple[PathMatch, ...], Field(max_length=32, description="Any of these paths.")] = ()
    hosts: Annotated[tuple[WildcardHost, ...], Field(max_length=16, description="Any of these hosts.")] = ()
    headers: Annotated[tuple[HeaderMatch, ...], Field(max_length=16, description="All of these headers.")] = ()
    grpc: Annotated[
        tuple[Annotated[str, StringConstraints(pattern=_GRPC)], ...],
        Field(max_length=32, description="Any of these methods of gRPC: package.Service/Method, package.Service/*."),
    ] = ()

    @model_validator(mode="after")
    def _one_protocol(self) -> "Call":
        if self.grpc and (self.methods or self.paths):
            raise ValueError("grpc says method and path already")
        return self
