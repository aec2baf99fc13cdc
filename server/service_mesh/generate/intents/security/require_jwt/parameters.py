"""Parameters of require-jwt."""

from typing import Annotated

from pydantic import Field, model_validator

from service_mesh.generate.parameters.base import Parameters
from service_mesh.generate.parameters.gateways import IngressGateway
from service_mesh.generate.parameters.names import Host
from service_mesh.generate.parameters.parties import Workload
from service_mesh.generate.parameters.requests import PathMatch
from service_mesh.generate.parameters.tokens import Claim, Issuer

__all__ = ["RequireJwt"]


class RequireJwt(Parameters):
    """Requests need a valid token of one of these issuers, at a workload or at a gateway."""

    to: Annotated[Workload | None, Field(description="The workload that is called, and the port.")] = None
    gateway: Annotated[IngressGateway | None, Field(description="The gateway, where it asks for tokens instead.")] = (
        None
    )
    hosts: Annotated[
        tuple[Host, ...],
        Field(max_length=16, description="At a gateway, only requests for these hosts, each without wildcard."),
    ] = ()
    issuers: Annotated[tuple[Issuer, ...], Field(min_length=1, max_length=8, description="Whose tokens are taken.")]
    claims: Annotated[
        tuple[Claim, ...], Field(max_length=16, description="What a token has to say; every claim named here.")
    ] = ()
    public_paths: Annotated[tuple[PathMatch, ...], Field(max_length=32, description="Paths that need no token.")] = ()
    preflight: Annotated[
        bool, Field(description="Let OPTIONS pass without a token, which browsers ask with before CORS requests.")
    ] = False
    forward: Annotated[bool, Field(description="Hand the token on behind the proxy, which else takes it away.")] = False

    @model_validator(mode="after")
    def _place(self) -> "RequireJwt":
        if (self.to is None) == (self.gateway is None):
            raise ValueError("give either to or gateway")
        if self.hosts and self.gateway is None:
            raise ValueError("hosts are told apart at a gateway: leave them away at a workload")
        names = [one.issuer for one in self.issuers]
        if len(set(names)) < len(names):
            raise ValueError("an issuer is named twice: give its audiences in one list")
        if any(path.prefix is not None and not path.prefix.strip("/") for path in self.public_paths):
            raise ValueError("the public path / with everything below it would leave nothing that needs a token")
        return self
