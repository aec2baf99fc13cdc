"""Hosts outside of the cluster, and how they are spoken to."""

from enum import StrEnum
from ipaddress import ip_address
from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from service_mesh.generate.parameters.base import Parameters
from service_mesh.generate.parameters.names import Port, WildcardHost

__all__ = ["Address", "ExternalHost", "Protocol"]

_LONGEST = 200
_WEB_PORT = 443


def _written(text: str) -> str:
    """An address as everybody writes it."""
    try:
        return str(ip_address(text))
    except ValueError:
        raise ValueError("an address is one such as 203.0.113.10 or 2001:db8::10, without a range") from None


Address = Annotated[str, AfterValidator(_written)]
"""An IPv4 or IPv6 address."""


class Protocol(StrEnum):
    """What is spoken to a host; TLS is that of the clients themselves, and is not ended on the way."""

    TLS = "TLS"
    HTTP = "HTTP"
    TCP = "TCP"


class ExternalHost(Parameters):
    """A host outside of the cluster."""

    host: Annotated[WildcardHost, Field(description="Its name in DNS; with `*.` every name below.")]
    port: Annotated[Port, Field(description="The port that it is reached at.")] = _WEB_PORT
    protocol: Annotated[
        Protocol, Field(description="What is spoken there: TLS (HTTPS too), HTTP in plain text, other TCP.")
    ] = Protocol.TLS
    addresses: Annotated[
        tuple[Address, ...],
        Field(max_length=16, description="Its addresses, where they are fixed; TCP cannot be told apart without."),
    ] = ()
    plaintext_port: Annotated[
        Port | None,
        Field(description="A port that clients call in plain HTTP, and from which the mesh begins TLS to `port`."),
    ] = None

    @model_validator(mode="after")
    def _said(self) -> "ExternalHost":
        if len(self.host) > _LONGEST:
            raise ValueError(f"a host has at most {_LONGEST} characters here, since objects are named after it")
        if self.host.endswith(".local") or "." not in self.host.removeprefix("*."):
            raise ValueError("the host is one of the cluster: those outside have a whole name of DNS")
        if self.host.replace(".", "").isdigit():
            raise ValueError("a host is a name: its addresses belong into `addresses`")
        if self.protocol is Protocol.TCP and not self.addresses:
            raise ValueError("TCP carries no name: give the addresses of the host")
        if self.protocol is Protocol.HTTP and self.port == _WEB_PORT:
            raise ValueError("port 443 is for TLS: give the port at which the host speaks HTTP")
        self._combined()
        return self

    def _combined(self) -> None:
        if self.is_wildcard and (self.addresses or self.plaintext_port):
            raise ValueError("names with a wildcard have no fixed addresses, and no TLS can be begun to them")
        if self.plaintext_port is not None and self.protocol is not Protocol.TLS:
            raise ValueError("plaintext_port is for hosts that speak TLS")

    @property
    def is_wildcard(self) -> bool:
        """Whether it stands for every name below."""
        return self.host.startswith("*.")

    @property
    def title(self) -> str:
        """What objects about it are called."""
        return self.host.replace("*.", "any.", 1)

    @property
    def sample(self) -> str:
        """A name that it stands for."""
        return self.host.replace("*", "any", 1)

    @property
    def called_port(self) -> int:
        """The port that clients call."""
        return self.plaintext_port or self.port
