"""Gateways through which requests come from outside."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from service_mesh.generate.parameters.base import Parameters
from service_mesh.generate.parameters.names import LabelKey, LabelValue, Name, Port

__all__ = ["IngressGateway"]

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
