"""Fields and values that a project has deprecated or replaced while it still accepts them, and what takes their place.

Sources: the field options and comments of istio/api (`networking/v1alpha3`, `networking/v1beta1`), the types of
cilium/cilium (`pkg/policy/api`), cert-manager/cert-manager (`pkg/apis`) and cert-manager/trust-manager
(`pkg/apis/trust`). `LEAST_CONN` and `consecutiveErrors` have rules of their own.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from service_mesh.catalog.marks import Mark, Marks, marks_of_paths
from service_mesh.catalog.releases import title_of
from service_mesh.model.grade import Severity

__all__ = ["deprecated_marks"]

CODE = "SC127"


@dataclass(frozen=True, slots=True)
class _Row:
    """A deprecation.

    Attributes:
        project: Whose field it is.
        kinds: Kinds that have it.
        paths: Where it is.
        since: The release that deprecated it; empty where none is named.
        effect: What stands in its place, or what becomes of it.
        value: The value that is meant, empty for the field.
        is_lost: The field has no effect, or a known release refuses it.
    """

    project: str
    kinds: tuple[str, ...]
    paths: tuple[str, ...]
    since: str
    effect: str
    value: str = ""
    is_lost: bool = False


_POLICY = ("spec.trafficPolicy", "spec.subsets[].trafficPolicy")
_POLICIES = (*_POLICY, *(f"{policy}.portLevelSettings[]" for policy in _POLICY))
_BALANCERS = tuple(f"{policy}.loadBalancer" for policy in _POLICIES)
_NETWORK_POLICIES = ("CiliumNetworkPolicy", "CiliumClusterwideNetworkPolicy")
_TOGETHER = "'targetRefs' is the form that is documented since 1.22"

_ROWS = (
    _Row(
        "istio",
        ("DestinationRule",),
        tuple(f"{balancer}.consistentHash.minimumRingSize" for balancer in _BALANCERS),
        "1.16",
        "'ringHash.minimumRingSize' replaces it",
    ),
    _Row(
        "istio",
        ("DestinationRule",),
        tuple(f"{balancer}.warmupDurationSecs" for balancer in _BALANCERS),
        "1.24",
        "'warmup.duration' replaces it",
    ),
    _Row(
        "istio",
        ("VirtualService",),
        ("spec.http[].mirror_percent", "spec.http[].mirrorPercent"),
        "1.5",
        "'mirrorPercentage.value' replaces it",
    ),
    _Row("istio", ("VirtualService",), ("spec.http[].corsPolicy.allowOrigin",), "1.5", "'allowOrigins' replaces it"),
    _Row("istio", ("VirtualService",), ("spec.http[].fault.delay.percent",), "1.1", "'percentage.value' replaces it"),
    _Row(
        "istio",
        ("Gateway",),
        ("spec.servers[].port.targetPort",),
        "1.17",
        "it has no effect: the Service of the gateway names the target port",
        is_lost=True,
    ),
    _Row(
        "istio",
        ("Sidecar",),
        ("spec.egress[].port.targetPort", "spec.ingress[].port.targetPort"),
        "1.20",
        "it has no effect",
        is_lost=True,
    ),
    _Row(
        "istio",
        ("EnvoyFilter",),
        ("spec.configPatches[].applyTo",),
        "1.21",
        "such patches are not sent to proxies any more",
        value="BOOTSTRAP",
    ),
    _Row("istio", ("AuthorizationPolicy", "RequestAuthentication"), ("spec.targetRef",), "1.22", _TOGETHER),
    _Row("istio", ("Telemetry", "WasmPlugin"), ("spec.targetRef",), "1.22", _TOGETHER),
    _Row(
        "cilium",
        _NETWORK_POLICIES,
        tuple(
            f"{spec}.{rule}"
            for spec in ("spec", "specs[]")
            for rule in (
                "ingress[].fromRequires",
                "ingressDeny[].fromRequires",
                "egress[].toRequires",
                "egressDeny[].toRequires",
            )
        ),
        "1.17",
        "Cilium 1.19 and later refuse it, labels in the selectors replace it",
        is_lost=True,
    ),
    _Row(
        "cilium",
        _NETWORK_POLICIES,
        tuple(
            f"{spec}.{rule}[].{groups}[].aws.region"
            for spec in ("spec", "specs[]")
            for rule, groups in (("ingress", "fromGroups"), ("egress", "toGroups"))
        ),
        "1.20",
        "it is not used",
    ),
    _Row(
        "cert-manager",
        ("Issuer", "ClusterIssuer"),
        ("spec.acme.externalAccountBinding.keyAlgorithm",),
        "",
        "it is ignored",
        is_lost=True,
    ),
    _Row(
        "cert-manager",
        ("Certificate",),
        ("spec.keystores.pkcs12.profile",),
        "",
        "'Modern2023' and 'LegacyDES' replace it",
        value="LegacyRC2",
    ),
    _Row("trust-manager", ("Bundle",), ("spec.target.additionalFormats.jks",), "", "'pkcs12' replaces it"),
)


def deprecated_marks(project: str, kind: str, release: str) -> Marks:
    """The remarks on a kind.

    Args:
        project: Whose kind it is.
        kind: Its name.
        release: Major and minor of the release that objects are judged by.
    """
    return marks_of_paths(dict(_paths(project, kind, release)))


def _paths(project: str, kind: str, release: str) -> Iterator[tuple[str, tuple[Mark, ...]]]:
    for row in _ROWS:
        if row.project == project and kind in row.kinds and _is_at_least(release, row.since):
            since = f" since {title_of(project)} {row.since}" if row.since else ""
            severity = Severity.WARNING if row.is_lost else None
            for path in row.paths:
                yield path, (Mark(CODE, f"is deprecated{since}, {row.effect}", row.value, severity),)


def _is_at_least(release: str, since: str) -> bool:
    return not since or _numbers(release) >= _numbers(since)


def _numbers(release: str) -> tuple[int, ...]:
    return tuple(int(part) for part in release.split(".") if part.isdecimal())
