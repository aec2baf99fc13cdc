"""Health of Istio: what is no problem, and which of two signs of one fault is told."""

from typing import Any

import pytest

from tests.status.faults import healthy, problems, with_change

_LEDGER = "Pod payments/ledger-5bd7c9f6c8-t5n8r"
_WEB = "Pod shop/web-6d5f7c8b9-4kz2p"
_GATEWAY = "Gateway istio-ingress/public"
_CRASHING = {
    "name": "istio-proxy",
    "image": "docker.io/istio/proxyv2:1.31.2",
    "ready": False,
    "restartCount": 2,
    "state": {"waiting": {"reason": "CrashLoopBackOff"}},
}


def _condition(kind: str, status: str, reason: str, generation: int = 1, since: str = "2026-11-19T08:00:00Z") -> Any:
    return {
        "type": kind,
        "status": status,
        "reason": reason,
        "message": "said by the controller",
        "observedGeneration": generation,
        "lastTransitionTime": since,
    }


def _found(name: str, **entry: Any) -> list[tuple[str, str, str]]:
    found = problems(with_change(healthy(name), entry))
    return [(one.code, one.severity, one.object) for one in found]


_NOT_PROGRAMMED = {f"{_GATEWAY} /status/conditions/1": _condition("Programmed", "False", "AddressNotAssigned")}
_LISTENER = {f"{_GATEWAY} /status/listeners/0/conditions/1": _condition("Conflicted", "True", "HostnameConflict")}


@pytest.mark.parametrize(
    ("cluster", "entry"),
    [
        pytest.param(
            "istio-sidecar",
            {
                "set": {
                    f"{_LEDGER} /status/containerStatuses/0": _CRASHING,
                    f"{_LEDGER} /metadata/creationTimestamp": "2026-11-20T11:58:30Z",
                }
            },
            id="proxy of a new pod crashes",
        ),
        pytest.param(
            "istio-sidecar",
            {
                "set": {
                    f"{_LEDGER} /status/containerStatuses/0": _CRASHING,
                    f"{_LEDGER} /metadata/deletionTimestamp": "2026-11-20T11:59:00Z",
                }
            },
            id="proxy of a pod that is being deleted crashes",
        ),
        pytest.param(
            "istio-sidecar",
            {"set": {f"{_LEDGER} /status/containerStatuses/1/ready": False}},
            id="the application is what is not ready",
        ),
        pytest.param(
            "istio-sidecar",
            {"set": {f"{_WEB} /status/phase": "Succeeded"}, "remove": [f"{_WEB} /spec/initContainers"]},
            id="pod without a proxy has finished",
        ),
        pytest.param(
            "istio-sidecar",
            {"set": {"Namespace shop /metadata/labels/istio.io~1dataplane-mode": "ambient"}},
            id="sidecars win over the namespace's label for ambient mode",
        ),
        pytest.param(
            "istio-sidecar",
            {
                "set": {
                    f"{_WEB} /status/initContainerStatuses/1/lastState": {
                        "terminated": {"exitCode": 137, "reason": "OOMKilled", "finishedAt": "2026-11-20T09:00:00Z"}
                    }
                }
            },
            id="proxy was killed for lack of memory in the morning",
        ),
        pytest.param(
            "istio-sidecar",
            {"set": {"Deployment istio-ingress/public-istio /spec/replicas": 0}},
            id="gateway is scaled to zero",
        ),
        pytest.param(
            "istio-sidecar",
            {
                "set": {
                    "Service istio-ingress/public-istio /status/loadBalancer": {},
                    "Service istio-ingress/public-istio /metadata/creationTimestamp": "2026-11-20T11:57:00Z",
                }
            },
            id="load balancer was asked for a moment ago",
        ),
        pytest.param(
            "istio-sidecar",
            {
                "set": {
                    "Service istio-ingress/public-istio /status/loadBalancer": {},
                    "Service istio-ingress/public-istio /spec/externalIPs": ["203.0.113.11"],
                }
            },
            id="gateway is reached by external addresses",
        ),
        pytest.param(
            "istio-sidecar",
            {"set": {f"{_GATEWAY} /status/conditions/1": _condition("Programmed", "False", "Pending")}},
            id="controller has not come to the Gateway",
        ),
        pytest.param(
            "istio-sidecar",
            {
                "set": {
                    f"{_GATEWAY} /status/conditions/1": _condition(
                        "Programmed", "False", "Invalid", since="2026-11-20T11:58:00Z"
                    )
                }
            },
            id="Gateway is not programmed for two minutes",
        ),
        pytest.param(
            "istio-sidecar",
            {
                "set": {
                    "AuthorizationPolicy shop/web /status": {
                        "conditions": [_condition("ZtunnelAccepted", "True", "UnsupportedValue")]
                    }
                }
            },
            id="ztunnel cannot take a policy of sidecars",
        ),
        pytest.param(
            "istio-sidecar",
            {
                "set": {
                    "DestinationRule payments/ledger /status": {
                        "conditions": [_condition("Reconciled", "False", "Unknown", since="2026-11-20T11:55:00Z")]
                    }
                }
            },
            id="proxies have had five minutes for an object",
        ),
        pytest.param(
            "istio-ambient",
            {
                "set": {
                    "Deployment shop/cart /spec/template/metadata/labels/istio.io~1dataplane-mode": "none",
                },
                "remove": ["Pod shop/cart-7f9c6b5d8-r3v6j /metadata/annotations/ambient.istio.io~1redirection"],
            },
            id="workload has left ambient mode on purpose",
        ),
    ],
)
def test_what_is_no_problem_is_not_told(cluster: str, entry: dict[str, Any]) -> None:
    assert _found(cluster, **entry) == []


@pytest.mark.parametrize(
    ("cluster", "entry", "expected"),
    [
        pytest.param(
            "istio-sidecar",
            {"set": {**_NOT_PROGRAMMED, "Service istio-ingress/public-istio /status/loadBalancer": {}}},
            ("ST305", "error", "Service istio-ingress/public-istio"),
            id="Service without address before Gateway",
        ),
        pytest.param(
            "istio-sidecar",
            {"set": {**_NOT_PROGRAMMED, "Deployment istio-ingress/public-istio /status/readyReplicas": 0}},
            ("ST306", "error", "Deployment istio-ingress/public-istio"),
            id="Deployment without pods before Gateway",
        ),
        pytest.param(
            "istio-sidecar",
            {"set": {**_NOT_PROGRAMMED, **_LISTENER}},
            ("ST304", "error", _GATEWAY),
            id="listener before Gateway",
        ),
        pytest.param(
            "istio-sidecar",
            {
                "set": {
                    f"{_GATEWAY} /status/conditions/0": _condition("Accepted", "False", "Invalid"),
                    f"{_GATEWAY} /status/conditions/1": _condition("Programmed", "False", "Invalid"),
                    f"{_GATEWAY} /status/listeners/0/conditions/2": _condition("Programmed", "False", "Invalid"),
                }
            },
            ("ST301", "error", _GATEWAY),
            id="refused before not programmed",
        ),
        pytest.param(
            "istio-sidecar",
            {
                "set": {
                    "GatewayClass istio /status/conditions/0": _condition("Accepted", "False", "InvalidParameters"),
                    **_NOT_PROGRAMMED,
                }
            },
            ("ST308", "error", "GatewayClass istio"),
            id="class before Gateway",
        ),
        pytest.param(
            "istio-sidecar",
            {
                "set": {
                    "HTTPRoute shop/web /metadata/generation": 2,
                    "HTTPRoute shop/web /status/parents/0/conditions/0": _condition("Accepted", "False", "NotAllowed"),
                }
            },
            ("ST609", "warning", "HTTPRoute shop/web"),
            id="old status is told as old and not judged",
        ),
        pytest.param(
            "istio-sidecar",
            {
                "set": {
                    "HTTPRoute shop/web /status/parents/0/conditions/0": _condition("Accepted", "False", "NotAllowed"),
                    "HTTPRoute shop/web /status/parents/0/conditions/1": _condition("ResolvedRefs", "False", "Missing"),
                }
            },
            ("ST601", "error", "HTTPRoute shop/web"),
            id="route that is refused before what it names",
        ),
        pytest.param(
            "istio-ambient",
            {
                "set": {
                    "Deployment shop/waypoint /status/readyReplicas": 0,
                    "Service shop/web /status/conditions/0": {
                        "type": "istio.io/WaypointBound",
                        "status": "False",
                        "reason": "NoWaypoint",
                    },
                }
            },
            ("ST306", "error", "Deployment shop/waypoint"),
            id="waypoint before the Services that are not bound",
        ),
    ],
)
def test_of_two_signs_of_one_fault_the_cause_is_told(
    cluster: str, entry: dict[str, Any], expected: tuple[str, str, str]
) -> None:
    assert _found(cluster, **entry) == [expected]


def test_proxies_that_wait_for_an_istiod_that_is_down_are_not_told() -> None:
    changed = {
        "Deployment istio-system/istiod /status/readyReplicas": 0,
        f"{_LEDGER} /status/containerStatuses/0/ready": False,
    }
    assert [code for code, _, _ in _found("istio-sidecar", set=changed) if code.startswith("ST2")] == []


def test_pods_of_one_workload_are_told_of_once() -> None:
    bare = [f"{_WEB} /spec/initContainers", "Pod shop/web-6d5f7c8b9-q8x7m /spec/initContainers"]
    assert _found("istio-sidecar", remove=bare) == [("ST201", "error", _WEB)]


def test_services_of_one_namespace_that_are_not_bound_are_told_of_once() -> None:
    unbound = {"type": "istio.io/WaypointBound", "status": "False", "reason": "NoWaypoint"}
    changed = {f"Service shop/{name} /status/conditions/0": unbound for name in ("web", "cart")}
    assert _found("istio-ambient", set=changed) == [("ST604", "error", "Service shop/web")]
