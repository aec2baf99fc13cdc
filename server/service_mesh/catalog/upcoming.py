"""Names that came after the newest release of the data: real, so that they are no error where no version was named.

Sources: istio/istio, the custom resource definitions of the tag 1.31.0-rc.0; kubernetes-sigs/gateway-api, the types and
their tests on the main branch after v1.6.1; linkerd/linkerd2, the Gateway API that the chart linkerd-crds can install.
"""

from dataclasses import dataclass

from service_mesh.model.path import Path

__all__ = ["UPCOMING", "Upcoming", "is_still_shipped", "upcoming_name"]


@dataclass(frozen=True, slots=True)
class Upcoming:
    """Names that a release brings.

    Attributes:
        project: Whose they are.
        after: The newest release that is known, which lacks them.
        words: When they come, behind the place.
        kinds: Kinds that get them.
        ends: Ends of the paths of fields, lists without their indexes.
        values: Allowed values, with the field.
        never_beside: A field and its value beside which the coming release refuses the names too.
    """

    project: str
    after: str
    words: str
    kinds: tuple[str, ...]
    ends: tuple[str, ...] = ()
    values: tuple[tuple[str, str], ...] = ()
    never_beside: tuple[str, str] | None = None


_ISTIO = ("istio", "1.30", " but from 1.31 on")
_GATEWAY_API = ("gateway-api", "1.6", " but in what comes after 1.6")

UPCOMING: tuple[Upcoming, ...] = (
    Upcoming(
        *_ISTIO,
        ("DestinationRule",),
        (
            "connectionPool.http.http2KeepAlive",
            "loadBalancer.zoneAwareLbSetting",
            "outlierDetection.outlierDetectionHttpErrorCodes",
            "retryBudget.budgetInterval",
        ),
    ),
    Upcoming(*_ISTIO, ("EnvoyFilter",), values=(("patch.operation", "MERGE_AND_REPLACE_LIST"),)),
    Upcoming(*_ISTIO, ("Gateway",), ("servers.tls.insecureSkipVerify",)),
    Upcoming(
        *_ISTIO,
        ("Sidecar",),
        (
            "ingress.connectionPool.http.http2KeepAlive",
            "ingress.tls.insecureSkipVerify",
            "spec.inboundConnectionPool.http.http2KeepAlive",
        ),
    ),
    Upcoming(*_ISTIO, ("VirtualService",), ("redirect.prefixRewrite",)),
    Upcoming(
        *_GATEWAY_API, ("XBackendTrafficPolicy",), ("sessionPersistence.cookie",), never_beside=("type", "Header")
    ),
    Upcoming(
        *_GATEWAY_API, ("XBackendTrafficPolicy",), ("sessionPersistence.header",), never_beside=("type", "Cookie")
    ),
)

_SHIPPED = frozenset({("gateway.networking.k8s.io", "GRPCRoute", "v1alpha2")})
"""API versions that the newest Gateway API has dropped and that the newest Linkerd can still install."""


def upcoming_name(kind: str, path: Path, value: object = None, beside: object = None) -> str:
    """Words on when a field, or a value of one, comes: ` but from 1.31 on`; empty where nothing is known.

    Args:
        kind: The kind.
        path: The field.
        value: The value; None where it is the field that is lacking.
        beside: The map that holds the field.
    """
    names = ".".join(step for step in path if isinstance(step, str))
    for row in UPCOMING:
        if kind not in row.kinds or _is_refused(row, beside):
            continue
        ends = row.ends if value is None else [end for end, known in row.values if known == value]
        if any(f".{names}".endswith(f".{end}") for end in ends):
            return row.words
    return ""


def _is_refused(row: Upcoming, beside: object) -> bool:
    return row.never_beside is not None and isinstance(beside, dict) and row.never_beside in beside.items()


def is_still_shipped(group: str, kind: str, version: str) -> bool:
    """Whether an API version is gone from its own project but not from what a current mesh installs."""
    return (group, kind, version) in _SHIPPED
