"""What somebody needs of a mesh, as they say it: typed, bounded, and honest about what they did not say."""

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

__all__ = [
    "REQUEST_NEEDS",
    "Cni",
    "Constraints",
    "Experience",
    "Level",
    "Need",
    "Option",
    "Platform",
    "Priority",
    "Protocol",
    "Requirements",
    "Sizes",
    "Team",
    "Traffic",
]


class Option(StrEnum):
    """What can be chosen."""

    ISTIO_AMBIENT = "istio-ambient"
    ISTIO_SIDECAR = "istio-sidecar"
    LINKERD = "linkerd"
    CILIUM = "cilium"
    NO_MESH = "no-mesh"


class Need(StrEnum):
    """What a mesh can be needed for."""

    MTLS = "mtls"
    L7_AUTHORIZATION = "l7-authorization"
    JWT = "jwt"
    EGRESS_CONTROL = "egress-control"
    CANARY = "canary"
    MIRRORING = "mirroring"
    FAULT_INJECTION = "fault-injection"
    LOCALITY_FAILOVER = "locality-failover"
    MULTI_CLUSTER = "multi-cluster"
    VMS = "vms"
    WINDOWS_NODES = "windows-nodes"
    GRPC = "grpc"
    TCP_ONLY = "tcp-only"
    IPV6 = "ipv6"
    FIPS = "fips"
    EXTERNAL_CA = "external-ca"
    GATEWAY_API = "gateway-api"
    OBSERVABILITY = "observability"
    GRADUAL_ADOPTION = "gradual-adoption"
    GROWTH = "growth"


REQUEST_NEEDS = (
    Need.L7_AUTHORIZATION,
    Need.JWT,
    Need.CANARY,
    Need.MIRRORING,
    Need.FAULT_INJECTION,
    Need.OBSERVABILITY,
)
"""Needs for which somebody has to read requests, wherever they are sent."""


class Level(StrEnum):
    """How much something is needed."""

    MUST = "must"
    SHOULD = "should"
    NO = "no"


class Priority(StrEnum):
    """What options are weighed by."""

    NEEDS = "needs"
    SECURITY = "security"
    LATENCY = "latency"
    RESOURCES = "resources"
    SIMPLICITY = "simplicity"
    MATURITY = "maturity"
    MIGRATION = "migration"


class Protocol(StrEnum):
    """What services speak."""

    HTTP = "http"
    GRPC = "grpc"
    TCP = "tcp"
    UDP = "udp"


class Cni(StrEnum):
    """Network plugin of the cluster."""

    CILIUM = "cilium"
    CALICO = "calico"
    FLANNEL = "flannel"
    AWS_VPC = "aws-vpc"
    AZURE = "azure"
    GKE = "gke"
    OVN_KUBERNETES = "ovn-kubernetes"
    OTHER = "other"


class Platform(StrEnum):
    """Who runs the cluster."""

    GKE = "gke"
    AKS = "aks"
    EKS = "eks"
    OPENSHIFT = "openshift"
    ON_PREM = "on-prem"
    OTHER = "other"


class Experience(StrEnum):
    """What a team has done before."""

    NONE = "none"
    SOME = "some"
    DEEP = "deep"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


_Count = Annotated[int, Field(ge=0, le=10_000_000)]


class Sizes(_Part):
    """How large it is, all clusters together."""

    nodes: _Count | None = None
    pods: _Count | None = None
    services: _Count | None = None
    clusters: _Count | None = None
    networks: _Count | None = None


class Traffic(_Part):
    """What flows: requests per second in the mesh, payload in kB, what a mesh may add to the 99th percentile in ms."""

    rps: _Count | None = None
    protocols: tuple[Protocol, ...] | None = None
    payload_kb: Annotated[float, Field(ge=0, le=1_000_000)] | None = None
    latency_budget_ms: Annotated[float, Field(ge=0, le=60_000)] | None = None


class Constraints(_Part):
    """What is given and may not be changed."""

    cni: Cni | None = None
    cni_may_change: bool | None = None
    kernel: Annotated[str, Field(pattern=r"^\d{1,2}\.\d{1,3}")] | None = None
    platform: Platform | None = None
    serverless_nodes: bool | None = None
    privileged_pods: bool | None = None
    managed_only: bool | None = None
    commercial_support: bool | None = None
    open_source_only: bool | None = None
    existing: Option | None = None


class Team(_Part):
    """Who runs it."""

    engineers: _Count | None = None
    mesh_experience: Experience | None = None
    ebpf_experience: Experience | None = None
    on_call: bool | None = None


class Requirements(_Part):
    """Everything that a recommendation rests on; what is left out is unknown, and named as such.

    Attributes:
        sizes: How large it is.
        traffic: What flows.
        needs: Need -> how much it is needed; a need that is left out is not known.
        constraints: What may not be changed.
        team: Who runs it.
        priorities: What options are weighed by -> weight; the usual weights where it is empty.
    """

    sizes: Sizes = Sizes()
    traffic: Traffic = Traffic()
    needs: dict[Need, Level] = Field(default_factory=dict)
    constraints: Constraints = Constraints()
    team: Team = Team()
    priorities: dict[Priority, Annotated[float, Field(ge=0, le=100)]] = Field(default_factory=dict)
