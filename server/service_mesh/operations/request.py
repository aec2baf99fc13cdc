"""What the surfaces ask: plain values, already typed, independent of where they came from."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from service_mesh.mesh.view import Complete
from service_mesh.model.grade import Severity

__all__ = [
    "AccessMatrixRequest",
    "AccessRequest",
    "Check",
    "FixMode",
    "GenerateRequest",
    "Inputs",
    "MtlsRequest",
    "PreviewRequest",
    "Progress",
    "RecommendRequest",
    "StatusRequest",
    "Symptom",
    "ValidateRequest",
]

Progress = Callable[[int, int, str], None]
"""Told how many of how many parts are done, and what is done now."""


class FixMode(StrEnum):
    """Which fixes are applied to the returned texts."""

    NONE = "none"
    SAFE = "safe"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Inputs:
    """The configuration to look at.

    Attributes:
        manifests: YAML or JSON text, or the bytes of it.
        manifests_name: How that text is named in findings.
        paths: Files, folders and globs.
        snapshot: A folder, file or archive of what somebody saved of clusters.
        kube_context: A kubeconfig context to read live, `current` for the current one.
        roots: Folders that paths must lie in; None where the caller is a person at a shell.
        max_bytes: Ceiling for everything read together.
    """

    manifests: str | bytes | None = None
    manifests_name: str = "manifests"
    paths: tuple[str, ...] = ()
    snapshot: str | None = None
    kube_context: str | None = None
    roots: tuple[str, ...] | None = None
    max_bytes: int = 200 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class ValidateRequest:
    """A call of `validate`.

    Attributes:
        inputs: The configuration.
        complete: Whether what is missing can be taken not to exist.
        min_severity: Findings below it are left out of the answer and of the verdict.
        fail_on: The mildest severity that makes the verdict `fail`.
        select: Codes, names or code prefixes; empty means all.
        ignore: The same, taken away.
        fix: Which fixes are applied to the texts in `fixed`.
        namespace: Report only on objects of this namespace; the others still serve as surroundings.
        versions: `istio`, `linkerd`, `cilium`, `gateway_api` or `kubernetes` -> the version that objects are judged
            by; the newest known one for those that are not named.
        crds: Files, folders and globs of CustomResourceDefinitions that replace the bundled ones of their kinds.
    """

    inputs: Inputs
    complete: Complete = Complete.AUTO
    min_severity: Severity = Severity.INFO
    fail_on: Severity = Severity.ERROR
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    fix: FixMode = FixMode.NONE
    namespace: str | None = None
    versions: Mapping[str, str] = field(default_factory=dict)
    crds: tuple[str, ...] = ()


class Check(StrEnum):
    """A part of the health of a cluster that can be asked for by itself."""

    CONTROL_PLANE = "control-plane"
    DATA_PLANE = "data-plane"
    CERTIFICATES = "certificates"
    GATEWAYS = "gateways"
    VERSIONS = "versions"
    CONFIGURATION = "configuration"
    MULTI_CLUSTER = "multi-cluster"
    PRE_INSTALL = "pre-install"
    POST_INSTALL = "post-install"
    UPGRADE = "upgrade"


class Symptom(StrEnum):
    """What somebody sees of a workload that does not work."""

    STATUS_503 = "503"
    STATUS_404 = "404"
    STATUS_403 = "403"
    TIMEOUT = "timeout"
    NO_ENDPOINTS = "no-endpoints"
    TLS_ERROR = "tls-error"
    INJECTION = "injection"
    LATENCY = "latency"


@dataclass(frozen=True, slots=True)
class StatusRequest:
    """A call of `status`.

    Attributes:
        inputs: The snapshot or the context.
        namespace: Report only on this namespace; the mesh's own namespaces count for all.
        checks: The parts that are asked for; empty means all but `pre-install` and `upgrade`.
        symptom: What is seen of `workload`: answers with the likeliest cause.
        workload: `namespace/name`, with a kind before it where the name is ambiguous (`deploy/shop/web`).
        cert_days: A certificate with fewer whole days left is an error; where it is not given, fewer than 30 are, but
            of a short-lived one only in the last third of its lifetime.
        now: The time that clusters are judged at, RFC 3339; the time they were read at where it is not given.
        versions: As for `validate`.
        fail_on: The mildest severity that makes the verdict `fail`.
        deadline: Seconds that a live cluster may take.
        progress: Told how far reading is.
    """

    inputs: Inputs
    namespace: str | None = None
    checks: tuple[Check, ...] = ()
    symptom: Symptom | None = None
    workload: str = ""
    cert_days: int | None = None
    now: str | None = None
    versions: Mapping[str, str] = field(default_factory=dict)
    fail_on: Severity = Severity.ERROR
    deadline: float = 30.0
    progress: Progress | None = None


@dataclass(frozen=True, slots=True)
class AccessRequest:
    """A call of `access`.

    Attributes:
        inputs: The configuration and what runs.
        source: Who calls: `shop/web`, `deploy/shop/web`, `sa:shop/account`, `ns:shop`, `ip:10.0.0.7` or `external`.
        destination: What is called: `shop/cart:8080`, `svc:shop/cart:80`, `host:NAME:443`, `ip:10.0.0.7:443`.
        method: Method of the request; None where it is not told, like the path and the host.
        path: Path of the request, with its query.
        host: Host of the request.
        headers: Headers of the request; those not named are not there.
        jwt_claims: Claims of a valid token that the request carries; None for a request without a token.
        authorizers: Name of an external authorizer -> whether it lets the request pass, as far as that is known.
        complete: Whether what is missing can be taken not to exist.
        versions: As for `validate`.
    """

    inputs: Inputs
    source: str
    destination: str
    method: str | None = None
    path: str | None = None
    host: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    jwt_claims: Mapping[str, object] | None = None
    authorizers: Mapping[str, bool] = field(default_factory=dict)
    complete: Complete = Complete.AUTO
    versions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MtlsRequest:
    """A call of `mtls`.

    Attributes:
        inputs: The configuration and what runs.
        namespace: Only workloads of this namespace as servers; clients are of every namespace.
        workload: Only this workload as a server: `namespace/name`, with a kind before it where that is ambiguous.
        complete: Whether what is missing can be taken not to exist.
        versions: As for `validate`.
    """

    inputs: Inputs
    namespace: str | None = None
    workload: str = ""
    complete: Complete = Complete.AUTO
    versions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AccessMatrixRequest:
    """A call of `access_matrix`.

    Attributes:
        inputs: The configuration and what runs.
        namespace: Only the workloads of this namespace, as clients and as servers; None for all.
        complete: Whether what is missing can be taken not to exist.
        versions: As for `validate`.
    """

    inputs: Inputs
    namespace: str | None = None
    complete: Complete = Complete.AUTO
    versions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PreviewRequest:
    """A call of `preview`.

    Attributes:
        inputs: What there is before the change.
        after: What is applied: its manifests and paths; neither a snapshot nor a context.
        delete: Objects that are deleted, each as `Kind namespace/name`.
        complete: Whether what is missing can be taken not to exist.
        versions: As for `validate`.
        fail_on: The mildest severity that makes the verdict `fail`.
    """

    inputs: Inputs
    after: Inputs
    delete: tuple[str, ...] = ()
    complete: Complete = Complete.AUTO
    versions: Mapping[str, str] = field(default_factory=dict)
    fail_on: Severity = Severity.ERROR


@dataclass(frozen=True, slots=True)
class RecommendRequest:
    """A call of `recommend`.

    Attributes:
        requirements: What is needed, as plain data; see `recommend.requirements.Requirements`.
        today: The day of the question, as an ISO date: evidence older than 120 days is told as old.
        inputs: A snapshot or a context to detect facts in; None where there is none.
    """

    requirements: Mapping[str, object]
    today: str
    inputs: Inputs | None = None


@dataclass(frozen=True, slots=True)
class GenerateRequest:
    """A call of `generate`.

    Attributes:
        intent: What is wanted: `strict-mtls`.
        mesh: What it is written for: `istio-sidecar`, `istio-ambient`, `linkerd`, `cilium` or `gateway-api`.
        params: The parameters of the intent, as plain data; None asks for their form.
        inputs: What is there already, to fit into; empty where nothing is known of it.
        versions: As for `validate`.
    """

    intent: str
    mesh: str
    params: Mapping[str, object] | None = None
    inputs: Inputs = field(default_factory=Inputs)
    versions: Mapping[str, str] = field(default_factory=dict)
