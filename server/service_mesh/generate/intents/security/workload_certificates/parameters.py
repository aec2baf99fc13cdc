"""Parameters of workload-certificates, and what has to hold of it in every mesh."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field, model_validator

from service_mesh.generate.cast import Actor
from service_mesh.generate.parameters.base import Parameters
from service_mesh.generate.parameters.names import Host, Name, ObjectName
from service_mesh.generate.questions import CallQuestion
from service_mesh.generate.wording.certificates import CLIENT, SERVER, call_between

__all__ = ["CERT_MANAGER", "RootIssuer", "WorkloadCertificates", "cast", "questions"]

CERT_MANAGER = "cert-manager"
"""The namespace of cert-manager, and the one that trust-manager reads Secrets of."""

Days = Annotated[int, Field(ge=1, le=36_500)]


class RootIssuer(Parameters):
    """An issuer of cert-manager that is there, and the root that its certificates lead to."""

    name: Annotated[ObjectName, Field(description="Its name.")]
    kind: Annotated[
        Literal["Issuer", "ClusterIssuer"], Field(description="Its kind; an Issuer of the mesh's namespace.")
    ] = "ClusterIssuer"
    group: Annotated[Host, Field(description="Its API group.")] = "cert-manager.io"
    root: Annotated[
        ObjectName, Field(description="A Secret of namespace cert-manager with the root certificate as `ca.crt`.")
    ]


class WorkloadCertificates(Parameters):
    """Where the certificates of workloads come from."""

    issuer: Annotated[
        RootIssuer | None, Field(description="Who signs; without it a root that cert-manager makes in the cluster.")
    ] = None
    root_days: Annotated[Days, Field(description="How long a root that is made is valid.")] = 3650
    issuer_days: Annotated[Days, Field(description="How long the certificate that signs those of workloads is.")] = 90
    renew_days_before: Annotated[Days, Field(description="How long before its end that one is renewed.")] = 30
    trust_domain: Annotated[Host, Field(description="The trust domain of the identities.")] = "cluster.local"
    cluster: Annotated[
        Name | None, Field(description="The name that Istio has this cluster by, where there are several.")
    ] = None

    @model_validator(mode="after")
    def _in_time(self) -> "WorkloadCertificates":
        if self.renew_days_before >= self.issuer_days:
            raise ValueError("renew_days_before has to be less than issuer_days: it would be renewed all the time")
        if self.issuer is None and self.issuer_days >= self.root_days:
            raise ValueError("issuer_days has to be less than root_days: no certificate outlives its root")
        if self.issuer is not None and self.root_days != WorkloadCertificates.model_fields["root_days"].default:
            raise ValueError("root_days is for a root that is made here: leave it away where an issuer is given")
        return self


def cast(*more: Actor) -> tuple[Actor, ...]:
    """Two workloads of the mesh, and who gives them certificates."""
    return (CLIENT, SERVER, *more)


def questions(authority: Actor, port: int) -> Iterator[CallQuestion]:
    """Workloads get at certificates, and call each other with them."""
    yield CallQuestion(
        why="a certificate is asked for",
        source=CLIENT.text,
        destination=f"svc:{authority.text}:{port}",
        is_allowed=True,
    )
    yield call_between()
