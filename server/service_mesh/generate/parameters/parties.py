"""Who calls and who is called."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from service_mesh.generate.parameters.base import Parameters
from service_mesh.generate.parameters.names import LabelKey, LabelValue, Name, ObjectName, Port
from service_mesh.model.kinds import DAEMON_SET, DEPLOYMENT, STATEFUL_SET, Kind

__all__ = ["Caller", "Gateway", "Owner", "OwnerKind", "Scraper", "Service", "Workload"]


class Workload(Parameters):
    """A workload: what its pods are called, and by which labels policies find them."""

    namespace: Annotated[Name, Field(description="Its namespace.")]
    name: Annotated[ObjectName, Field(description="Its name.")]
    labels: dict[LabelKey, LabelValue] = Field(
        default_factory=dict, max_length=8, description="Labels of its pods; app=NAME where none are given."
    )
    port: Annotated[Port, Field(description="The container port that is called.")] = 8080

    @property
    def selector(self) -> Mapping[str, str]:
        """The labels that policies find it by."""
        return self.labels or {"app": self.name}

    @property
    def other_port(self) -> int:
        """A port that is not meant, for questions about what stays as it is."""
        return 9091 if self.port == 9090 else 9090

    @property
    def text(self) -> str:
        """`shop/cart`."""
        return f"{self.namespace}/{self.name}"


class OwnerKind(StrEnum):
    """The kinds of objects that pods are made from."""

    DEPLOYMENT = "Deployment"
    STATEFUL_SET = "StatefulSet"
    DAEMON_SET = "DaemonSet"


_OWNERS = {
    OwnerKind.DEPLOYMENT: DEPLOYMENT,
    OwnerKind.STATEFUL_SET: STATEFUL_SET,
    OwnerKind.DAEMON_SET: DAEMON_SET,
}


class Owner(Parameters):
    """A workload whose pod template is changed."""

    name: Annotated[ObjectName, Field(description="Its name.")]
    kind: Annotated[OwnerKind, Field(description="The kind of its object.")] = OwnerKind.DEPLOYMENT

    @property
    def owner(self) -> Kind:
        """The kind as objects have it."""
        return _OWNERS[self.kind]


class Caller(Parameters):
    """Who may call: a workload's service account, or a whole namespace."""

    namespace: Annotated[Name, Field(description="Its namespace.")]
    service_account: Annotated[
        ObjectName | None, Field(description="Its service account; every one of the namespace where it is not given.")
    ] = None
    labels: dict[LabelKey, LabelValue] = Field(
        default_factory=dict,
        max_length=8,
        description="Labels of its pods, where callers are known by labels; app=SERVICE_ACCOUNT without them.",
    )

    @property
    def selector(self) -> Mapping[str, str]:
        """The labels that it is known by where identities are made of labels."""
        if self.labels or self.service_account is None:
            return self.labels
        return {"app": self.service_account}

    @property
    def text(self) -> str:
        """`shop/web`, or the namespace alone."""
        return f"{self.namespace}/{self.service_account}" if self.service_account else self.namespace


class Gateway(Caller):
    """A gateway: by whom its pods are known, and the workloads that it leads to."""

    to: Annotated[
        tuple[Workload, ...], Field(max_length=32, description="The workloads behind it that it goes on reaching.")
    ] = ()


class Scraper(Caller):
    """Who reads metrics, such as Prometheus."""

    ports: Annotated[
        tuple[Port, ...],
        Field(max_length=8, description="Container ports where workloads themselves offer metrics; none for proxies'."),
    ] = ()
    has_proxy: Annotated[
        bool,
        Field(description="Whether it is in the mesh; if not, its ports are open to all, as nothing tells who calls."),
    ] = True


class Service(Parameters):
    """A Service and the port of it that is addressed."""

    namespace: Annotated[Name, Field(description="Its namespace.")]
    name: Annotated[Name, Field(description="Its name.")]
    port: Annotated[Port, Field(description="The port of the Service.")] = 80

    @property
    def text(self) -> str:
        """`shop/cart`."""
        return f"{self.namespace}/{self.name}"

    @property
    def host(self) -> str:
        """Its whole name in DNS."""
        return f"{self.name}.{self.namespace}.svc.cluster.local"

    @property
    def address(self) -> str:
        """As a question names it: `svc:shop/cart:80`."""
        return f"svc:{self.namespace}/{self.name}:{self.port}"
