"""Gateways through which requests come from outside."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from service_mesh.generate.parameters.base import Parameters
from service_mesh.generate.parameters.names import LabelKey, LabelValue, Name, ObjectName, Port, WildcardHost

__all__ = ["IngressGateway", "RouteGateway", "slug_of"]

_OF_GATEWAY = "gateway.networking.k8s.io/gateway-name"


class IngressGateway(Parameters):
    """A gateway: a Gateway of the Gateway API by its name, or pods of Istio's gateway chart by their labels."""

    namespace: Annotated[Name, Field(description="The namespace that it runs in.")]
    name: Annotated[Name, Field(description="Its name.")]
    labels: dict[LabelKey, LabelValue] = Field(
        default_factory=dict,
        max_length=8,
        description="Labels of its pods, such as istio: ingressgateway; without them it is a Gateway of that name.",
    )
    ports: Annotated[
        tuple[Port, ...],
        Field(max_length=8, description="The ports of its pods that are HTTP; all of them without any."),
    ] = ()

    @property
    def pod_labels(self) -> Mapping[str, str]:
        """The labels that its pods have."""
        return self.labels or {_OF_GATEWAY: self.name}

    @property
    def text(self) -> str:
        """`gateways/public`."""
        return f"{self.namespace}/{self.name}"


class RouteGateway(Parameters):
    """A Gateway of the Gateway API that is there, and the host at which it serves a Service."""

    namespace: Annotated[Name, Field(description="Its namespace.")]
    name: Annotated[Name, Field(description="Its name.")]
    host: Annotated[WildcardHost, Field(description="The host that clients ask for.")]
    port: Annotated[Port, Field(description="The port that they call.")] = 443
    listener: Annotated[
        ObjectName | None,
        Field(description="The name of its listener for them; every one that lets the route in where none is given."),
    ] = None

    @property
    def text(self) -> str:
        """`gateways/public`."""
        return f"{self.namespace}/{self.name}"


def slug_of(host: str) -> str:
    """A host as a part of a name: `any-example-com` for `*.example.com`."""
    return host.replace("*", "any").replace(".", "-")[:150].rstrip("-")
