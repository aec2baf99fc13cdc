"""Parameters of external-authorization."""

from typing import Annotated

from pydantic import Field, StringConstraints, model_validator

from service_mesh.generate.parameters.base import Parameters
from service_mesh.generate.parameters.names import Name
from service_mesh.generate.parameters.parties import Workload
from service_mesh.generate.parameters.requests import Call, PathMatch

__all__ = ["ExternalAuthorization", "OpaServer"]

_Image = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z0-9][a-z0-9._/:-]{0,200}(:[A-Za-z0-9_.-]{1,128}|@sha256:[0-9a-f]{64})$"),
]


class OpaServer(Parameters):
    """Open Policy Agent with its server for Envoy."""

    namespace: Annotated[Name, Field(description="The namespace that it runs in.")] = "opa"
    name: Annotated[Name, Field(description="Its name, and that of the provider in the mesh configuration.")] = "opa"
    image: Annotated[
        _Image, Field(description="Its image with tag or digest; the tag has to have envoy in it: opa:1.20.1-envoy.")
    ]
    replicas: Annotated[int, Field(ge=1, le=50, description="How many pods.")] = 2

    @model_validator(mode="after")
    def _speaks_envoy(self) -> "OpaServer":
        name, at, _ = self.image.partition("@")
        _, _, tag = name.rpartition(":")
        if not at and ("envoy" not in tag or tag.startswith("latest")):
            raise ValueError("image needs a tag that stays and has envoy in it: the plain image does not answer Envoy")
        return self

    @property
    def host(self) -> str:
        """The name of its Service."""
        return f"{self.name}.{self.namespace}.svc.cluster.local"


class ExternalAuthorization(Parameters):
    """An external authorizer decides about the requests to a workload."""

    to: Annotated[Workload, Field(description="The workload that is called, and the port.")]
    opa: Annotated[OpaServer, Field(description="The authorizer.")]
    allowed: Annotated[
        tuple[Call, ...],
        Field(min_length=1, max_length=64, description="Requests that its policy lets pass; every other is refused."),
    ]
    unasked_paths: Annotated[
        tuple[PathMatch, ...], Field(max_length=16, description="Paths that pass without asking it.")
    ] = ()
    timeout_ms: Annotated[
        int, Field(ge=10, le=60_000, description="How long a request waits for the answer, in milliseconds.")
    ] = 1000
    fail_open: Annotated[
        bool, Field(description="Let requests pass while it does not answer; they are refused otherwise.")
    ] = False

    @model_validator(mode="after")
    def _asks(self) -> "ExternalAuthorization":
        if any(call == Call() for call in self.allowed):
            raise ValueError("a call has to say something about the request: the policy would let every one pass")
        if any(path.prefix is not None and not path.prefix.strip("/") for path in self.unasked_paths):
            raise ValueError("the path / with everything below it would leave nothing to ask about")
        return self
