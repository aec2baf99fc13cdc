"""Parameters of istio-plugged-in-ca."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from service_mesh.generate.parameters.base import Parameters
from service_mesh.generate.parameters.names import Host, Name, ObjectName

__all__ = ["Cluster", "PluggedInCa", "Running"]

_Days = Annotated[int, Field(ge=1, le=36_500)]
_Context = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9@:/._-]*$", max_length=253)]
_Organization = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9 .,_-]*$", max_length=64)]


class Running(StrEnum):
    """The CA that a mesh has now: one that istiod made, or one that was plugged in."""

    SELF_SIGNED = "self-signed"
    PLUGGED_IN = "plugged-in"


class Cluster(Parameters):
    """A cluster of the mesh."""

    name: Annotated[Name, Field(description="Its name, which its CA is called by.")]
    context: Annotated[_Context | None, Field(description="Its context for kubectl; its name without it.")] = None


class SigningIssuer(Parameters):
    """An issuer of cert-manager that signs CAs."""

    name: Annotated[ObjectName, Field(description="Its name.")]
    kind: Annotated[
        Literal["Issuer", "ClusterIssuer"], Field(description="Its kind; an Issuer of the namespace of istiod.")
    ] = "ClusterIssuer"
    group: Annotated[Host, Field(description="Its API group.")] = "cert-manager.io"


class PluggedInCa(Parameters):
    """A CA of one's own for istiod: one root, and below it a CA for each cluster."""

    clusters: Annotated[
        tuple[Cluster, ...], Field(min_length=1, max_length=32, description="The clusters of the mesh.")
    ]
    organization: Annotated[_Organization, Field(description="The organization in the names of the certificates.")] = (
        "Istio"
    )
    root_days: Annotated[_Days, Field(description="How long the root is valid.")] = 3650
    ca_days: Annotated[_Days, Field(description="How long the CA of a cluster is valid.")] = 730
    issuer: Annotated[
        SigningIssuer | None,
        Field(
            description="An issuer of cert-manager that signs the CA of the cluster; a script with openssl without it."
        ),
    ] = None
    replaces: Annotated[
        Running | None,
        Field(description="The CA of a mesh that runs, which is replaced in stages; a new mesh without it."),
    ] = None

    @model_validator(mode="after")
    def _fits(self) -> "PluggedInCa":
        if len({one.name for one in self.clusters}) < len(self.clusters):
            raise ValueError("a cluster is there twice")
        if any(one.name == "root" for one in self.clusters):
            raise ValueError("a cluster cannot be called root here: that is the folder of the root")
        if self.issuer is None and self.ca_days >= self.root_days:
            raise ValueError("ca_days has to be less than root_days: no certificate outlives its root")
        if self.issuer is not None:
            self._by_issuer()
        return self

    def _by_issuer(self) -> None:
        if len(self.clusters) > 1:
            raise ValueError("with an issuer each cluster has files of its own: give one cluster at a time")
        if self.replaces is not None:
            raise ValueError("a CA that runs is replaced by the script: leave issuer away")
        if self.clusters[0].context is not None or "root_days" in self.model_fields_set:
            raise ValueError("context and root_days are of the script: leave them away with an issuer")
