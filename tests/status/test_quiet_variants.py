"""Health of clusters that are as healthy as those of the fault table and are set up otherwise: nothing is told."""

import json
from typing import Any

import pytest

from tests.status.faults import healthy, problems, with_change

Documents = tuple[dict[str, Any], ...]

_ISSUER = ("Secret", "linkerd-identity-issuer")
_WEBHOOK = ("Secret", "linkerd-proxy-injector-k8s-tls")
_MARK = "cert-manager.io/certificate-name"


def _cluster(name: str, **entry: Any) -> Documents:
    return tuple(dict(document) for document in with_change(healthy(name), entry))


def _dated(documents: Documents, secret: tuple[str, str], begins: str, ends: str, mark: str | None) -> Documents:
    """The same cluster with other dates on the certificate of a Secret, and with or without cert-manager's mark."""
    (found,) = [one for one in documents if (one["kind"], one["metadata"]["name"]) == secret]
    annotations = found["metadata"]["annotations"]
    facts = json.loads(annotations["service-mesh/certificates"])
    facts["/data/tls.crt"][0].update(not_before=begins, not_after=ends)
    annotations["service-mesh/certificates"] = json.dumps(facts)
    annotations.pop(_MARK, None)
    if mark is not None:
        annotations[_MARK] = mark
    return documents


def _virtual_node(version: str, labels: dict[str, str]) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": "burst", "uid": "burst", "labels": labels},
        "spec": {"taints": [{"key": "virtual-kubelet.io/provider", "value": "azure", "effect": "NoSchedule"}]},
        "status": {"nodeInfo": {"kubeletVersion": version, "operatingSystem": "linux", "architecture": "amd64"}},
    }


@pytest.mark.parametrize("cluster", ["istio-ambient", "istio-sidecar", "linkerd", "cilium"])
def test_objects_without_status_are_no_faults(cluster: str) -> None:
    bare = tuple({key: held for key, held in one.items() if key != "status"} for one in healthy(cluster))

    assert problems(bare) == []


@pytest.mark.parametrize("left_out", [("linkerd-viz",), ("linkerd", "linkerd-multicluster", "linkerd-viz")])
def test_services_of_a_namespace_that_was_not_read_are_not_missed(left_out: tuple[str, ...]) -> None:
    webhooks = {"MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"}
    kinds = {*webhooks, "Namespace", "Deployment", "ReplicaSet", "Pod", "Service", "Node"}
    held = (one for one in _cluster("linkerd") if one["metadata"].get("namespace") not in left_out)
    found = problems(tuple(one for one in held if one["kind"] in kinds))

    assert [one for one in found if one.code == "ST121"] == []


def test_webhook_of_a_deleted_namespace_is_told() -> None:
    webhook = next(one for one in healthy("linkerd") if one["kind"] == "MutatingWebhookConfiguration")

    assert [(one.code, one.object) for one in problems((dict(webhook),))] == [
        ("ST121", "MutatingWebhookConfiguration linkerd-proxy-injector-webhook-config")
    ]


def test_cluster_whose_agents_write_no_nodes_is_left_alone() -> None:
    cluster = _cluster("cilium", delete=["CiliumNode cp-1", "CiliumNode worker-1", "CiliumNode worker-2"])

    assert problems(cluster) == []


@pytest.mark.parametrize("version", ["v1.25.0-vk-azure-aci-1.6.2", "v1.99.0-vk"])
def test_version_of_a_virtual_kubelet_is_no_skew(version: str) -> None:
    cluster = _cluster("istio-ambient", add=[_virtual_node(version, {"type": "virtual-kubelet"})])

    assert problems(cluster) == []


def test_version_of_an_old_kubelet_is_skew() -> None:
    cluster = _cluster("istio-ambient", add=[_virtual_node("v1.25.0", {})])

    assert [(one.code, one.object) for one in problems(cluster)] == [("ST410", "Node burst")]


@pytest.mark.parametrize(
    ("secret", "begins", "ends", "mark"),
    [
        pytest.param(
            _WEBHOOK, "2026-11-20T04:00:00Z", "2026-11-21T04:00:00Z", "injector", id="two thirds of a day are left"
        ),
        pytest.param(
            _WEBHOOK, "2026-11-19T14:00:00Z", "2026-11-20T14:00:00Z", "injector", id="renewed an hour before its end"
        ),
        pytest.param(_ISSUER, "2026-11-19T08:00:00Z", "2026-11-21T08:00:00Z", None, id="twenty of 48 hours are left"),
    ],
)
def test_brief_certificate_is_not_told_before_its_renewal(
    secret: tuple[str, str], begins: str, ends: str, mark: str | None
) -> None:
    assert problems(_dated(_cluster("linkerd"), secret, begins, ends, mark)) == []


@pytest.mark.parametrize(
    ("secret", "begins", "ends", "mark"),
    [
        pytest.param(
            _WEBHOOK, "2026-11-19T12:50:00Z", "2026-11-20T12:50:00Z", "injector", id="50 minutes of a day are left"
        ),
        pytest.param(_ISSUER, "2026-11-19T02:00:00Z", "2026-11-21T02:00:00Z", None, id="14 of 48 hours are left"),
    ],
)
def test_brief_certificate_is_told_when_its_renewal_is_late(
    secret: tuple[str, str], begins: str, ends: str, mark: str | None
) -> None:
    found = problems(_dated(_cluster("linkerd"), secret, begins, ends, mark))

    assert [(one.code, one.object, one.pointer) for one in found] == [
        ("CE103", f"Secret linkerd/{secret[1]}", "/data/tls.crt")
    ]
